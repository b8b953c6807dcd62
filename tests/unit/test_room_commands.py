"""Commands, once: repeats, the order of checks, rates and times (contract.md, "Commands, once")."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from foyer.domain.commands import OpenRoom, SendMessage, fingerprint
from foyer.domain.decisions import MESSAGES_PER_WINDOW, Decision, decide, decide_opening, recognise
from foyer.domain.rooms import RATE_WINDOW_MILLISECONDS
from tests.unit.rooms import NOON, PAGE, Ask, Story, caller, refused

Verb = Callable[[Story], Decision]

APPENDING: dict[str, Verb] = {
    "visitor's message": lambda story: story.say("vera"),
    "agent's message": lambda story: story.say("ben", canned_response_id="canned-1"),
    "note": lambda story: story.note("ben"),
    "accept": lambda story: story.accept("dan"),
    "decline": lambda story: story.decline("dan"),
    "invite": lambda story: story.invite("ben", "cleo"),
    "transfer": lambda story: story.transfer("ben", agent="cleo"),
    "leave": lambda story: story.close("ben"),
    "close": lambda story: story.close("vera"),
    "system's close": lambda story: story.close("system", "idle"),
    "rate": lambda story: story.rate(),
    "unattended": lambda story: story.unattended("timeout"),
}


def told_until(name: str) -> Story:
    """A room in which this command appends something."""
    story = Story()
    if name != "unattended":
        story.accept("ben")
        story.invite("ben", "dan")
    return story


@pytest.mark.parametrize("name", APPENDING)
def test_a_repeat_answers_the_stored_event_and_appends_nothing(name: str) -> None:
    story = told_until(name)
    made = APPENDING[name](story)
    (stored,) = made.events
    again = story.again()
    assert (again.events, again.repeated, again.room) == ((), stored, made.room)


@pytest.mark.parametrize("name", APPENDING)
def test_a_repeat_is_recognised_after_many_events_and_after_the_close(name: str) -> None:
    story = told_until(name)
    (stored,) = APPENDING[name](story).events
    command = story.last
    if not story.room.is_closed:
        for _ in range(25):
            story.say("vera")
        story.close("vera")
    assert story.give(command).repeated == stored
    assert story.give(replace(command, after=0)).repeated == stored


@pytest.mark.parametrize(
    ("verb", "changes"),
    [
        (lambda story: story.say("vera", "One"), {"text": "Two"}),
        (lambda story: story.say("ben", "One"), {"canned_response_id": "canned-1"}),
        (lambda story: story.note("ben", "One"), {"text": "Two"}),
        (lambda story: story.accept("dan"), {"hold": True}),
        (lambda story: story.accept("dan"), {"offer": 1}),
        (lambda story: story.decline("dan"), {"offer": 1}),
        (lambda story: story.invite("ben", "cleo"), {"agent_id": "ada"}),
        (lambda story: story.transfer("ben", department="sales"), {"department_id": "general"}),
        (lambda story: story.rate(score=5), {"score": 1}),
        (lambda story: story.rate(score=5), {"comment": "Really"}),
    ],
)
def test_the_same_client_id_with_another_body_is_refused(verb: Verb, changes: dict[str, object]) -> None:
    story = told_until("another body")
    verb(story)
    seq = story.room.seq
    with refused("client_id_reused"):
        story.again(**changes)
    assert story.room.seq == seq


def test_the_same_client_id_for_another_command_is_refused() -> None:
    story = Story()
    story.say("vera", "One", client_id="c1")
    with refused("client_id_reused"):
        story.close("vera", client_id="c1", after=0)


def test_the_client_id_of_the_opening_is_used_too() -> None:
    story = Story()
    with refused("client_id_reused"):
        story.say("vera", client_id=story.log[0].client_id, after=0)


def test_two_callers_may_choose_the_same_client_id() -> None:
    story = Story()
    story.accept("ben")
    story.say("vera", "Same", client_id="c1", after=0)
    assert story.say("ben", "Same", client_id="c1", after=0).events


def test_a_caller_who_has_changed_its_name_is_still_recognised() -> None:
    story = Story()
    story.say("vera", client_id="c1")
    renamed = replace(story.last, caller=replace(caller("vera"), name="Vera Vale"))
    assert story.give(renamed).repeated == story.log[-1]


def test_a_refusal_is_not_remembered() -> None:
    story = Story()
    with refused("not_a_participant"):
        story.say("ben", client_id="c1")
    refused_command = story.last
    story.accept("ben")
    assert story.give(refused_command).events


def test_an_opening_with_a_text_is_recognised_as_a_whole_and_told_from_another() -> None:
    opening = OpenRoom(
        caller=caller("vera"),
        client_id="c1",
        at=NOON,
        room_id="room-1",
        department_id="general",
        page=PAGE,
        expires_at=1,
        text="Hi",
    )
    events = decide_opening(opening).events
    assert recognise(replace(opening, at=NOON + 1, expires_at=2), events) == events[0]
    with refused("client_id_reused"):
        recognise(replace(opening, text=None), events)


def test_a_fingerprint_is_of_what_is_asked_and_of_nothing_else() -> None:
    command = SendMessage(caller=caller("ben"), client_id="c1", at=NOON, text="Hi")
    same = replace(command, caller=caller("dan"), client_id="c2", at=NOON + 5, after=7)
    assert fingerprint(command) == fingerprint(same)
    assert fingerprint(command) != fingerprint(replace(command, text="Hi!"))


def test_what_is_not_seen_comes_before_the_repeat() -> None:
    story = Story()
    story.say("vera", client_id="c1")
    with refused("not_found"):
        story.say("walt", client_id="c1", after=0)


def test_the_repeat_comes_before_the_closed_room() -> None:
    story = Story()
    story.accept("ben")
    story.say("ben", "One", client_id="c1")
    story.close("vera")
    with refused("client_id_reused"):
        story.say("ben", "Two", client_id="c1", after=0)


def test_an_after_of_the_future_comes_before_the_closed_room() -> None:
    story = Story()
    story.close("vera")
    with refused("validation_failed"):
        story.say("vera", after=story.room.seq + 1)


def test_an_offer_of_the_future_comes_before_the_closed_room() -> None:
    story = Story()
    story.close("vera")
    with refused("validation_failed"):
        story.accept("ben", offer=story.room.seq + 1)


def test_the_closed_room_comes_before_already_taken() -> None:
    story = Story()
    story.accept("ben")
    story.close("ben")
    with refused("room_closed"):
        story.accept("dan", offer=1)


def test_the_closed_room_comes_before_who_may_do_it() -> None:
    story = Story()
    story.accept("ben")
    story.close("vera")
    asked: list[Ask] = [
        lambda: story.say("ada"),
        lambda: story.note("vera"),
        lambda: story.invite("vera", "dan"),
        lambda: story.transfer("vera", agent="dan"),
        lambda: story.accept("vera"),
    ]
    for late in asked:
        with refused("room_closed"):
            late()


def test_already_taken_comes_before_forbidden() -> None:
    story = Story()
    story.accept("ben")
    with refused("already_taken"):
        story.accept("ada")


def test_time_never_runs_back_within_a_log() -> None:
    story = Story()
    story.say("vera", at=NOON + 60_000)
    story.say("vera", at=NOON)
    assert [event.at for event in story.log[-2:]] == [NOON + 60_000] * 2


def test_a_room_takes_so_many_messages_and_notes_a_minute_and_says_when_to_come_back() -> None:
    story = Story(text=None)
    story.accept("ben")
    at = story.tick()
    for number in range(MESSAGES_PER_WINDOW):
        story.note("ben", at=at) if number % 2 else story.say("vera", at=at)
    for verb in (story.say, story.note):
        with refused("rate_limited") as answer:
            verb("ben", at=at + 1)
        assert answer.extra["retry_after"] == 60
    with refused("rate_limited") as answer:
        story.say("vera", at=at + RATE_WINDOW_MILLISECONDS - 1)
    assert answer.extra["retry_after"] == 1
    assert story.say("vera", at=at + RATE_WINDOW_MILLISECONDS).events
    assert story.room.window_count == 1


def test_a_full_window_neither_stops_a_repeat_nor_a_close() -> None:
    story = Story(text=None)
    at = story.tick()
    for _ in range(MESSAGES_PER_WINDOW):
        story.say("vera", at=at)
    assert story.give(story.last).repeated == story.log[-1]
    assert story.close("vera", at=at).events


def test_opening_is_no_command_on_a_room() -> None:
    story = Story()
    with pytest.raises(TypeError):
        decide(story.room, story.last, [])
