"""Tickets, connections, and visitors who have gone."""

import json

import pytest

from foyer.ports import Timer
from tests.integration.doors import Person, World, new_id, open_room


def _connections(world: World) -> set[tuple[str, str]]:
    return {(pk, sk.removeprefix("CONNECTION#")) for _, pk, sk in world.dump() if sk.startswith("CONNECTION#")}


def _ticket(world: World, who: Person) -> str:
    path = "/tickets" if who.claims else "/visitor/tickets"
    bought = world.http("POST", path, who, body={}).ok()
    assert bought["url"].startswith("https://socket-url")
    assert bought["ticket"] not in bought["url"]
    return str(bought["ticket"])


def test_a_ticket_opens_one_socket_within_a_minute(world: World) -> None:
    for who in (world.agent("ada"), world.visitor()):
        ticket = _ticket(world, who)
        assert world.open_socket(ticket) is not None
        assert world.open_socket(ticket) is None
        late = _ticket(world, who)
        world.clock.advance(seconds=60)
        assert world.open_socket(late) is None
        in_time = _ticket(world, who)
        world.clock.advance(seconds=59)
        assert world.open_socket(in_time) is not None


@pytest.mark.parametrize("ticket", [None, "", "guess", "x" * 5_000, "TICKET", "é"])
def test_nothing_else_opens_a_socket(world: World, ticket: str | None) -> None:
    ada = world.agent("ada")
    _ticket(world, ada)
    assert world.open_socket(ticket) is None
    assert _connections(world) == set()


def test_a_connection_is_found_by_its_user_and_its_departments_until_it_ends(world: World) -> None:
    world.department("sales")
    ada, visitor = world.agent("ada", departments=("general", "sales")), world.visitor()
    socket, tab = world.connect(ada), world.connect(visitor)
    assert _connections(world) == {
        ("USER#agent#ada", socket),
        ("DEPARTMENT#general", socket),
        ("DEPARTMENT#sales", socket),
        (f"USER#visitor#{visitor.id}", tab),
    }
    world.disconnect(socket)
    world.disconnect(tab)
    assert _connections(world) == set()


def test_a_ping_writes_a_missing_connection_again_and_is_answered_by_pong_alone(world: World) -> None:
    ada = world.agent("ada")
    socket = world.connect(ada, device_id="phone")
    before = world.dump()
    frames = world.send(socket, json.dumps({"action": "ping", "request_id": "r"}))
    assert frames == [{"type": "pong", "now": "2027-01-15T08:00:00.000Z"}]
    assert world.dump() == before
    connections = {place for place in before if place[2].startswith("CONNECTION#")}
    world.restore({place: item for place, item in before.items() if place not in connections})
    world.send(socket, '{"action": "ping"}')
    assert world.dump() == before


def test_the_state_of_a_device_is_kept_with_its_connection(world: World) -> None:
    socket = world.connect(world.agent("ada"), device_id="phone")
    for foreground in (True, False, False):
        assert world.act(socket, "device.state", foreground=foreground)["status"] == 204
        items = [item for (_, _, sk), item in world.dump().items() if sk == f"CONNECTION#{socket}"]
        assert len(items) == 2
        assert all(item["foreground"] == {"BOOL": foreground} for item in items)
        assert all(item["device_id"] == {"S": "phone"} for item in items)


def test_typing_reaches_the_others_and_previews_agents_only_and_is_stored_nowhere(world: World) -> None:
    ada, bob, visitor = world.agent("ada"), world.agent("bob"), world.visitor()
    room = open_room(world, visitor)
    room.by_agent(ada, "accept").ok()
    room.by_agent(ada, "invite", agent_id="bob").ok()
    room.by_agent(bob, "accept").ok()
    world.relay()
    sockets = {one.name: world.connect(one) for one in (ada, bob, visitor)}
    stored = world.dump()
    world.sockets.clear()
    world.act(sockets["Vera"], "room.typing", room_id=room.id, typing=True, preview="I wond")
    for name in ("ada", "bob"):
        (frame,) = world.sockets.frames(sockets[name])
        assert (frame["preview"], frame["participant"]["name"]) == ("I wond", "Vera")
    assert world.sockets.frames(sockets["Vera"], "room.typing") == []
    world.sockets.clear()
    world.act(sockets["ada"], "room.typing", room_id=room.id, typing=True, preview="not for them")
    for name in ("bob", "Vera"):
        (frame,) = world.sockets.frames(sockets[name])
        assert frame == {
            "type": "room.typing",
            "room_id": room.id,
            "participant": {"kind": "agent", "id": "ada", "name": "Ada"},
            "typing": True,
        }
    assert world.dump() == stored


def test_reading_is_shown_on_all_devices_and_only_moves_forward(world: World) -> None:
    ada, visitor = world.agent("ada"), world.visitor()
    room = open_room(world, visitor)
    room.by_agent(ada, "accept", hold=True).ok()
    world.relay()
    phone, web, tab = world.connect(ada), world.connect(ada), world.connect(visitor)
    assert room.seen_by(ada)["held"] is True
    assert world.act(phone, "room.read", room_id=room.id, seq=2)["status"] == 204
    for socket in (phone, web, tab):
        (frame,) = world.sockets.frames(socket, "room.read")
        assert frame["participant"] == {"kind": "agent", "id": "ada"}
        assert frame["seq"] == 2
    seen = room.seen_by(ada)
    assert (seen["held"], seen["unread"], seen["state"]) == (False, 0, "incoming")
    world.sockets.clear()
    for seq in (2, 1, 0):
        assert world.act(web, "room.read", room_id=room.id, seq=seq)["status"] == 204
    assert world.sockets.frames(phone) == []
    assert [one["read"] for one in room.seen_by(ada)["participants"]] == [0, 2]


def test_a_status_reaches_the_agents_of_the_same_departments(world: World) -> None:
    world.department("sales")
    ada, bob, cora = world.agent("ada"), world.agent("bob"), world.agent("cora", departments=("sales",))
    sockets = {one.name: world.connect(one) for one in (ada, bob, cora)}
    world.http("PUT", "/me/status", ada, body={"status": "away"}).ok()
    (frame,) = world.sockets.frames(sockets["bob"])
    assert frame == {"type": "agent.status", "agent_id": "ada", "status": "away"}
    assert world.sockets.frames(sockets["cora"]) == []


def _gone(world: World, visitor: Person) -> None:
    """The visitor opens a tab and closes it, and two minutes pass."""
    world.disconnect(world.connect(visitor))
    world.clock.advance(seconds=120)


def test_a_visitor_who_left_nothing_closes_the_waiting_room_by_leaving(world: World) -> None:
    ada, visitor = world.agent("ada"), world.visitor()
    room = open_room(world, visitor, text=None)
    _gone(world, visitor)
    assert world.look_at_timers() == []
    room_now = world.http("GET", f"/visitor/rooms/{room.id}", visitor).ok()
    assert (room_now["status"], room_now["closed_by"]) == ("closed", "system")
    events = world.http("GET", f"/visitor/rooms/{room.id}/events", visitor).ok()["events"]
    assert events[0]["data"] == {"closed_by": "system", "reason": "visitor_left"}
    world.relay()
    assert world.http("GET", "/rooms", ada).ok()["counts"]["all"] == 0


def test_a_timer_that_comes_twice_closes_once(world: World) -> None:
    visitor = world.visitor()
    world.agent("ada")
    room = open_room(world, visitor, text=None)
    _gone(world, visitor)
    (timer,) = world.timers.waiting
    world.look_at_timers()
    stored = world.dump()
    world.timers.set(timer, now=world.clock())
    assert world.look_at_timers() == []
    assert world.dump() == stored
    assert world.http("GET", f"/visitor/rooms/{room.id}", visitor).ok()["seq"] == 2


@pytest.mark.parametrize(
    "why", ["message left", "came back", "other tab", "accepted", "back and gone again", "too early"]
)
def test_a_visitor_has_not_left_a_room_that_stays(world: World, why: str) -> None:
    ada, visitor = world.agent("ada"), world.visitor()
    room = open_room(world, visitor, text="Mail me" if why == "message left" else None)
    if why == "accepted":
        room.by_agent(ada, "accept").ok()
    if why == "other tab":
        world.connect(visitor)
    world.disconnect(world.connect(visitor))
    assert len(world.timers.waiting) == (0 if why == "other tab" else 1)
    if why == "came back":
        world.connect(visitor)
    if why == "back and gone again":
        world.clock.advance(seconds=60)
        world.disconnect(world.connect(visitor))
        world.clock.advance(seconds=60)
    else:
        world.clock.advance(seconds=119 if why == "too early" else 120)
    assert world.look_at_timers() == []
    assert world.http("GET", f"/visitor/rooms/{room.id}", visitor).ok()["status"] != "closed"


def test_a_timer_that_comes_early_is_set_again(world: World) -> None:
    visitor = world.visitor()
    world.disconnect(world.connect(visitor))
    (timer,) = world.timers.waiting
    world.wirings["timers"].lookout.look(timer)
    assert world.timers.waiting == [timer, timer]


def test_one_broken_timer_comes_back_alone(world: World) -> None:
    visitor = world.visitor()
    world.agent("ada")
    room = open_room(world, visitor, text=None)
    _gone(world, visitor)
    good = world.timers.waiting[0]
    due = world.clock()
    records = [
        {"messageId": "broken", "body": '{"kind": "no timer"}', "eventSource": "aws:sqs", "attributes": {}},
        {
            "messageId": "good",
            "body": json.dumps(_body(good)),
            "eventSource": "aws:sqs",
            "attributes": {},
        },
    ]
    answer = world.invoke("timers", {"Records": records})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "broken"}]}
    assert due >= good.due_at
    assert world.http("GET", f"/visitor/rooms/{room.id}", visitor).ok()["status"] == "closed"


def _body(timer: Timer) -> dict[str, object]:
    return {"kind": timer.kind, "id": timer.id, "due_at": timer.due_at, "since": timer.since}


def test_every_tab_of_a_visitor_gets_every_frame(world: World) -> None:
    ada, visitor = world.agent("ada"), world.visitor()
    tabs = [world.connect(visitor), world.connect(visitor)]
    room = open_room(world, visitor)
    world.relay()
    sent = world.act(tabs[0], "message.send", room_id=room.id, client_id=new_id(), text="Hi")
    world.relay()
    for tab in tabs:
        assert [one["event"]["seq"] for one in world.sockets.frames(tab, "room.event")] == [1, 2, sent["body"]["seq"]]
    assert room.seen_by(ada)["seq"] == sent["body"]["seq"]
