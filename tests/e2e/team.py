"""The people of one story."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.e2e.driver import Agent, Device, Person, Visitor


@dataclass(kw_only=True)
class Team:
    """Two departments of the test's own: Ada, an admin, and Ben in support; Cleo in sales. All are online."""

    api: httpx.Client
    support: str
    sales: str
    ada: Agent
    ben: Agent
    cleo: Agent
    guests: list[Visitor] = field(default_factory=list)

    def visitor(self, **session: Any) -> Visitor:
        """A new visitor."""
        guest = Visitor.arrive(self.api, **session)
        self.guests.append(guest)
        return guest

    def connect(self, *agents: Agent) -> list[Device]:
        """One open device for each of these agents."""
        return [agent.connect() for agent in agents]

    def go(self) -> None:
        """End all sockets."""
        people: list[Person] = [self.ada, self.ben, self.cleo, *self.guests]
        for person in people:
            person.disconnect()
