"""Push notifications: who is told what, what is withdrawn, what the ledger says, and answers from lock screens."""

from typing import Any

import pytest

from foyer.domain.notifications import Notification
from foyer.domain.people import Agent
from foyer.ports import Device
from foyer.runtime.settings import Settings
from tests.integration.doors import Person, Room, World, environment_of, lock_screen_token, open_room


@pytest.fixture
def ada(world: World) -> Person:
    """An agent with a phone."""
    agent = world.agent("ada")
    world.device(agent, "adas-phone")
    return agent


@pytest.fixture
def ben(world: World) -> Person:
    """A colleague with a phone."""
    agent = world.agent("ben")
    world.device(agent, "bens-phone")
    return agent


def _carried_out(world: World, *, within_seconds: int = 0) -> None:
    """The relay carries out what is new, the sender what was asked."""
    assert world.relay() == []
    assert world.send_pushes(within_seconds=within_seconds) == []


def _told(world: World, device_id: str) -> list[tuple[str, int]]:
    return [(one.kind, one.seq) for one in world.pushes.told(device_id)]


def _token(world: World, device_id: str) -> str:
    token = world.pushes.told(device_id)[-1].token
    assert token is not None
    return token


def _act(world: World, token: str, action: str) -> Any:
    return world.http("POST", "/push/actions", body={"token": token, "action": action})


def _ledger(world: World, room: Room) -> list[Any]:
    boss = world.agent("boss", departments=(), admin=True)
    found: list[Any] = world.http("GET", f"/admin/rooms/{room.id}/pushes", boss).ok()["pushes"]
    return found


# who is told what


def test_an_offer_rings_on_every_device_of_the_agents_who_could_take_it(world: World, ada: Person, ben: Person) -> None:
    """Online in the department, connected or not: a locked phone stays reachable."""
    world.device(ada, "adas-tablet", platform="ios")
    world.department("sales")
    for name, status, departments in (("cleo", "online", ("sales",)), ("dan", "away", ("general",))):
        world.device(world.agent(name, departments=departments, status=status), f"{name}s-phone")  # type: ignore[arg-type]
    room = open_room(world, world.visitor())
    _carried_out(world)
    assert {device for device, _ in world.pushes.sent} == {"adas-phone", "adas-tablet", "bens-phone"}
    for _, notification in world.pushes.sent:
        payload = notification.payload
        token = payload.pop("token")
        assert payload == {"kind": "offer", "room_id": room.id, "seq": 1, "badge": 1}
        assert isinstance(token, str)


def test_an_invitation_and_a_transfer_ring_for_the_one_they_are_made_to(world: World, ada: Person, ben: Person) -> None:
    room = open_room(world, world.visitor())
    room.by_agent(ada, "accept").ok()
    _carried_out(world)
    assert world.pushes.sent == []
    room.by_agent(ada, "invite", agent_id="ben").ok()
    _carried_out(world)
    room.by_agent(ben, "decline").ok()
    room.by_agent(ada, "transfer", agent_id="ben").ok()
    _carried_out(world)
    assert [one for one in _told(world, "bens-phone") if one[0] != "clear"] == [("invite", 4), ("transfer", 6)]
    assert _told(world, "adas-phone") == []


def test_a_visitors_message_rings_for_those_in_the_room_and_carries_no_token(
    world: World, ada: Person, ben: Person
) -> None:
    room = open_room(world, world.visitor())
    room.by_agent(ada, "accept").ok()
    _carried_out(world)
    room.by_visitor("messages", text="Are you there?").ok()
    _carried_out(world)
    (told,) = world.pushes.told("adas-phone")
    assert told.payload == {"kind": "message", "room_id": room.id, "seq": 4, "badge": 1}
    assert world.pushes.told("bens-phone") == []


def test_an_agents_own_message_and_a_note_ring_for_nobody(world: World, ada: Person) -> None:
    room = open_room(world, world.visitor())
    room.by_agent(ada, "accept").ok()
    room.by_agent(ada, "messages", text="Hello").ok()
    room.by_agent(ada, "notes", text="For us").ok()
    _carried_out(world)
    assert world.pushes.sent == []


def test_nobody_is_told_what_the_visitor_wrote_unless_the_operator_wants_it(world: World, ada: Person) -> None:
    open_room(world, world.visitor("Vera"), text="My secret")
    _carried_out(world)
    assert "My secret" not in str(world.pushes.sent)
    assert "Vera" not in str(world.pushes.sent)
    world.renew()
    world.wirings["push_sender"].settings = Settings(
        {**environment_of("push_sender", world.tables), "PUSH_TEXTS": "true"}
    )
    room = open_room(world, world.visitor("Wanda"), text="My other words")
    _carried_out(world)
    told = world.pushes.told("adas-phone")[-1]
    assert (told.room_id, told.sender, told.text) == (room.id, "Wanda", "My other words")


def test_the_badge_counts_the_rooms_that_wait_for_the_agent(world: World, ada: Person) -> None:
    for number in range(1, 4):
        open_room(world, world.visitor())
        _carried_out(world)
        assert world.pushes.told("adas-phone")[-1].badge == number
        assert world.http("GET", "/rooms", ada).ok()["counts"]["waiting"] == number


# the foreground


def test_an_open_app_is_told_only_if_the_offer_still_stands_after_a_while(world: World, ada: Person) -> None:
    """It hears by socket; but a phone in a lift says that it is open, too."""
    socket = world.connect(ada, device_id="adas-phone")
    world.act(socket, "device.state", foreground=True)
    room = open_room(world, world.visitor())
    _carried_out(world, within_seconds=19)
    assert world.pushes.sent == []
    _carried_out(world, within_seconds=20)
    assert _told(world, "adas-phone") == [("offer", 1)]
    assert len(world.sockets.frames(socket, "room.changed")) == 1
    assert room.seen_by(ada)["state"] == "waiting"


def test_an_open_app_that_took_the_offer_in_time_is_left_alone(world: World, ada: Person) -> None:
    socket = world.connect(ada)
    world.act(socket, "device.state", foreground=True)
    room = open_room(world, world.visitor())
    world.relay()
    room.by_agent(ada, "accept").ok()
    _carried_out(world, within_seconds=20)
    room.by_visitor("messages", text="Hello?").ok()
    _carried_out(world, within_seconds=20)
    assert world.pushes.sent == []


def test_the_foreground_of_one_device_counts_for_all_and_ends_with_its_socket(world: World, ada: Person) -> None:
    socket, other = world.connect(ada), world.connect(ada)
    world.act(socket, "device.state", foreground=True)
    world.act(other, "device.state", foreground=False)
    room = open_room(world, world.visitor())
    room.by_agent(ada, "accept").ok()
    _carried_out(world, within_seconds=20)
    room.by_visitor("messages", text="One").ok()
    _carried_out(world)
    assert world.pushes.sent == []
    world.clock.advance(seconds=11)
    world.sockets.gone.add(socket)
    room.by_visitor("messages", text="Two").ok()
    _carried_out(world)
    assert _told(world, "adas-phone") == [("message", 5)]


# withdrawing


def test_whoever_takes_the_offer_takes_it_from_all_screens(world: World, ada: Person, ben: Person) -> None:
    room = open_room(world, world.visitor())
    _carried_out(world)
    room.by_agent(ada, "accept").ok()
    _carried_out(world)
    for phone in ("adas-phone", "bens-phone"):
        assert world.pushes.shown(phone) == {}
        assert world.pushes.told(phone)[-1].payload == {"kind": "clear", "room_id": room.id, "seq": 3, "badge": 0}


def test_a_decline_clears_ones_own_devices_alone(world: World, ada: Person, ben: Person) -> None:
    room = open_room(world, world.visitor())
    _carried_out(world)
    room.by_agent(ada, "decline").ok()
    _carried_out(world)
    assert world.pushes.shown("adas-phone") == {}
    assert list(world.pushes.shown("bens-phone")) == [room.id]


def test_the_visitors_close_clears_what_was_offered(world: World, ada: Person, ben: Person) -> None:
    room = open_room(world, world.visitor())
    _carried_out(world)
    room.by_visitor("close").ok()
    _carried_out(world)
    assert (world.pushes.shown("adas-phone"), world.pushes.shown("bens-phone")) == ({}, {})


@pytest.mark.parametrize("how", ["http", "socket", "message"])
def test_reading_on_one_device_clears_the_others(world: World, ada: Person, how: str) -> None:
    room = open_room(world, world.visitor())
    room.by_agent(ada, "accept").ok()
    room.by_visitor("messages", text="Hello?").ok()
    _carried_out(world)
    assert list(world.pushes.shown("adas-phone")) == [room.id]
    if how == "http":
        world.http("POST", f"/rooms/{room.id}/read", ada, body={"seq": 4}).ok()
    elif how == "socket":
        assert world.act(world.connect(ada), "room.read", room_id=room.id, seq=4)["status"] == 204
    else:
        room.by_agent(ada, "messages", after=4, text="Hello!").ok()
    _carried_out(world)
    assert world.pushes.shown("adas-phone") == {}
    assert world.pushes.told("adas-phone")[-1].badge == 0


def test_reading_what_was_never_pushed_asks_nobody(world: World, ada: Person) -> None:
    room = open_room(world, world.visitor())
    room.by_agent(ada, "accept", hold=True).ok()
    world.relay()
    world.push_queue.take()
    world.http("POST", f"/rooms/{room.id}/read", ada, body={"seq": 3}).ok()
    assert world.push_queue.waiting == []


def test_a_held_room_stays_on_the_screen_until_it_is_read(world: World, ada: Person) -> None:
    room = open_room(world, world.visitor())
    _carried_out(world)
    room.by_agent(ada, "accept", hold=True).ok()
    _carried_out(world)
    assert list(world.pushes.shown("adas-phone")) == [room.id]
    world.http("POST", f"/rooms/{room.id}/read", ada, body={"seq": 3}).ok()
    _carried_out(world)
    assert world.pushes.shown("adas-phone") == {}


def test_what_ends_while_it_is_pushed_is_withdrawn_by_the_sender(
    world: World, ada: Person, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever withdrew it before it was there found nothing to withdraw."""
    room = open_room(world, world.visitor())
    world.relay()
    send = world.pushes.send

    def taken_meanwhile(device: Device, notification: Notification) -> Any:
        monkeypatch.undo()
        room.by_agent(ada, "accept").ok()
        world.relay()
        clear = [one for one in world.push_queue.take() if one.kind == "clear"]
        world.push_queue.waiting = [(0, one) for one in clear]
        assert world.send_pushes() == []
        return send(device, notification)

    monkeypatch.setattr(type(world.pushes), "send", lambda _, *given: taken_meanwhile(*given))
    world.wirings["push_sender"].pushes = world.pushes
    assert world.send_pushes() == []
    assert (world.pushes.shown("adas-phone"), world.pushes.shown("bens-phone")) == ({}, {})


def test_what_a_sender_that_died_left_behind_is_withdrawn_when_the_ask_comes_again(
    world: World, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had pushed, and could not say so any more."""
    room = open_room(world, world.visitor())
    world.relay()
    (ask,) = world.push_queue.take()
    world.push_queue.ask(ask)

    def dies(*_: Any, **__: Any) -> None:
        message = "the function is gone"
        raise ConnectionError(message)

    with monkeypatch.context() as patch:
        patch.setattr(world.wirings["push_sender"].push_ledger, "put_ledger_entry", dies)
        assert world.send_pushes() == ["m0"]
    assert list(world.pushes.shown("adas-phone")) == [room.id]
    room.by_visitor("close").ok()
    world.relay()
    world.push_queue.ask(ask)
    assert world.send_pushes() == []
    assert world.pushes.shown("adas-phone") == {}


# at least once, and what fails


def test_an_ask_that_comes_twice_tells_once(world: World, ada: Person) -> None:
    open_room(world, world.visitor())
    records = world.inserted()
    for _ in range(3):
        world.relay(records)
    for _ in range(2):
        assert world.send_pushes() == []
    assert _told(world, "adas-phone") == [("offer", 1)]


def test_a_device_out_of_reach_is_tried_again_without_its_sibling(world: World, ada: Person) -> None:
    world.device(ada, "adas-tablet")
    world.pushes.unreachable.add("adas-phone")
    open_room(world, world.visitor())
    world.relay()
    (ask,) = world.push_queue.take()
    world.push_queue.ask(ask)
    assert world.send_pushes() == ["m0"]
    assert (_told(world, "adas-phone"), _told(world, "adas-tablet")) == ([], [("offer", 1)])
    world.pushes.unreachable.clear()
    world.push_queue.ask(ask)
    assert world.send_pushes() == []
    assert (_told(world, "adas-phone"), _told(world, "adas-tablet")) == ([("offer", 1)], [("offer", 1)])


def test_a_device_that_is_gone_is_forgotten(world: World, ada: Person) -> None:
    world.pushes.outcomes["adas-phone"] = "gone"
    room = open_room(world, world.visitor())
    _carried_out(world)
    assert world.wirings["agent_api"].directory.devices("ada") == []
    assert [(one["device_id"], one["outcome"]) for one in _ledger(world, room)] == [("adas-phone", "gone")]


def test_a_socket_that_fails_does_not_keep_anybody_from_being_told(world: World, ada: Person, ben: Person) -> None:
    world.sockets.failing.add(world.connect(ben))
    open_room(world, world.visitor())
    assert world.relay() != []
    assert world.send_pushes() == []
    assert _told(world, "adas-phone") == [("offer", 1)]


def test_a_stage_without_push_asks_nobody(world: World, ada: Person) -> None:
    world.renew(PUSH_QUEUE_URL="")
    room = open_room(world, world.visitor())
    assert world.relay() == []
    room.by_agent(ada, "accept").ok()
    assert world.relay() == []
    assert world.push_queue.waiting == []


# the ledger


def test_the_ledger_says_why_nobody_picked_up(world: World, ada: Person) -> None:
    """Pushed and never shown; no device at all; disabled at the provider; an app that was open and looked away."""
    busy, bare, old = world.agent("busy"), world.agent("bare"), world.agent("old")
    world.act(world.connect(busy), "device.state", foreground=True)
    world.device(old, "olds-phone")
    world.pushes.outcomes["olds-phone"] = "disabled"
    room = open_room(world, world.visitor())
    _carried_out(world)
    world.http("PUT", "/me/status", busy, body={"status": "online"}).ok()
    told = {(one["agent"]["id"], one["device_id"]): one["outcome"] for one in _ledger(world, room)}
    assert told == {("ada", "adas-phone"): "sent", ("bare", None): "no_device", ("old", "olds-phone"): "disabled"}
    _carried_out(world, within_seconds=20)
    told = {(one["agent"]["id"], one["device_id"]): one["outcome"] for one in _ledger(world, room)}
    assert told["busy", None] == "no_device"
    (sent,) = [one for one in _ledger(world, room) if one["outcome"] == "sent"]
    assert sent == {
        "offer": 1,
        "kind": "offer",
        "agent": {"id": "ada", "name": "Ada"},
        "device_id": "adas-phone",
        "at": "2027-01-15T08:00:00.000Z",
        "outcome": "sent",
        "provider": "fake",
        "answer": sent["answer"],
        "seen_at": None,
        "action": None,
        "acted_at": None,
    }
    assert bare.id == "bare"


def test_the_ledger_knows_what_was_seen_and_what_was_chosen(world: World, ada: Person) -> None:
    room = open_room(world, world.visitor())
    _carried_out(world)
    token = _token(world, "adas-phone")
    world.clock.advance(seconds=3)
    assert _act(world, token, "seen").ok()["state"] == "waiting"
    world.clock.advance(seconds=4)
    _act(world, token, "hold").ok()
    (entry,) = _ledger(world, room)
    assert (entry["seen_at"], entry["action"], entry["acted_at"]) == (
        "2027-01-15T08:00:03.000Z",
        "hold",
        "2027-01-15T08:00:07.000Z",
    )


# the lock screen


@pytest.mark.parametrize(
    ("action", "state", "held"), [("accept", "incoming", False), ("hold", "waiting", True), ("decline", None, False)]
)
def test_an_offer_is_answered_from_the_lock_screen(
    world: World, ada: Person, action: str, state: str | None, held: bool
) -> None:
    """By plain HTTPS, without the app's session; a repeat is answered again and appends nothing."""
    room = open_room(world, world.visitor())
    _carried_out(world)
    token = _token(world, "adas-phone")
    for _ in range(2):
        shown = _act(world, token, action).ok()
        assert (shown["state"], shown["held"], shown["seq"]) == (state, held, 3)
    boss = world.agent("boss", departments=(), admin=True)
    assert [event["type"] for event in room.log(boss)][2:] == [f"room.{'declined' if state is None else 'accepted'}"]
    assert room.log(boss)[2]["actor"] == {"kind": "agent", "id": "ada", "name": "Ada"}


@pytest.mark.parametrize(("first", "second"), [("accept", "decline"), ("hold", "accept"), ("accept", "hold")])
def test_a_token_decides_once(world: World, ada: Person, first: str, second: str) -> None:
    open_room(world, world.visitor())
    _carried_out(world)
    token = _token(world, "adas-phone")
    _act(world, token, first).ok()
    assert _act(world, token, second).code == "client_id_reused"


def test_who_comes_too_late_hears_who_it_was(world: World, ada: Person, ben: Person) -> None:
    room = open_room(world, world.visitor())
    _carried_out(world)
    room.by_agent(ben, "accept").ok()
    late = _act(world, _token(world, "adas-phone"), "accept")
    assert (late.code, late.body["taken_by"]) == ("already_taken", {"id": "ben", "name": "Ben"})


@pytest.mark.parametrize("what", ["altered", "invented", "expired"])
def test_a_token_that_is_not_good_does_nothing(world: World, ada: Person, what: str) -> None:
    room = open_room(world, world.visitor())
    _carried_out(world)
    token = _token(world, "adas-phone")
    if what == "altered":
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    elif what == "invented":
        token = "eyJyb29tX2lkIjoieCJ9.c2lnbmF0dXJl"
    else:
        world.clock.advance(seconds=4 * 3600)
    stored = world.dump()
    for action in ("seen", "accept", "hold", "decline"):
        assert _act(world, token, action).code == "unauthenticated"
    assert world.dump() == stored
    assert room.seen_by(ada)["status"] == "waiting"


def test_an_agent_who_left_the_department_decides_nothing(world: World, ada: Person) -> None:
    open_room(world, world.visitor())
    _carried_out(world)
    world.agent("ada", departments=())
    assert _act(world, _token(world, "adas-phone"), "accept").code == "not_found"


def test_a_token_is_for_its_own_offer(world: World, ada: Person, ben: Person) -> None:
    """The offer that it was made for has ended: a newer one of the same room is not answered by it."""
    room = open_room(world, world.visitor())
    _carried_out(world)
    old = _token(world, "adas-phone")
    room.by_agent(ben, "accept").ok()
    room.by_agent(ben, "transfer", department_id="general").ok()
    assert _act(world, old, "accept").code == "already_taken"
    assert _act(world, lock_screen_token("ada", room.id, offer=4), "accept").ok()["status"] == "active"


def test_a_device_that_is_put_again_takes_its_token_along(world: World, ada: Person, ben: Person) -> None:
    """A token belongs to the last agent who put it: what is ada's is not shown to who signed in after her."""
    body = {"platform": "android", "push_token": "token-of-adas-phone"}
    world.http("PUT", "/devices/shared", ben, body=body).ok()
    open_room(world, world.visitor())
    _carried_out(world)
    assert {device for device, _ in world.pushes.sent} == {"shared", "bens-phone"}


def test_a_browser_has_to_send_its_subscription(world: World, ada: Person) -> None:
    for token in ("no subscription", "{}", '{"endpoint": "ftp://x/y", "keys": {"p256dh": "x", "auth": "y"}}'):
        refused = world.http("PUT", "/devices/web", ada, body={"platform": "web", "push_token": token})
        assert (refused.code, refused.body["fields"][0]["field"]) == ("validation_failed", "push_token")


def test_asks_are_bounded_however_many_agents_there_are(world: World) -> None:
    for number in range(60):
        world.wirings["agent_api"].directory.put_agent(
            Agent(id=f"a-{number}", name="A", email="a@x", status="online", department_ids=frozenset({"general"}))
        )
    open_room(world, world.visitor())
    world.relay()
    sizes = [len(ask.agent_ids) for _, ask in world.push_queue.waiting]
    assert (sum(sizes), max(sizes)) == (60, 25)
