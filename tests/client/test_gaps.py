"""When a hole is worth a call."""

from tests.client.gaps import Gaps


def test_a_hole_that_closes_within_a_second_costs_no_call() -> None:
    gaps = Gaps(patience=1.0)
    gaps.look({"a"}, now=10.0)

    assert not gaps.due(now=10.9)
    gaps.look(set(), now=10.9)

    assert not gaps.due(now=11.5)
    assert (gaps.opened, gaps.healed) == (1, 1)


def test_a_hole_that_stays_for_a_second_is_due_however_often_one_looks() -> None:
    gaps = Gaps(patience=1.0)
    for now in (10.0, 10.4, 10.8):
        gaps.look({"a"}, now=now)

    assert gaps.due(now=11.0)
    assert gaps.opened == 1


def test_after_asking_in_vain_it_is_due_again_a_second_later() -> None:
    gaps = Gaps(patience=1.0)
    gaps.look({"a"}, now=10.0)
    gaps.asked(now=11.0)

    assert not gaps.due(now=11.9)
    assert gaps.due(now=12.0)
    assert gaps.healed == 0


def test_each_rooms_hole_has_its_own_time() -> None:
    gaps = Gaps(patience=1.0)
    gaps.look({"a"}, now=10.0)
    gaps.look({"a", "b"}, now=10.5)
    assert gaps.wait(now=10.5) == 0.5

    gaps.look({"b"}, now=10.75)

    assert gaps.wait(now=10.75) == 0.75
    gaps.look(set(), now=11.0)
    assert gaps.wait(now=11.0) is None
