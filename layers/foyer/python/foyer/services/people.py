"""Names and departments, from a directory that is read whole and kept for a while."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from foyer.domain.errors import Refusal
from foyer.domain.people import Agent, Caller, Department
from foyer.ports import Clock, DirectoryStore

KEPT_MILLISECONDS = 30_000
"""How long names and memberships are trusted. Statuses are never taken from here."""

ASK_AGAIN_MILLISECONDS = 1_000
"""A name not known, that of a former agent perhaps, makes the directory be read again at most this often."""


Value = TypeVar("Value")


@dataclass
class _Kept(Generic[Value]):
    """Values read whole by `load` and kept for a while."""

    load: Callable[[], dict[str, Value]]
    clock: Clock
    values: dict[str, Value] = field(default_factory=dict)
    read_at: int | None = None

    def get(self, key: str, *, ask_again: int = 0) -> Value | None:
        """The value of a key; one not known is asked for anew once what is kept is `ask_again` milliseconds old."""
        now = self.clock()
        patience = KEPT_MILLISECONDS if key in self.values else ask_again
        if self.read_at is None or now - self.read_at >= patience:
            self.values, self.read_at = self.load(), now
        return self.values.get(key)


class People:
    """The company's agents and departments as of at most half a minute ago."""

    def __init__(self, directory: DirectoryStore, clock: Clock) -> None:
        self._agents = _Kept(load=lambda: {one.id: one for one in directory.agents()}, clock=clock)
        self._departments = _Kept(load=lambda: {one.id: one for one in directory.departments()}, clock=clock)

    def agent(self, agent_id: str) -> Agent | None:
        """An agent, maybe with a status and departments of half a minute ago."""
        return self._agents.get(agent_id)

    def department(self, department_id: str) -> Department | None:
        """A department."""
        return self._departments.get(department_id)

    def name(self, agent_id: str | None) -> str | None:
        """An agent's name; None for one that is not in the directory any more."""
        agent = self._agents.get(agent_id, ask_again=ASK_AGAIN_MILLISECONDS) if agent_id else None
        return agent.name if agent else None

    def caller(self, agent_id: str, *, admin: bool) -> Caller:
        """The agent as the caller of a command.

        Raises:
            Refusal: `forbidden`: signed in, but no agent of this company.
        """
        agent = self.agent(agent_id)
        if agent is None:
            raise Refusal("forbidden", "you are not in the directory of agents")
        return agent.as_caller(admin=admin)
