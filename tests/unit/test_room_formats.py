"""Logs outlive code: `evolve` reads every format ever written, and a room is nothing but its log."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import pytest

from foyer.domain.events import EVENT_FORMAT, EVENT_TYPES, Event, Notice, ReadMark
from foyer.domain.people import Actor
from foyer.domain.rooms import evolve, fold
from tests.unit.golden import stories as golden
from tests.unit.rooms import Story

FILES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in golden.FOLDER.glob("events-v*.json")}
TOLD = [pytest.param(told, id=f"{name}: {about}") for name, file in FILES.items() for about, told in file.items()]


def event_of(stored: Mapping[str, Any]) -> Event:
    """An event from its stored fields."""
    fields = dict(stored) | {
        "actor": Actor(**stored["actor"]),
        "read": None if stored["read"] is None else ReadMark(**stored["read"]),
        "notices": tuple(Notice(**one) for one in stored["notices"]),
    }
    return Event(**fields)


@pytest.mark.parametrize("told", TOLD)
def test_a_stored_log_makes_the_room_that_it_made_when_it_was_written(told: Mapping[str, Any]) -> None:
    room = fold(event_of(stored) for stored in told["events"])
    folded = json.loads(json.dumps(asdict(room)))
    assert {name: folded.get(name) for name in told["room"]} == told["room"]


@pytest.mark.parametrize("name", FILES)
def test_a_golden_file_holds_every_type_of_event_in_its_own_format(name: str) -> None:
    events = [event for told in FILES[name].values() for event in told["events"]]
    assert {f"events-v{event['v']}" for event in events} == {name}
    assert {event["type"] for event in events} == set(EVENT_TYPES)


def test_the_format_written_today_has_a_golden_file_that_still_says_what_is_written() -> None:
    file = FILES[f"events-v{EVENT_FORMAT}"]
    for about, story in golden.stories().items():
        assert golden.told(story)["events"] == file[about]["events"], f"{about}: another format needs another `v`"


def test_a_log_with_a_gap_or_a_repeat_is_refused() -> None:
    story = Story()
    for log in ([story.log[1]], [story.log[0], story.log[0]], [story.log[0], replace(story.log[1], seq=3)]):
        with pytest.raises(ValueError, match="does not follow"):
            fold(log)


def test_an_empty_log_is_no_room() -> None:
    with pytest.raises(ValueError, match="at least"):
        fold([])


def test_a_room_opens_once() -> None:
    story = Story()
    with pytest.raises(ValueError, match="once"):
        evolve(story.room, replace(story.log[0], seq=3))


@pytest.mark.parametrize("about", golden.stories())
def test_a_room_can_be_caught_up_from_any_point_of_its_log(about: str) -> None:
    story = golden.stories()[about]
    for so_far in range(1, len(story.log) + 1):
        assert fold(story.log[so_far:], fold(story.log[:so_far])) == story.room
