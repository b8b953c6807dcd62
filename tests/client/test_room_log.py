"""The rule for gaps and repeats, by example and by chance."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.client.room_log import RoomLog


def _event(seq: int) -> dict[str, Any]:
    return {"seq": seq, "type": "message.sent", "data": {"text": f"Message {seq}"}}


def _seqs(log: RoomLog) -> list[int]:
    return [event["seq"] for event in log.events]


def test_events_that_close_up_are_shown_at_once() -> None:
    log = RoomLog()

    taken = [log.frame(_event(seq), prev=seq - 1) for seq in (1, 2, 3)]

    assert taken == ["shown"] * 3
    assert (_seqs(log), log.behind) == ([1, 2, 3], False)


def test_an_event_behind_a_hole_waits_until_the_hole_is_filled() -> None:
    log = RoomLog()
    log.frame(_event(1), prev=0)

    assert log.frame(_event(3), prev=2) == "ahead"
    assert (_seqs(log), log.behind) == ([1], True)

    assert log.frame(_event(2), prev=1) == "shown"
    assert (_seqs(log), log.behind) == ([1, 2, 3], False)


def test_what_came_before_is_dropped_whether_it_is_shown_or_waits() -> None:
    log = RoomLog()
    log.frame(_event(1), prev=0)
    log.frame(_event(3), prev=2)

    assert [log.frame(_event(seq), prev=seq - 1) for seq in (1, 3)] == ["duplicate"] * 2
    log.page([_event(1), _event(2), _event(3)], through=3)
    assert _seqs(log) == [1, 2, 3]


def test_a_visitors_log_has_no_hole_where_the_visitor_may_see_nothing() -> None:
    log = RoomLog()
    log.frame(_event(1), prev=0)

    assert log.frame(_event(4), prev=1) == "shown"
    assert (_seqs(log), log.behind) == ([1, 4], False)


def test_a_page_that_says_how_far_the_server_looked_leaves_no_hole_behind_what_it_left_out() -> None:
    log = RoomLog()

    log.page([_event(1), _event(2)], through=5)

    assert (log.through, log.behind) == (5, False)
    assert log.frame(_event(6), prev=2) == "shown"


def test_a_promise_is_a_hole_until_the_event_is_there() -> None:
    log = RoomLog()
    log.promise(1)
    assert log.behind

    log.frame(_event(1), prev=0)

    assert not log.behind


@given(
    visible=st.sets(st.integers(1, 25), min_size=1).map(sorted),
    lost=st.sets(st.integers(1, 25)),
    order=st.randoms(use_true_random=False),
    page_after=st.integers(0, 20),
)
def test_whatever_is_lost_repeated_and_reordered_nothing_shows_out_of_order_and_one_page_mends_it(
    visible: list[int], lost: set[int], order: Any, page_after: int
) -> None:
    log = RoomLog()
    before = dict(zip(visible, [0, *visible], strict=False))
    frames = [seq for seq in visible if seq not in lost]
    frames += order.choices(frames, k=len(frames)) if frames else []
    order.shuffle(frames)

    for number, seq in enumerate(frames):
        if number == page_after:
            log.page([_event(one) for one in visible if one > log.through], through=visible[-1])
        had = _seqs(log)
        log.frame(_event(seq), prev=before[seq])
        assert _seqs(log)[: len(had)] == had, "what was shown has changed"
        assert _seqs(log) == visible[: len(log.events)], "something is shown behind a hole"
    assert all(earlier < later for earlier, later in pairwise(_seqs(log)))
    assert log.behind == (bool(frames) and log.through < max(frames))

    log.page([_event(one) for one in visible if one > log.through], through=visible[-1])

    assert (_seqs(log), log.behind, log.ahead) == (visible, False, {})
