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
class Department:
    """A group that offers go to."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A member of staff who answers. `status` is what the agent chose, whatever is connected."""

    id: str
    name: str
    email: str
    status: AgentStatus = "offline"
    department_ids: frozenset[str] = field(default_factory=frozenset)
