"""The rules for summaries, read marks and `/sync`."""

from typing import Any

import pytest

from tests.client.mirror import Mirror

_KINDS = {"ada": "agent"}


def _room(seq: int, *, reads: dict[str, int] | None = None, **more: Any) -> dict[str, Any]:
    marks = {"vera": 0, "ada": 0, **(reads or {})}
    return {
        "id": "room",
        "status": "active",
        "state": "waiting",
        "held": False,
        "unread": 2,
        "seq": seq,
        "participants": [
            {"kind": "agent" if one == "ada" else "visitor", "id": one, "read": marks[one]} for one in marks
        ],
        "last_message": {"seq": seq, "text": "…", "at": "…", "from": {"kind": "visitor"}},
    } | more


def _message(seq: int, kind: str = "visitor") -> dict[str, Any]:
    return {"seq": seq, "type": "message.sent", "actor": {"kind": kind}, "data": {"text": "…"}}


def _frame(seq: int, room: dict[str, Any]) -> dict[str, Any]:
    return {"type": "room.event", "room_id": "room", "event": _message(seq), "prev": seq - 1, "room": room}


def _reads(mirror: Mirror) -> dict[str, int]:
    return {one["id"]: one["read"] for one in mirror.rooms["room"]["participants"]}


def test_of_two_summaries_the_higher_seq_stays_in_whichever_order_they_come() -> None:
    older, newer = _room(4, department_id="sales"), _room(5, department_id="support")
    for first, second in ((older, newer), (newer, older)):
        mirror = Mirror(me="ada")
        mirror.summary(first)
        mirror.summary(second)
        assert mirror.rooms["room"] == newer


def test_at_equal_seq_the_higher_read_marks_of_both_are_kept_whichever_comes_first() -> None:
    mine = _room(5, reads={"ada": 5, "vera": 2}, unread=0, state="incoming")
    hers = _room(5, reads={"ada": 3, "vera": 4}, unread=1, state="waiting")
    for first, second in ((mine, hers), (hers, mine)):
        mirror = Mirror(me="ada")
        mirror.log("room").page([_message(seq) for seq in range(1, 6)], through=5)
        mirror.summary(first)
        mirror.summary(second)
        assert mirror.rooms["room"] == _room(5, reads={"ada": 5, "vera": 4}, unread=0, state="incoming")


def test_a_newer_summary_that_knows_less_of_the_reads_does_not_move_them_back() -> None:
    mirror = Mirror(me="ada")
    mirror.log("room").page([_message(seq) for seq in range(1, 6)], through=5)
    mirror.summary(_room(5))
    mirror.hear({"type": "room.read", "room_id": "room", "participant": {"kind": "agent", "id": "ada"}, "seq": 5})

    mirror.hear(_frame(6, _room(6, reads={"ada": 0}, unread=6)))

    assert (_reads(mirror)["ada"], mirror.rooms["room"]["unread"], mirror.rooms["room"]["state"]) == (5, 1, "waiting")


@pytest.mark.parametrize(("last", "state"), [("visitor", "incoming"), ("agent", "answered")])
def test_ones_own_read_elsewhere_changes_what_the_list_says(last: str, state: str) -> None:
    mirror = Mirror(me="ada")
    mirror.log("room").page([_message(1), _message(2), _message(3, last)], through=3)
    last_message = {"seq": 3, "text": "…", "at": "…", "from": {"kind": last}}
    mirror.summary(_room(3, held=True, last_message=last_message))

    mirror.hear({"type": "room.read", "room_id": "room", "participant": {"kind": "agent", "id": "ada"}, "seq": 3})

    room = mirror.rooms["room"]
    assert (room["unread"], room["held"], room["state"]) == (0, False, state)


def test_somebody_elses_read_changes_their_mark_alone() -> None:
    mirror = Mirror(me="ada")
    mirror.summary(_room(3, held=True))

    mirror.hear({"type": "room.read", "room_id": "room", "participant": {"kind": "visitor", "id": "vera"}, "seq": 3})

    assert mirror.rooms["room"] == _room(3, held=True, reads={"vera": 3})


def test_a_summary_that_is_not_above_the_removal_is_stale_and_one_above_it_is_not() -> None:
    mirror = Mirror(me="ada")
    mirror.summary(_room(4))
    mirror.hear({"type": "room.removed", "room_id": "room", "seq": 5, "reason": "taken", "by": None})
    assert mirror.rooms == {}

    for seq in (4, 5):
        mirror.hear({"type": "room.changed", "room": _room(seq)})
    assert mirror.rooms == {}

    mirror.hear({"type": "room.changed", "room": _room(6)})
    assert mirror.rooms["room"]["seq"] == 6


def test_a_removal_that_is_older_than_the_summary_removes_nothing() -> None:
    mirror = Mirror(me="ada")
    mirror.summary(_room(6))

    mirror.hear({"type": "room.removed", "room_id": "room", "seq": 5, "reason": "withdrawn", "by": None})

    assert mirror.rooms["room"]["seq"] == 6


def test_a_summary_without_a_state_takes_the_room_off_the_list() -> None:
    mirror = Mirror(me="ada")
    mirror.summary(_room(4))

    mirror.summary(_room(5, state=None))

    assert mirror.rooms == {}


def test_a_frame_that_knows_of_later_events_opens_a_hole_until_they_come() -> None:
    mirror = Mirror(me="ada")

    assert mirror.hear(_frame(1, _room(2))) == "shown"
    assert mirror.behind() == {"room"}

    assert mirror.hear(_frame(2, _room(2))) == "shown"
    assert mirror.behind() == set()


def test_a_room_that_is_not_listed_lacks_nothing() -> None:
    mirror = Mirror(me="ada")
    mirror.hear(_frame(3, _room(3)))

    mirror.hear({"type": "room.removed", "room_id": "room", "seq": 4, "reason": "left", "by": None})

    assert mirror.behind() == set()


def test_frames_of_kinds_not_known_change_nothing() -> None:
    mirror = Mirror(me="ada")

    assert mirror.hear({"type": "room.sparkled", "room_id": "room"}) == "other"
    assert mirror.hear({"message": "Forbidden"}) == "other"

    assert (mirror.rooms, mirror.logs) == ({}, {})


def test_what_sync_answers_fills_the_logs_and_says_what_is_left_to_fetch() -> None:
    mirror = Mirror(me="ada")
    for one in ("long", "gone", "same"):
        mirror.summary(_room(1, id=one))
    mirror.log("same").page([_message(1)], through=1)
    known = mirror.known()
    assert known == {"long": 0, "gone": 0, "same": 1}

    unfinished = mirror.synced(
        known,
        {
            "inbox": {"rooms": [_room(200, id="long"), _room(1, id="same"), _room(7, id="new")], "counts": {}},
            "events": {
                "long": {"events": [_message(seq) for seq in range(1, 101)], "through": 100, "more": True},
                "same": {"events": [], "through": 1, "more": False},
            },
            "removed": ["gone"],
        },
    )

    assert unfinished == {"long": 100, "new": 0}
    assert set(mirror.rooms) == {"long", "same", "new"}
    assert mirror.log("long").through == 100
