"""What callers send: the same bodies through both doors. Unknown fields and wrong types are refused, never bent."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from foyer.domain import texts
from foyer.domain.canned_responses import CannedResponseDraft
from foyer.domain.commands import (
    Accept,
    AddNote,
    Close,
    Command,
    Decline,
    Invite,
    Rate,
    SendMessage,
    Transfer,
)
from foyer.domain.people import Caller

ID_LENGTH = 64
LARGEST_SEQ = 9_999_999_999
"""Ten digits: what an event's key holds."""


def _text(longest: int, shortest: int = 1) -> Any:
    return StringConstraints(strip_whitespace=True, min_length=shortest, max_length=longest)


ClientId = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}$"),
    Field(description="A UUID that the caller makes; a retry repeats it with the body unchanged."),
]
Seq = Annotated[int, Field(ge=0, le=LARGEST_SEQ)]
OfferSeq = Annotated[int, Field(ge=1, le=LARGEST_SEQ)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=ID_LENGTH)]
MessageText = Annotated[str, _text(texts.MESSAGE_LENGTH)]
Name = Annotated[str, _text(texts.NAME_LENGTH)]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, max_length=texts.EMAIL_LENGTH, pattern=r"^[^\s@<>\"',;]+@[^\s@<>\"',;]+\.[^\s@<>\"',;]+$"
    ),
]
Locale = Annotated[
    str, StringConstraints(max_length=texts.LOCALE_LENGTH, pattern=r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$")
]
Url = Annotated[str, StringConstraints(max_length=texts.URL_LENGTH, pattern=r"^https?://\S+$")]
Title = Annotated[str, _text(texts.TITLE_LENGTH, 0)]
CustomKey = Annotated[str, StringConstraints(pattern=rf"^[A-Za-z0-9_.-]{{1,{texts.CUSTOM_KEY_LENGTH}}}$")]
CustomValue = (
    Annotated[str, _text(texts.CUSTOM_VALUE_LENGTH, 0)]
    | Annotated[int, Field(ge=-texts.CUSTOM_LARGEST_NUMBER, le=texts.CUSTOM_LARGEST_NUMBER)]
    | Annotated[float, Field(ge=-texts.CUSTOM_LARGEST_NUMBER, le=texts.CUSTOM_LARGEST_NUMBER)]
    | bool
)
Custom = Annotated[dict[CustomKey, CustomValue], Field(max_length=texts.CUSTOM_FIELDS)]


class Body(BaseModel):
    """Strict: a number is no text, a text is no number, and what is not known is refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class CommandBody(Body):
    """What every command carries."""

    client_id: ClientId
    after: Seq = Field(default=0, description="The last seq that the caller had when the command was made.")

    def command(self, caller: Caller, at: int) -> Command:
        """The command that this body asks for."""
        raise NotImplementedError

    def _common(self, caller: Caller, at: int) -> dict[str, Any]:
        return {"caller": caller, "client_id": self.client_id, "at": at, "after": self.after}


class VisitorMessageBody(CommandBody):
    """A visitor's message."""

    text: MessageText

    def command(self, caller: Caller, at: int) -> Command:
        """The command that this body asks for."""
        return SendMessage(**self._common(caller, at), text=self.text)


class MessageBody(VisitorMessageBody):
    """An agent's message."""

    canned_response_id: Id | None = None

    def command(self, caller: Caller, at: int) -> Command:
        """The command that this body asks for."""
        return SendMessage(**self._common(caller, at), text=self.text, canned_response_id=self.canned_response_id)


class NoteBody(CommandBody):
    """An internal note."""

    text: MessageText

    def command(self, caller: Caller, at: int) -> Command:
        """The command that this body asks for."""
        return AddNote(**self._common(caller, at), text=self.text)


class AcceptBody(CommandBody):
    """An acceptance, or a hold."""

    offer: OfferSeq | None = None
    hold: bool = False

    def command(self, caller: Caller, at: int) -> Command:
        """The command that this body asks for."""
        return Accept(**self._common(caller, at), offer=self.offer, hold=self.hold)


class DeclineBody(CommandBody):
    """A decline."""

    offer: OfferSeq | None = None

    def command(self, caller: Caller, at: int) -> Command:
        """The command that this body asks for."""
        return Decline(**self._common(caller, at), offer=self.offer)


class InviteBody(CommandBody):
    """An invitation."""

    agent_id: Id

    def command(self, caller: Caller, at: int) -> Command:
        """The command that this body asks for."""
        return Invite(**self._common(caller, at), agent_id=self.agent_id)


class TransferBody(CommandBody):
    """A transfer to an agent or to a department: exactly one of them."""

    agent_id: Id | None = None
    department_id: Id | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.agent_id is None) == (self.department_id is None):
            message = "give either agent_id or department_id"
            raise ValueError(message)
        return self

    def command(self, caller: Caller, at: int) -> Command:
        """The command that this body asks for."""
        return Transfer(**self._common(caller, at), agent_id=self.agent_id, department_id=self.department_id)


class CloseBody(CommandBody):
    """A visitor's close, or an agent's close of its tab."""

    def command(self, caller: Caller, at: int) -> Command:
        """The command that this body asks for."""
        return Close(**self._common(caller, at))


class RatingBody(CommandBody):
    """How it was."""

    score: Annotated[int, Field(ge=1, le=5)]
    comment: Annotated[str, _text(texts.COMMENT_LENGTH, 0)] | None = None

    def command(self, caller: Caller, at: int) -> Command:
        """The command that this body asks for."""
        return Rate(**self._common(caller, at), score=self.score, comment=self.comment)


class ReadBody(Body):
    """How far the caller has read."""

    seq: Seq


class TypingBody(Body):
    """Whether the caller writes, and what a visitor wrote so far."""

    typing: bool
    preview: Annotated[str, StringConstraints(max_length=texts.MESSAGE_LENGTH)] | None = None


class DeviceStateBody(Body):
    """Whether the app is in the foreground."""

    foreground: bool


class SessionBody(Body):
    """What a visitor says of themself."""

    name: Name | None = None
    email: Email | None = None
    locale: Locale | None = None
    custom: Custom | None = None

    def changes(self) -> dict[str, Any]:
        """The fields that were sent; null takes one back."""
        sent = self.model_fields_set & {"name", "email", "locale", "custom"}
        return {name: getattr(self, name) for name in sent}


class Page(Body):
    """A page that a visitor looks at."""

    url: Url
    title: Title | None = None


class VisitorBody(SessionBody):
    """A change of the visitor's profile."""

    page: Page | None = None


class OpeningPage(Page):
    """The page from which a room is opened."""

    referrer: Annotated[str, StringConstraints(max_length=texts.URL_LENGTH)] | None = None


class RoomBody(Body):
    """A new room."""

    client_id: ClientId
    department_id: Id | None = None
    text: MessageText | None = None
    page: OpeningPage


class TicketBody(Body):
    """A ticket for a socket."""

    device_id: Id | None = None


class StatusBody(Body):
    """An agent's chosen status."""

    status: Literal["online", "away", "offline"]


class SyncBody(Body):
    """What a device has: per room the last `seq`, 0 for the start."""

    rooms: Annotated[dict[Id, Seq], Field(max_length=100)]


class CannedResponseBody(Body):
    """A canned response as it is written. Limits of its texts are the domain's (`canned_responses.problems`)."""

    shortcut: str
    title: str
    body: str
    tags: list[str] = Field(default_factory=list)
    scope: Literal["company", "department", "agent"] = "agent"
    department_id: Id | None = None

    def draft(self) -> CannedResponseDraft:
        """The draft that the domain judges."""
        return CannedResponseDraft(
            shortcut=self.shortcut,
            title=self.title,
            body=self.body,
            tags=tuple(self.tags),
            scope=self.scope,
            department_id=self.department_id,
        )


class NewCannedResponseBody(CannedResponseBody):
    """A new canned response."""

    client_id: ClientId


def _no_default(schema: dict[str, Any]) -> None:
    """Takes the default out of a field's description: left out, the field stays as it is."""
    schema.pop("default", None)


class ChangedCannedResponseBody(Body):
    """A change of the version that the caller knows. What may be left out stays as it is."""

    shortcut: str
    title: str
    body: str
    tags: list[str] = Field(default_factory=list)
    scope: Literal["company", "department", "agent"] = Field(default="agent", json_schema_extra=_no_default)
    department_id: Id | None = None
    version: Annotated[int, Field(ge=1, le=LARGEST_SEQ)]

    def changes(self) -> dict[str, Any]:
        """The fields of a draft that were sent. A new scope takes its department along, or none."""
        sent = self.model_dump(exclude={"version"}, exclude_unset=True)
        if "tags" in sent:
            sent["tags"] = tuple(sent["tags"])
        return {"department_id": None, **sent} if "scope" in sent else sent


class PushActionBody(Body):
    """What was chosen on a lock screen, with the token of the notification."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=1_024)]
    action: Literal["seen", "accept", "hold", "decline"]


class DeviceBody(Body):
    """A device's push token; for `web` the subscription as JSON text."""

    platform: Literal["ios", "android", "web"]
    push_token: Annotated[str, StringConstraints(min_length=1, max_length=4_096)]
    locale: Locale | None = None
