"""Rooms and logs for the stores' tests, made by the domain's own rules; every id is new."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from hypothesis import settings
from hypothesis import strategies as st

from foyer.domain.commands import (
    Accept,
    AddNote,
    Close,
    Command,
    Decline,
    Invite,
    OpenRoom,
    Rate,
    ReportUnattended,
    SendMessage,
    Transfer,
)
from foyer.domain.decisions import decide, decide_opening
from foyer.domain.errors import Refusal
from foyer.domain.events import Event
from foyer.domain.people import SYSTEM_CALLER, Caller
from foyer.domain.rooms import Room, fold
from foyer.ports import RoomStore, Visitor, VisitorStore
from tests.fakes.clock import NOON

EXPIRES_AT = NOON // 1000 + 60 * 86_400
PAGE = {"url": "https://shop.example/boots?size=38", "title": "Boots", "referrer": "https://search.example/"}
DEPARTMENTS = ("general", "sales")

TEXTS = st.text(min_size=1, max_size=200)
"""Any text that UTF-8 can carry: Hypothesis leaves out lone surrogates, as the doors do."""


FEW = settings(max_examples=max(8, settings().max_examples // 12))
"""For properties whose every example is a dozen requests."""


def new_id() -> str:
    """An id that no other test has."""
    return uuid4().hex


def agent(agent_id: str | None = None, *, departments: Sequence[str] = DEPARTMENTS) -> Caller:
    """An agent."""
    return Caller(kind="agent", id=agent_id or new_id(), name="Ada", department_ids=frozenset(departments))


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A room and its whole log."""

    room: Room
    events: tuple[Event, ...]

    def then(self, command: Command) -> "Story":
        """The story with one more command, which must append."""
        decision = decide(self.room, replace(command, after=self.room.seq))
        assert decision.events
        return Story(room=decision.room, events=(*self.events, *decision.events))

    @property
    def visitor(self) -> Caller:
        """The room's visitor."""
        return Caller(kind="visitor", id=self.room.visitor_id, name=self.room.visitor_name)

    def says(self, text: str, *, caller: Caller | None = None, at: int | None = None) -> "Story":
        """The visitor, or whoever is named, writes."""
        who = caller or self.visitor
        return self.then(SendMessage(caller=who, client_id=str(uuid4()), at=at or self.room.changed_at + 1, text=text))

    def accepted_by(self, who: Caller) -> "Story":
        """An agent accepts."""
        return self.then(Accept(caller=who, client_id=str(uuid4()), at=self.room.changed_at + 1))


def opening(
    *,
    visitor_id: str | None = None,
    room_id: str | None = None,
    department_id: str = "general",
    text: str | None = None,
    at: int = NOON,
    expires_at: int = EXPIRES_AT,
) -> Story:
    """A visitor opens a room."""
    decision = decide_opening(
        OpenRoom(
            caller=Caller(kind="visitor", id=visitor_id or new_id(), name="Vera"),
            client_id=str(uuid4()),
            at=at,
            room_id=room_id or new_id(),
            department_id=department_id,
            page=PAGE,
            expires_at=expires_at,
            text=text,
        )
    )
    return Story(room=decision.room, events=decision.events)


def store_visitor(visitors: VisitorStore, visitor_id: str) -> Visitor:
    """Writes a new visitor's profile."""
    return visitors.put_visitor(Visitor(id=visitor_id, name="Vera"), expires_at=EXPIRES_AT)


def store_opening(rooms: RoomStore, visitors: VisitorStore, story: Story) -> None:
    """Opens the story's room for a new visitor, as it was when it began."""
    begun = [event for event in story.events if event.seq == 1]
    store_visitor(visitors, story.room.visitor_id)
    rooms.open(fold(begun), begun, previous_room_id=None)


def store(rooms: RoomStore, visitors: VisitorStore, story: Story) -> None:
    """Stores the whole story: opens its room, appends what followed, advances the head."""
    store_opening(rooms, visitors, story)
    for event in story.events[1:]:
        rooms.append(event)
    rooms.advance(story.room)


def long_story(messages: int) -> Story:
    """A room in which the visitor writes that often."""
    story = opening()
    for number in range(messages):
        story = story.says(f"message {number}")
    return story


@st.composite
def stories(draw: st.DrawFn, *, commands: int = 15) -> Story:
    """Any valid log: people do what they like, and what the rules refuse did not happen."""
    agents = [agent(departments=("general",)), agent(departments=("sales",)), agent()]
    agents = [replace(one, name=draw(TEXTS), admin=draw(st.booleans())) for one in agents]
    story = opening(text=draw(st.none() | TEXTS))
    visitor = replace(story.visitor, name=draw(st.none() | TEXTS))
    people = st.sampled_from([visitor, *agents])
    for _ in range(draw(st.integers(0, commands))):
        who = draw(people)
        base = {
            "caller": who,
            "client_id": str(uuid4()),
            "at": story.room.changed_at + draw(st.integers(0, 100_000)),
            "after": draw(st.integers(0, story.room.seq)),
        }
        command = draw(
            st.one_of(
                st.builds(SendMessage, **_just(base), text=TEXTS, canned_response_id=st.none() | st.just(new_id())),
                st.builds(AddNote, **_just(base), text=TEXTS),
                st.builds(Accept, **_just(base), hold=st.booleans()),
                st.builds(Decline, **_just(base)),
                st.builds(Invite, **_just(base), agent_id=st.sampled_from([one.id for one in agents])),
                st.builds(Transfer, **_just(base), agent_id=st.sampled_from([one.id for one in agents])),
                st.builds(Transfer, **_just(base), department_id=st.sampled_from(DEPARTMENTS)),
                st.builds(Close, **_just(base)),
                st.builds(Rate, **_just(base), score=st.integers(1, 5), comment=st.none() | TEXTS),
                st.builds(
                    ReportUnattended,
                    **_just(base | {"caller": SYSTEM_CALLER}),
                    reason=st.sampled_from(["offline", "declined", "timeout"]),
                ),
            )
        )
        try:
            decision = decide(story.room, command, [one for one in story.events if one.seq > command.after])
        except Refusal:
            continue
        story = Story(room=decision.room, events=(*story.events, *decision.events))
    return story


def _just(values: dict[str, object]) -> dict[str, st.SearchStrategy[object]]:
    return {name: st.just(value) for name, value in values.items()}
