"""Departments and agents of a test's own: made as the demo's are, in the deployment's user pool and directory.

`python -m tests.e2e.hiring`, with `{outputs, teams, limits}` as JSON on its standard input, hires that many teams
and prints them. It is a process of its own because the store's models belong to one database a process.
"""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

import boto3

from foyer.domain.people import Agent, Department, TimeLimits
from foyer.ports import DirectoryStore
from foyer.runtime.settings import Settings
from foyer.runtime.wiring import Wiring
from local.home import ROOT


@dataclass(frozen=True, kw_only=True)
class Hired:
    """An agent who can sign in."""

    name: str
    email: str
    password: str
    department_id: str
    admin: bool


@dataclass(frozen=True, kw_only=True)
class HiredTeam:
    """Two departments and their agents: two in the first, of whom the first is an admin; one in the second."""

    support: str
    sales: str
    agents: Sequence[Hired]


def hire(
    *,
    environment: Mapping[str, str],
    outputs: Mapping[str, str],
    teams: int,
    limits: Mapping[str, int | None] | None = None,
) -> list[HiredTeam]:
    """Hire so many teams into the deployment whose emulator this environment speaks to.

    `limits` are the time limits of their departments, in seconds, where they are not the usual ones.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.e2e.hiring"],
        cwd=ROOT,
        env={**environment, "PYTHONPATH": str(ROOT / "layers" / "foyer" / "python")},
        input=json.dumps({"outputs": outputs, "teams": teams, "limits": limits or {}}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [
        HiredTeam(**{**team, "agents": [Hired(**agent) for agent in team["agents"]]})
        for team in json.loads(done.stdout)
    ]


def _team() -> HiredTeam:
    mark = uuid.uuid4().hex[:12]
    support, sales = f"support-{mark}", f"sales-{mark}"
    return HiredTeam(
        support=support,
        sales=sales,
        agents=[
            Hired(
                name=name,
                email=f"{name.lower()}.{mark}@foyer.test",
                password=f"Foyer-test-{name}-1",
                department_id=department_id,
                admin=admin,
            )
            for name, department_id, admin in (("Ada", support, True), ("Ben", support, False), ("Cleo", sales, False))
        ],
    )


def _register(agent: Hired, *, identity: Any, pool_id: str) -> str:
    """Let the agent sign in; answers its id."""
    made = identity.admin_create_user(
        UserPoolId=pool_id,
        Username=agent.email,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": agent.email}, {"Name": "email_verified", "Value": "true"}],
    )
    identity.admin_set_user_password(UserPoolId=pool_id, Username=agent.email, Password=agent.password, Permanent=True)
    if agent.admin:
        identity.admin_add_user_to_group(UserPoolId=pool_id, Username=agent.email, GroupName="admin")
    return str(next(pair["Value"] for pair in made["User"]["Attributes"] if pair["Name"] == "sub"))


def _employ(team: HiredTeam, *, store: DirectoryStore, identity: Any, pool_id: str, limits: TimeLimits) -> None:
    store.put_department(Department(id=team.support, name="Support", limits=limits))
    store.put_department(Department(id=team.sales, name="Sales", limits=limits))
    for agent in team.agents:
        agent_id = _register(agent, identity=identity, pool_id=pool_id)
        store.put_agent(
            Agent(id=agent_id, name=agent.name, email=agent.email, department_ids=frozenset({agent.department_id}))
        )


def _main() -> None:
    wanted = json.load(sys.stdin)
    outputs = wanted["outputs"]
    store = Wiring(Settings({**os.environ, "DIRECTORY_TABLE": outputs["DirectoryTable"]})).directory
    identity = boto3.client("cognito-idp")
    teams = [_team() for _ in range(wanted["teams"])]
    limits = TimeLimits(**wanted["limits"])
    with ThreadPoolExecutor(4) as side_by_side:
        list(
            side_by_side.map(
                lambda team: _employ(
                    team, store=store, identity=identity, pool_id=outputs["UserPoolId"], limits=limits
                ),
                teams,
            )
        )
    print(json.dumps([asdict(team) for team in teams]))  # noqa: T201 - its standard output is its answer


if __name__ == "__main__":
    _main()
