"""What clients receive (contract.md, "Shapes"): the models from which OpenAPI and AsyncAPI are made.

Services build these shapes as plain JSON values in `foyer.services.views`; answers through HTTP are checked here.
"""

from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, RootModel

from foyer.domain.people import ActorKind, AgentStatus

Timestamp = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$",
        description="RFC 3339 in UTC with milliseconds.",
        json_schema_extra={"format": "date-time"},
    ),
]
Kind = Literal["visitor", "agent"]

Value = TypeVar("Value")
Absent = Annotated[Value | None, Field(exclude_if=lambda value: value is None)]
"""A field that is left out where it says nothing, so that an event reads the same by HTTP and by socket."""


class Shape(BaseModel):
    """Closed on our side; clients ignore what they do not know."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Actor(Shape):
    """Who caused an event; the system has neither id nor name."""

    kind: ActorKind
    id: str | None
    name: str | None


class OpenedFrom(Shape):
    """The page from which a room was opened."""

    url: str
    title: str | None
    referrer: str | None


class RoomOpenedData(Shape):
    """The data of `room.opened`."""

    department_id: str
    page: OpenedFrom


class MessageSentData(Shape):
    """The data of `message.sent`."""

    text: str
    canned_response_id: Absent[str] = None


class NoteAddedData(Shape):
    """The data of `note.added`."""

    text: str


class RoomAcceptedData(Shape):
    """The data of `room.accepted`."""

    offer: int
    hold: bool


class RoomDeclinedData(Shape):
    """The data of `room.declined`."""

    offer: int


class AgentInvitedData(Shape):
    """The data of `agent.invited`."""

    agent_id: str


class RoomTransferredData(Shape):
    """The data of `room.transferred`."""

    agent_id: Absent[str] = None
    department_id: Absent[str] = None


class AgentLeftData(Shape):
    """The data of `agent.left`."""


class RoomUnattendedData(Shape):
    """The data of `room.unattended`."""

    reason: Literal["offline", "declined", "timeout"]


class RoomClosedData(Shape):
    """The data of `room.closed`."""

    closed_by: Literal["visitor", "agent", "system"]
    reason: Literal["closed", "visitor_left", "idle", "expired"]


class RoomRatedData(Shape):
    """The data of `room.rated`."""

    score: int
    comment: str | None


class _Event(Shape):
    """What all events have. `client_id` is what the actor named its command."""

    seq: int
    at: Timestamp
    actor: Actor
    client_id: str


class RoomOpened(_Event):
    """The visitor opened the room."""

    type: Literal["room.opened"]
    data: RoomOpenedData


class MessageSent(_Event):
    """Somebody wrote; `text` has 1 to 4,000 code points."""

    type: Literal["message.sent"]
    data: MessageSentData


class NoteAdded(_Event):
    """An agent wrote what no visitor sees."""

    type: Literal["note.added"]
    data: NoteAddedData


class RoomAccepted(_Event):
    """An agent took the offer named."""

    type: Literal["room.accepted"]
    data: RoomAcceptedData


class RoomDeclined(_Event):
    """An agent wants no part of the offer named."""

    type: Literal["room.declined"]
    data: RoomDeclinedData


class AgentInvited(_Event):
    """A personal offer to one more agent."""

    type: Literal["agent.invited"]
    data: AgentInvitedData


class RoomTransferred(_Event):
    """An offer to an agent or a department; the giver leaves when it is accepted."""

    type: Literal["room.transferred"]
    data: RoomTransferredData


class AgentLeft(_Event):
    """An agent closed its tab."""

    type: Literal["agent.left"]
    data: AgentLeftData


class RoomUnattended(_Event):
    """Nobody takes the room."""

    type: Literal["room.unattended"]
    data: RoomUnattendedData


class RoomClosed(_Event):
    """The room is closed and stays so."""

    type: Literal["room.closed"]
    data: RoomClosedData


class RoomRated(_Event):
    """The visitor said how it was."""

    type: Literal["room.rated"]
    data: RoomRatedData


class Event(
    RootModel[
        Annotated[
            RoomOpened
            | MessageSent
            | NoteAdded
            | RoomAccepted
            | RoomDeclined
            | AgentInvited
            | RoomTransferred
            | AgentLeft
            | RoomUnattended
            | RoomClosed
            | RoomRated,
            Field(discriminator="type"),
        ]
    ]
):
    """One entry of a room's log."""


class VisitorName(Shape):
    """A visitor in a summary."""

    id: str
    name: str | None


class Participant(Shape):
    """Who takes part; `read` is the last seq that they read."""

    kind: Kind
    id: str
    name: str | None
    read: int


class LastMessage(Shape):
    """The newest message; `text` is an excerpt of 120 code points."""

    seq: int
    text: str
    at: Timestamp
    from_: Actor = Field(alias="from")


class AgentName(Shape):
    """An agent by id and name."""

    id: str
    name: str | None


class Offer(Shape):
    """An offer that stands for the receiver."""

    seq: int
    kind: Literal["department", "invite", "transfer"]
    by: AgentName | None
    at: Timestamp


class VisitorSummary(Shape):
    """A room as its visitor sees it."""

    id: str
    status: Literal["waiting", "active", "closed"]
    seq: int
    department_id: str
    visitor: VisitorName
    participants: list[Participant]
    last_message: LastMessage | None
    opened_at: Timestamp
    changed_at: Timestamp
    closed_at: Timestamp | None
    closed_by: Literal["visitor", "agent", "system"] | None


class Summary(VisitorSummary):
    """A room as one agent's inbox shows it: `state`, `offer`, `held` and `unread` are this agent's own."""

    state: Literal["closed", "waiting", "answered", "incoming"] | None
    offer: Offer | None
    held: bool
    unread: int


class VisitedPage(Shape):
    """A page that the visitor looked at."""

    url: str
    title: str | None
    at: Timestamp


class Visitor(Shape):
    """A visitor's profile."""

    id: str
    name: str | None
    email: str | None
    locale: str | None
    browser: str | None
    custom: dict[str, str | int | float | bool]
    pages: list[VisitedPage]


class RoomDetail(Summary):
    """A summary, with the visitor whole and their latest ten earlier rooms."""

    visitor: Visitor  # type: ignore[assignment]  # grows from the summary's
    earlier_rooms: list[Summary]


class Counts(Shape):
    """Rooms by tab, exact up to 100; 100 means 100 or more."""

    all: int
    active: int
    waiting: int
    closed: int


class Rooms(Shape):
    """A page of an agent's inbox."""

    rooms: list[Summary]
    counts: Counts
    next_cursor: str | None


class VisitorRooms(Shape):
    """A page of a visitor's rooms."""

    rooms: list[VisitorSummary]
    next_cursor: str | None


class Events(Shape):
    """A page of a log; `through` is the last seq looked at, `more` looks in the direction asked."""

    events: list[Event]
    through: int
    more: bool


class InboxNow(Shape):
    """All open rooms and the newest 100 closed."""

    rooms: list[Summary]
    counts: Counts


class Sync(Shape):
    """What a device missed."""

    inbox: InboxNow
    events: dict[str, Events]
    removed: list[str]


class Session(Shape):
    """A visitor's session; the token goes into `Authorization: Bearer`."""

    visitor_id: str
    token: str
    expires_at: Timestamp


class Ticket(Shape):
    """One connection, single use: append `?ticket=` to `url`."""

    ticket: str
    url: str
    expires_at: Timestamp


class DepartmentName(Shape):
    """A department."""

    id: str
    name: str


class DepartmentOnline(DepartmentName):
    """A department, and whether anybody of it is online."""

    online: bool


class Availability(Shape):
    """Whether anybody is there."""

    online: bool
    departments: list[DepartmentOnline]


class Departments(Shape):
    """All departments."""

    departments: list[DepartmentOnline]
    next_cursor: str | None


class Me(Shape):
    """The agent who asks."""

    id: str
    name: str
    email: str
    status: AgentStatus
    admin: bool
    departments: list[DepartmentName]


class Colleague(Shape):
    """An agent, with the number of open rooms it takes part in."""

    id: str
    name: str
    status: AgentStatus
    open_rooms: int
    department_ids: list[str]


class Agents(Shape):
    """All agents."""

    agents: list[Colleague]
    next_cursor: str | None


class CannedResponse(Shape):
    """A prepared text."""

    id: str
    shortcut: str
    title: str
    body: str
    tags: list[str]
    scope: Literal["company", "department", "agent"]
    department_id: Absent[str] = None
    version: int
    updated_at: Timestamp


class CannedResponses(Shape):
    """A page of canned responses, best first."""

    canned_responses: list[CannedResponse]
    next_cursor: str | None


class Device(Shape):
    """A device; the push token is not shown again."""

    id: str
    platform: Literal["ios", "android", "web"]
    locale: str | None


class OfferPush(Shape):
    """What became of an offer on its way to one device, or why an agent was not pushed (`device_id` null)."""

    offer: int
    kind: Literal["offer", "invite", "transfer"]
    agent: AgentName
    device_id: str | None
    at: Timestamp
    outcome: Literal["sent", "gone", "disabled", "refused", "unconfigured", "no_device"]
    provider: str | None
    answer: str | None
    seen_at: Timestamp | None
    action: Literal["accept", "hold", "decline"] | None
    acted_at: Timestamp | None


class Pushes(Shape):
    """The ledger of a room's offers."""

    pushes: list[OfferPush]


class Auth(Shape):
    """How agents sign in."""

    kind: Literal["cognito"]
    region: str
    user_pool_id: str
    client_id: str
    endpoint: str


class Push(Shape):
    """How browsers subscribe."""

    vapid_public_key: str


class Config(Shape):
    """All that an app needs to know, from the one URL that it knows."""

    version: str
    api_url: str
    socket_url: str
    auth: Auth
    push: Push | None


class FieldProblem(Shape):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(BaseModel):
    """RFC 9457; `code` is stable. further members depend on it."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    fields: list[FieldProblem] | None = None
    room_id: str | None = None
    taken_by: AgentName | None = None
    retry_after: int | None = None
    request_id: str | None = None
