"""The stack under test, deployed once a worker into an emulator of its own; and the people of a story."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from local.emulator import client_environment
from local.home import Home, read_json
from local.stack import Stack, fresh_stack
from tests.e2e.driver import Agent, client
from tests.e2e.hiring import HiredTeam, hire
from tests.e2e.team import Team


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The synthesised stack, deployed into an empty emulator on a free port, with the demo's agents."""
    with fresh_stack() as running:
        yield running


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What the stories need to know of what they are played on.

    Attributes:
        api_url: The HTTP API, ending in /v1.
        outputs: What the stack says of itself, to hire people.
        environment: The environment in which AWS clients reach it.
    """

    api_url: str
    outputs: Mapping[str, str]
    environment: Mapping[str, str]


@pytest.fixture(scope="session")
def deployment(request: pytest.FixtureRequest) -> Deployment:
    """The session's stack; or the one that runs already, where `FOYER_LOCAL_JSON` is the path of its `local.json`."""
    if "FOYER_LOCAL_JSON" in os.environ:
        outputs = read_json(Home(path=Path(os.environ["FOYER_LOCAL_JSON"]).resolve().parent).outputs)
        return Deployment(
            api_url=outputs["ApiUrl"], outputs=outputs, environment=client_environment(url=outputs["url"])
        )
    stack: Stack = request.getfixturevalue("stack")
    return Deployment(api_url=stack.api_url, outputs=stack.outputs, environment=stack.environment)


@pytest.fixture(scope="session")
def api(deployment: Deployment) -> Iterator[httpx.Client]:
    """The HTTP door."""
    with client(deployment.api_url) as made:
        yield made


@pytest.fixture(scope="session")
def hired_teams(deployment: Deployment, request: pytest.FixtureRequest) -> Iterator[HiredTeam]:
    """The teams of all tests that play with some, hired at once before the functions have read the directory."""
    teams = {"team": 1, "agents": 2}
    wanted = sum(teams.get(name, 0) for item in request.session.items for name in getattr(item, "fixturenames", ()))
    return iter(hire(environment=deployment.environment, outputs=deployment.outputs, teams=wanted))


@pytest.fixture
def team(api: httpx.Client, hired_teams: Iterator[HiredTeam]) -> Iterator[Team]:
    """People whom no other test knows."""
    hired = next(hired_teams)
    ada, ben, cleo = (Agent.sign_in(api, email=one.email, password=one.password) for one in hired.agents)
    for agent in (ada, ben, cleo):
        agent.be("online")
    made = Team(api=api, support=hired.support, sales=hired.sales, ada=ada, ben=ben, cleo=cleo)
    yield made
    made.go()
