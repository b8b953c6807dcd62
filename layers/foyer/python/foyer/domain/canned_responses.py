"""Canned responses: prepared texts, who may use and change them, and how their variables are filled in.

A response belongs to the company, to one department or to one agent. Its shortcut is unique within that owner,
and where several owners use the same shortcut the narrower scope wins.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, NamedTuple

Scope = Literal["company", "department", "agent"]

SCOPES: Final[tuple[Scope, ...]] = ("agent", "department", "company")
"""The scopes, narrowest first: the order in which they win a shortcut."""

BODY_LIMIT: Final = 4_000
"""Code points of a body: the contract's limit. A message has the same, so what is stored can be sent."""

# The contract sets no limit for the fields below. These fit a list on a phone's screen, and a few hundred responses
# with the longest names still fit the 1 MB that one DynamoDB query returns.
SHORTCUT_LIMIT: Final = 32
TITLE_LIMIT: Final = 120
TAG_LIMIT: Final = 32
TAGS_LIMIT: Final = 10

VARIABLES: Final = frozenset({"visitor.name", "visitor.email", "agent.name", "department.name"})
"""What a body may name in double braces; the contract's list."""

# Braces are kept out of a fallback, so that an unclosed variable cannot swallow the one after it.
_VARIABLE = re.compile(r"\{\{\s*([\w.]+)\s*(?:\|([^{}]*))?\}\}")

# Part of every version tag. Raise it when the same stored response is shown to clients in another form.
_REPRESENTATION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedResponse:
    """A prepared text as it is stored.

    `department_id` is set for scope `department` only, `agent_id` (the owner) for scope `agent` only.
    `version` counts 1, 2, 3… with each change.
    """

    id: str
    shortcut: str
    title: str
    body: str
    tags: tuple[str, ...]
    scope: Scope
    department_id: str | None
    agent_id: str | None
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedResponseDraft:
    """The fields that a caller writes, as they came in or `normalised`."""

    shortcut: str
    title: str
    body: str
    tags: tuple[str, ...] = ()
    scope: Scope = "agent"
    department_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """What the rules need to know of an agent."""

    id: str
    department_ids: frozenset[str]
    admin: bool


class Problem(NamedTuple):
    """One thing wrong with a draft: the field as clients name it, and a sentence for a person."""

    field: str
    message: str


class Slot(NamedTuple):
    """The place that a shortcut takes up, at most one response each; `owner_id` is empty for the company's."""

    scope: Scope
    owner_id: str
    shortcut: str


def normalised_shortcut(text: str) -> str:
    """The one spelling of a shortcut: trimmed, without leading slashes, caseless, in composed form.

    `/Hello`, `hello` and ` HELLO ` are the same shortcut; so are two encodings of the same `é`.
    """
    caseless = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", caseless).strip().lstrip("/").strip()


def normalised(draft: CannedResponseDraft) -> CannedResponseDraft:
    """The draft as it is judged and stored: texts trimmed, the shortcut in its one spelling, each tag once.

    Tags keep the case in which they were written first.
    """
    tags: dict[str, str] = {}
    for tag in draft.tags:
        tags.setdefault(tag.strip().casefold(), tag.strip())
    return replace(
        draft,
        shortcut=normalised_shortcut(draft.shortcut),
        title=draft.title.strip(),
        body=draft.body.strip(),
        tags=tuple(tags.values()),
    )


def problems(draft: CannedResponseDraft) -> list[Problem]:
    """What keeps the draft from being stored, in the order of its fields; empty if nothing does.

    The draft is judged in its `normalised` form, so either form may be passed.
    """
    draft = normalised(draft)
    found = [
        *_length_problems("shortcut", draft.shortcut, SHORTCUT_LIMIT),
        *_length_problems("title", draft.title, TITLE_LIMIT),
        *_length_problems("body", draft.body, BODY_LIMIT),
    ]
    if not all(character in "-_" or character.isalnum() for character in draft.shortcut):
        found.append(Problem("shortcut", "may hold only letters, digits, '-' and '_'"))
    if len(draft.tags) > TAGS_LIMIT:
        found.append(Problem("tags", f"must be at most {TAGS_LIMIT}"))
    for tag in draft.tags:
        found += _length_problems("tags", tag, TAG_LIMIT)
    if draft.scope == "department" and not draft.department_id:
        found.append(Problem("department_id", "is required for the scope 'department'"))
    if draft.scope != "department" and draft.department_id is not None:
        found.append(Problem("department_id", f"has no place in the scope '{draft.scope}'"))
    return found


def _length_problems(field: str, text: str, limit: int) -> list[Problem]:
    return [] if 1 <= len(text) <= limit else [Problem(field, f"must be 1 to {limit} characters long")]


def from_draft(
    draft: CannedResponseDraft, *, response_id: str, author_id: str, version: int, updated_at: datetime
) -> CannedResponse:
    """The response that storing a draft without `problems` makes; the author owns it if its scope is `agent`."""
    draft = normalised(draft)
    return CannedResponse(
        id=response_id,
        shortcut=draft.shortcut,
        title=draft.title,
        body=draft.body,
        tags=draft.tags,
        scope=draft.scope,
        department_id=draft.department_id,
        agent_id=author_id if draft.scope == "agent" else None,
        version=version,
        updated_at=updated_at,
    )


def may_use(response: CannedResponse, agent: Staff) -> bool:
    """Whether the agent finds the response in its list: the company's, its departments' and its own.

    Being an admin adds nothing here: a list full of texts from departments one does not work in helps nobody write.
    To see a response by its id it is enough that one of `may_use` and `may_edit` holds.
    """
    match response.scope:
        case "company":
            return True
        case "department":
            return response.department_id in agent.department_ids
        case "agent":
            return response.agent_id == agent.id


def may_edit(response: CannedResponse, agent: Staff) -> bool:
    """Whether the agent may create, change or delete the response: its own, and for admins every shared one.

    A change of scope or department needs this for the response as it was and as it becomes.
    """
    if response.scope == "agent":
        return response.agent_id == agent.id
    return agent.admin


def slot(response: CannedResponse) -> Slot:
    """The key by which a store keeps shortcuts unique: a second response with the same one is `shortcut_taken`."""
    return Slot(response.scope, response.department_id or response.agent_id or "", response.shortcut)


def precedence(response: CannedResponse) -> tuple[int, str, str]:
    """The sort key by which responses with the same shortcut win it, the winner first.

    The narrower scope wins. Of several departments the lowest id does: it says nothing about the departments, but it
    is the same on every device and does not change when somebody edits a text.
    """
    return (SCOPES.index(response.scope), response.department_id or response.agent_id or "", response.id)


def effective(responses: Iterable[CannedResponse]) -> dict[str, CannedResponse]:
    """What each shortcut inserts for the agent who may use these responses, in the order of the shortcuts.

    A response that lost its shortcut is not gone: lists and searches still show it, after the winner, so that an
    agent can pick the company's wording over its own, and can see why a shared text does not come up.
    """
    winners: dict[str, CannedResponse] = {}
    for response in sorted(responses, key=precedence):
        winners.setdefault(response.shortcut, response)
    return dict(sorted(winners.items()))


def fill(body: str, values: Mapping[str, str | None]) -> str:
    """The body with its variables replaced, ready to be edited or sent.

    A variable without a value (missing, None or blank) becomes its fallback, or nothing. What is not one of
    `VARIABLES` stays as it stands. Values are inserted as they are and never expanded again, so a visitor who is
    called `{{agent.name}}` learns nothing. The result may be longer than a message; sending it checks that.

    Example:
        >>> fill("Hello {{visitor.name|there}}, this is {{agent.name}}.", {"agent.name": "Ada"})
        'Hello there, this is Ada.'
    """

    def replacement(match: re.Match[str]) -> str:
        name, fallback = match.groups()
        if name not in VARIABLES:
            return match.group()
        value = values.get(name)
        return value if value and not value.isspace() else (fallback or "").strip()

    return _VARIABLE.sub(replacement, body)


def version_tag(responses: Iterable[CannedResponse]) -> str:
    """A strong entity tag, quotes included, that changes whenever any of the responses does.

    Pass all that the caller may use, not one page of it. The order does not matter.
    """
    state = json.dumps([_REPRESENTATION, *sorted((response.id, response.version) for response in responses)])
    return f'"{hashlib.sha256(state.encode()).hexdigest()[:32]}"'
