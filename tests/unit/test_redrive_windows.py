"""When the events behind a dead letter were said."""

import json
from typing import Any

import pytest

from operate.windows import NoPointerError, Window, merged, window_of

_BATCH = {
    "shardId": "shardId-00000001573689847184-864758bb",
    "startSequenceNumber": "800000000003126276362",
    "endSequenceNumber": "800000000003126276363",
    "approximateArrivalOfFirstRecord": "2026-11-25T00:19:31Z",
    "approximateArrivalOfLastRecord": "2026-11-25T00:20:31.500Z",
    "batchSize": 2,
}
_FIRST, _LAST = 1_795_565_971_000, 1_795_566_031_500


def _letter(**batch: Any) -> str:
    return json.dumps({"version": "1.0", "DDBStreamBatchInfo": {**_BATCH, **batch}})


def test_a_window_begins_before_the_first_event_was_written_and_ends_after_the_last() -> None:
    window = window_of(_letter())
    assert window == Window(start=_FIRST - 120_000, end=_LAST + 10_000)
    assert _FIRST in window
    assert _LAST in window
    assert window.end + 1 not in window


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        '"text"',
        "{}",
        '{"DDBStreamBatchInfo": null}',
        '{"DDBStreamBatchInfo": {}}',
        _letter(approximateArrivalOfFirstRecord="yesterday"),
        _letter(approximateArrivalOfLastRecord=None),
    ],
)
def test_what_is_no_pointer_into_the_stream_is_told_apart(body: str) -> None:
    with pytest.raises(NoPointerError):
        window_of(body)


def test_windows_that_overlap_become_one_and_others_stay() -> None:
    windows = [Window(start=50, end=60), Window(start=0, end=10), Window(start=5, end=8), Window(start=10, end=20)]
    assert merged(windows, at_most=10) == [Window(start=0, end=20), Window(start=50, end=60)]
    assert merged([], at_most=10) == []


def test_too_many_windows_are_joined_where_they_are_nearest() -> None:
    windows = [Window(start=start, end=start + 1) for start in (0, 10, 12, 40)]
    assert merged(windows, at_most=3) == [
        Window(start=0, end=1),
        Window(start=10, end=13),
        Window(start=40, end=41),
    ]
    assert merged(windows, at_most=1) == [Window(start=0, end=41)]
