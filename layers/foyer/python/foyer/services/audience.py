"""Those concerned by what happened in a room, and where they can be reached: each looked up once per delivery."""

from collections.abc import Callable
from typing import Literal, TypeVar

from foyer.domain.events import Notice
from foyer.domain.people import Agent, Caller
from foyer.ports import Connection, DirectoryStore, LiveStore, Reach

Value = TypeVar("Value")


class Audience:
    """The open connections of visitors, agents and departments, as of one moment.

    Attributes:
        gone: Ids of connections that turned out to be gone since.
    """

    def __init__(self, live: LiveStore, directory: DirectoryStore, *, now: int) -> None:
        """Look nothing up yet. `now` is in seconds since 1970."""
        self.gone: set[str] = set()
        self._live, self._directory, self._now = live, directory, now
        self._found: dict[tuple[str, str], object] = {}

    def devices(self, viewer: Caller) -> list[Connection]:
        """The devices of a visitor or an agent."""
        if viewer.kind == "agent":
            return list(self.reach(viewer.id).connections)
        kind: Literal["visitor"] = "visitor"
        return self._once(kind, viewer.id, lambda: self._live.connections_of(kind, viewer.id, now=self._now))

    def reach(self, agent_id: str) -> Reach:
        """Where an agent can be reached."""
        return self._once("agent", agent_id, lambda: self._live.reach(agent_id, now=self._now))

    def staff(self, department_id: str) -> list[Connection]:
        """The devices of a department's agents."""
        return self._once("department", department_id, lambda: self._live.connections_in(department_id, now=self._now))

    def noticed(self, notice: Notice) -> list[Connection]:
        """The devices of those whom a notice is for."""
        if notice.department_id is not None:
            return self.staff(notice.department_id)
        return self.devices(Caller(kind="agent", id=notice.agent_id or ""))

    def in_foreground(self, *, department_id: str | None, agent_id: str | None) -> frozenset[str]:
        """Of a department's agents, or of one agent, those whose app is open before them, as far as it said so."""
        devices = self.staff(department_id) if department_id is not None else self.reach(agent_id or "").connections
        return frozenset(one.caller_id for one in devices if one.foreground and one.id not in self.gone)

    def agents(self) -> list[Agent]:
        """All agents, with the statuses of this moment."""
        return self._once("agents", "", self._directory.agents)

    def _once(self, kind: str, key: str, look: Callable[[], Value]) -> Value:
        if (kind, key) not in self._found:
            self._found[kind, key] = look()
        return self._found[kind, key]  # type: ignore[return-value]  # what `look` of this kind once answered
