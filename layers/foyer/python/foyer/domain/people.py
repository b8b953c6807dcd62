"""Who acts: visitors, agents, departments, and the caller of a command."""

from dataclasses import dataclass, field
from typing import Literal

ActorKind = Literal["visitor", "agent", "system"]
AgentStatus = Literal["online", "away", "offline"]

GENERAL = "general"
"""The department that every deployment has (contract.md, "Vocabulary")."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who caused an event. A system actor has neither id nor name; a visitor may have no name."""

    kind: ActorKind
    id: str | None = None
    name: str | None = None


SYSTEM = Actor(kind="system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The verified principal behind a command, with what the rules need to know of it.

    Attributes:
        department_ids: An agent's departments; empty for visitors and the system.
        admin: Whether the agent is in the user pool's `admin` group.
        sees_present_room: The agent takes part in the present room of the visitor whose room this is.
    """

    kind: ActorKind
    id: str
    name: str | None = None
    department_ids: frozenset[str] = field(default_factory=frozenset)
    admin: bool = False
    sees_present_room: bool = False

    @property
    def actor(self) -> Actor:
        """The caller as events name it."""
        return SYSTEM if self.kind == "system" else Actor(kind=self.kind, id=self.id, name=self.name)


SYSTEM_CALLER = Caller(kind="system", id="system")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimits:
    """How long a department lets things wait, in seconds; None: for as long as the room lives.

    Attributes:
        offer: Until the visitor of a waiting room hears that nobody took it (`room.unattended`, `timeout`).
        visitor_gone: Until an accepted room closes behind a visitor who has gone; at least two minutes.
        idle: Until an accepted room closes in which nothing happens any more.
    """

    offer: int | None = 120
    visitor_gone: int | None = 30 * 60
    idle: int | None = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A group that offers go to."""

    id: str
    name: str
    limits: TimeLimits = TimeLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A member of staff who answers. `status` is what the agent chose, whatever is connected."""

    id: str
    name: str
    email: str
    status: AgentStatus = "offline"
    department_ids: frozenset[str] = field(default_factory=frozenset)

    def as_caller(self, *, admin: bool = False) -> Caller:
        """The agent as the caller of a command."""
        return Caller(kind="agent", id=self.id, name=self.name, department_ids=self.department_ids, admin=admin)
