"""The relay: what an event makes others hear, however often and however late it comes by."""

from typing import Any

import pytest

from foyer.domain.deadlines import ROOM_LIFE_DAYS
from tests.integration.doors import World, new_id, open_room


def _seqs(frames: list[dict[str, Any]]) -> list[int]:
    return [frame["event"]["seq"] for frame in frames if frame["type"] == "room.event"]


def test_an_offer_reaches_every_device_of_the_department_and_leaves_it_with_who_took_it(world: World) -> None:
    world.department("sales")
    ada, bob, cora = world.agent("ada"), world.agent("bob"), world.agent("cora", departments=("sales",))
    devices = {name: world.connect(who) for name, who in (("phone", ada), ("web", ada), ("bob", bob), ("cora", cora))}
    room = open_room(world, world.visitor())
    world.relay()
    for name in ("phone", "web", "bob"):
        (frame,) = world.sockets.frames(devices[name])
        assert frame["type"] == "room.changed"
        assert frame["room"]["state"] == "waiting"
        assert frame["room"]["last_message"]["text"] == "Hello"
    assert world.sockets.frames(devices["cora"]) == []

    world.sockets.clear()
    room.by_agent(ada, "accept").ok()
    world.relay()
    (removed,) = world.sockets.frames(devices["bob"])
    assert (removed["type"], removed["reason"], removed["seq"]) == ("room.removed", "taken", 3)
    assert removed["by"] == {"kind": "agent", "id": "ada", "name": "Ada"}
    for name in ("phone", "web"):
        (frame,) = world.sockets.frames(devices[name])
        assert (frame["type"], frame["room"]["state"]) == ("room.event", "incoming")


def test_a_decline_is_heard_by_the_one_who_declined_only(world: World) -> None:
    ada, bob = world.agent("ada"), world.agent("bob")
    devices = {"ada": world.connect(ada), "web": world.connect(ada), "bob": world.connect(bob)}
    room = open_room(world, world.visitor())
    world.relay()
    world.sockets.clear()
    room.by_agent(ada, "decline").ok()
    world.relay()
    for name in ("ada", "web"):
        (frame,) = world.sockets.frames(devices[name])
        assert (frame["type"], frame["reason"]) == ("room.removed", "declined")
    assert world.sockets.frames(devices["bob"]) == []


def test_who_hands_the_room_to_the_own_department_and_closes_the_tab_hears_that_it_left(world: World) -> None:
    ada, bob = world.agent("ada"), world.agent("bob")
    devices = {"ada": world.connect(ada), "web": world.connect(ada), "bob": world.connect(bob)}
    room = open_room(world, world.visitor())
    room.by_agent(ada, "accept").ok()
    room.by_agent(ada, "transfer", department_id="general").ok()
    world.relay()
    world.sockets.clear()
    room.by_agent(ada, "close").ok()
    world.relay()
    for name in ("ada", "web"):
        (frame,) = world.sockets.frames(devices[name])
        assert (frame["type"], frame["reason"], frame["seq"]) == ("room.removed", "left", 5)
    (changed,) = world.sockets.frames(devices["bob"])
    assert (changed["type"], changed["room"]["status"]) == ("room.changed", "waiting")


def test_notes_and_what_else_visitors_may_not_see_never_reach_them(world: World) -> None:
    ada, visitor = world.agent("ada"), world.visitor()
    world.agent("bob")
    socket = world.connect(visitor)
    room = open_room(world, visitor)
    room.by_agent(ada, "accept").ok()
    room.by_agent(ada, "notes", text="only for us").ok()
    room.by_agent(ada, "invite", agent_id="bob").ok()
    room.by_agent(ada, "messages", text="Hello").ok()
    world.relay()
    frames = world.sockets.frames(socket)
    assert [(frame["event"]["type"], frame["prev"]) for frame in frames] == [
        ("room.opened", 0),
        ("message.sent", 1),
        ("room.accepted", 2),
        ("message.sent", 3),
    ]
    assert all(set(frame["room"]).isdisjoint({"state", "offer", "held", "unread"}) for frame in frames)
    assert frames[-1]["room"]["seq"] == 6
    shown = world.http("GET", f"/visitor/rooms/{room.id}/events", visitor, query={"after": 0}).ok()
    assert [event["seq"] for event in shown["events"]] == [1, 2, 3, 6]


def test_events_of_a_batch_are_told_by_seq_however_the_stream_holds_them(world: World) -> None:
    """The stream keeps no order between the items of one transaction."""
    visitor = world.visitor()
    socket = world.connect(visitor)
    open_room(world, visitor)
    assert world.relay(list(reversed(world.inserted()))) == []
    assert _seqs(world.sockets.frames(socket))[:2] == [1, 2]


def test_a_batch_handed_over_again_changes_nothing_and_repeats_the_frames(world: World) -> None:
    ada, visitor = world.agent("ada"), world.visitor()
    socket = world.connect(visitor)
    room = open_room(world, visitor)
    room.by_agent(ada, "accept").ok()
    room.by_agent(ada, "messages", text="Hello").ok()
    records = world.inserted()
    assert world.relay(records) == []
    stored, posted = world.dump(), list(world.sockets.frames(socket))
    assert world.relay(records) == []
    assert world.dump() == stored
    assert world.sockets.frames(socket) == posted * 2
    assert _seqs(posted) == [1, 2, 3, 4]


def test_a_crash_between_append_and_advance_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, visitor = world.agent("ada"), world.visitor()
    socket = world.connect(ada)
    room = open_room(world, visitor)
    room.by_agent(ada, "accept").ok()
    world.relay()
    world.sockets.clear()
    store = type(world.wirings["visitor_api"].room_store)

    def died(*_args: Any) -> None:
        raise SystemError

    body = {"client_id": new_id(), "after": 3, "text": "Are you there?"}
    with monkeypatch.context() as patch:
        patch.setattr(store, "advance", died)
        assert room.by_visitor("messages", **body).code == "internal"
    assert room.seen_by(ada)["seq"] == 3
    world.relay()
    assert room.seen_by(ada)["seq"] == 4
    (frame,) = world.sockets.frames(socket)
    assert (frame["event"]["seq"], frame["room"]["unread"], frame["room"]["state"]) == (4, 1, "waiting")
    # The caller was told of a fault and repeats.
    assert room.by_visitor("messages", **body).ok()["seq"] == 4
    assert [event["seq"] for event in room.log(ada)] == [1, 2, 3, 4]


def test_the_next_command_meets_the_gap_and_closes_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = world.agent("ada")
    room = open_room(world, world.visitor())
    room.by_agent(ada, "accept").ok()
    store = type(world.wirings["visitor_api"].room_store)

    def died(*_args: Any) -> None:
        raise SystemError

    with monkeypatch.context() as patch:
        patch.setattr(store, "advance", died)
        room.by_visitor("messages", text="first")
    assert room.by_agent(ada, "messages", after=3, text="second").ok()["seq"] == 5
    assert [event["data"].get("text") for event in room.log(ada)][-2:] == ["first", "second"]
    assert room.seen_by(ada)["seq"] == 5


def test_one_failing_room_holds_no_other_up_and_is_reported_from_its_lowest_record(world: World) -> None:
    ada = world.agent("ada")
    good, bad = world.visitor("Gwen"), world.visitor("Bert")
    sockets = {"good": world.connect(good), "bad": world.connect(bad)}
    rooms = [open_room(world, bad), open_room(world, good)]
    for room in rooms:
        room.by_agent(ada, "accept").ok()
    records = sorted(world.inserted(), key=lambda one: (one["dynamodb"]["NewImage"]["sk"]["S"], one["eventID"]))
    for place, record in enumerate(records):
        record["dynamodb"]["SequenceNumber"] = f"{place:021d}"
    of_bad = [one["dynamodb"]["SequenceNumber"] for one in records if rooms[0].id in one["dynamodb"]["Keys"]["pk"]["S"]]
    world.sockets.failing.add(sockets["bad"])
    assert world.relay(records) == of_bad
    assert _seqs(world.sockets.frames(sockets["good"])) == [1, 2, 3]
    world.sockets.failing.clear()
    assert world.relay([one for one in records if one["dynamodb"]["SequenceNumber"] >= of_bad[0]]) == []
    assert _seqs(world.sockets.frames(sockets["bad"])) == [1, 2, 3]


# A batch of which nothing was delivered has nothing to measure, which Powertools warns of.
def test_a_batch_in_which_everything_fails_is_reported_whole(world: World) -> None:
    visitor = world.visitor()
    socket = world.connect(visitor)
    world.agent("ada")
    open_room(world, visitor)
    world.sockets.failing.add(socket)
    records = world.inserted()
    assert world.relay(records) == [one["dynamodb"]["SequenceNumber"] for one in records]


def test_a_gone_connection_is_forgotten_unless_it_is_just_opening(world: World) -> None:
    ada, visitor = world.agent("ada"), world.visitor()
    room = open_room(world, visitor)
    room.by_agent(ada, "accept").ok()
    world.relay()
    world.clock.advance(seconds=60)
    old = world.connect(ada)
    world.clock.advance(seconds=11)
    young = world.connect(ada)
    world.sockets.gone.update({old, young})
    room.by_visitor("messages", text="Hello").ok()
    assert world.relay() == []
    left = {sk for _, _, sk in world.dump() if sk.startswith("CONNECTION#")}
    assert left == {f"CONNECTION#{young}"}
    world.clock.advance(seconds=10)
    room.by_visitor("messages", text="Hello?").ok()
    world.relay()
    assert f"CONNECTION#{young}" in {sk for _, _, sk in world.dump()}
    world.clock.advance(seconds=1)
    room.by_visitor("messages", text="Hello??").ok()
    world.relay()
    assert not {sk for _, _, sk in world.dump() if sk.startswith("CONNECTION#")}


def _unattended(world: World, room: Any, reader: Any) -> list[str]:
    path = f"/visitor/rooms/{room.id}/events"
    events = world.http("GET", path, reader, query={"after": 0, "limit": 100}).ok()["events"]
    return [event["data"]["reason"] for event in events if event["type"] == "room.unattended"]


@pytest.mark.parametrize("text", [None, "Hello"])
@pytest.mark.parametrize("status", ["away", "offline"])
def test_with_nobody_online_the_visitor_is_told_once(world: World, status: Any, text: str | None) -> None:
    world.department("sales")
    ada = world.agent("ada", status=status)
    world.agent("cora", departments=("sales",))  # online, but not of this department
    visitor = world.visitor()
    socket = world.connect(visitor)
    room = open_room(world, visitor, text=text)
    records = world.inserted()
    world.relay(records)
    world.relay(records)
    world.relay()
    assert _unattended(world, room, visitor) == ["offline"]
    assert world.sockets.frames(socket)[-1]["event"]["type"] == "room.unattended"
    room.by_visitor("messages", text="I leave this here").ok()
    world.relay()
    assert _unattended(world, room, visitor) == ["offline"]
    # It waits under the same offer; who comes later finds it.
    assert room.seen_by(ada)["offer"]["seq"] == 1
    assert room.by_agent(ada, "accept").status == 200


def test_the_last_decline_tells_the_visitor_whose_next_message_is_a_new_offer(world: World) -> None:
    ada, bob = world.agent("ada"), world.agent("bob")
    world.agent("idle", status="away")
    visitor = world.visitor()
    room = open_room(world, visitor)
    world.relay()
    room.by_agent(ada, "decline").ok()
    world.relay()
    assert _unattended(world, room, visitor) == []
    room.by_agent(bob, "decline").ok()
    world.relay()
    assert _unattended(world, room, visitor) == ["declined"]
    socket = world.connect(ada)
    sent = room.by_visitor("messages", text="Anybody?").ok()
    world.relay()
    assert room.seen_by(ada)["offer"]["seq"] == sent["seq"]
    (frame,) = world.sockets.frames(socket)
    assert (frame["type"], frame["room"]["offer"]["seq"]) == ("room.changed", sent["seq"])
    assert room.by_agent(bob, "accept", offer=1).code == "already_taken"


def test_entries_that_ended_are_deleted_and_closed_rooms_listed(world: World) -> None:
    ada, visitor = world.agent("ada"), world.visitor()
    room = open_room(world, visitor)
    room.by_agent(ada, "accept").ok()
    world.relay()
    places = {(pk, sk.partition("#")[0]) for _, pk, sk in world.dump() if pk.startswith(("AGENT#", "QUEUE#"))}
    assert places == {("AGENT#ada", "OPEN")}
    room.by_visitor("close").ok()
    world.relay()
    places = {(pk, sk.partition("#")[0]) for _, pk, sk in world.dump() if pk.startswith(("AGENT#", "QUEUE#"))}
    assert places == {("AGENT#ada", "CLOSED")}
    room.by_agent(ada, "close").ok()
    world.relay()
    assert not [pk for _, pk, _ in world.dump() if pk.startswith(("AGENT#", "QUEUE#"))]
    assert room.seen_by(ada)["state"] is None


def test_items_of_a_room_expire_together(world: World) -> None:
    ada, visitor = world.agent("ada"), world.visitor()
    room = open_room(world, visitor)
    world.clock.advance(seconds=86_400)
    room.by_agent(ada, "accept").ok()
    room.by_visitor("close").ok()
    world.relay()
    days = ROOM_LIFE_DAYS + world.wirings["visitor_api"].settings.retention_days
    opened_at = world.clock() // 1000 - 86_400
    ends = {item["expires_at"]["N"] for (_, pk, sk), item in world.dump().items() if room.id in pk + sk}
    assert ends == {str(opened_at + days * 86_400)}


def test_an_agent_who_closes_the_tab_while_the_room_is_listed_is_not_listed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another batch of the same room, or the command itself, may overtake the relay between two of its steps."""
    ada = world.agent("ada")
    room = open_room(world, world.visitor())
    room.by_agent(ada, "accept").ok()
    world.relay()
    room.by_visitor("close").ok()
    closing = world.inserted()
    store = type(world.wirings["room_relay"].room_store)
    put_closed = store.put_closed

    def overtaken(*given: Any, **more: Any) -> None:
        monkeypatch.undo()
        room.by_agent(ada, "close").ok()
        assert world.relay() == []
        put_closed(*given, **more)

    monkeypatch.setattr(store, "put_closed", overtaken)
    assert world.relay(closing) == []
    inbox = world.http("GET", "/rooms", ada).ok()
    assert (inbox["counts"]["closed"], inbox["rooms"]) == (0, [])


def test_parts_that_the_relays_threads_share_are_made_before_them(world: World) -> None:
    parts = world.wirings["room_relay"]
    assert "delivery" not in vars(parts)
    assert parts.rooms_at_once is not None
    assert "delivery" in vars(parts)


def test_a_record_that_cannot_be_read_fails_alone(world: World) -> None:
    """Lambda hands over again from the lowest that failed, and gives a poison record to the dead letters at last."""
    ada = world.agent("ada")
    socket = world.connect(ada)
    open_room(world, world.visitor())
    good = world.inserted()
    poison = {
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "NewImage": {"pk": {"S": "ROOM#x"}, "sk": {"S": "EVENT#0000000001"}, "v": {"S": "no number"}},
            "SequenceNumber": "000000000000000000000",
        },
    }
    assert world.relay([poison, *good]) == ["000000000000000000000"]
    assert [frame["type"] for frame in world.sockets.frames(socket)] == ["room.changed"]


def test_a_room_that_cannot_be_delivered_holds_up_no_other(world: World) -> None:
    ada, ben = world.agent("ada"), world.agent("ben")
    rooms = [open_room(world, world.visitor()) for _ in range(2)]
    for room, agent in zip(rooms, (ada, ben), strict=True):
        room.by_agent(agent, "accept").ok()
    world.relay()
    broken, whole = world.connect(ada), world.connect(ben)
    world.sockets.failing.add(broken)
    for room in rooms:
        room.by_visitor("messages", text="Hello?").ok()
    records = world.inserted()
    failed = [
        one["dynamodb"]["SequenceNumber"] for one in records if one["dynamodb"]["Keys"]["pk"]["S"].endswith(rooms[0].id)
    ]
    assert world.relay(records) == failed
    assert [frame["event"]["seq"] for frame in world.sockets.frames(whole, "room.event")] == [4]
    world.sockets.failing.clear()
    assert world.relay(records) == []
    assert _seqs(world.sockets.frames(broken)) == [4]
