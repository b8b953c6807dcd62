"""The demo's people and texts: two departments, three agents who can sign in, a dozen canned responses.

`python -m local.seed`, with the deployed stack's outputs as JSON on its standard input, seeds what is missing and
prints the agents as JSON. It is a process of its own because the store's models belong to one database a process.
"""

import json
import os
import sys
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import boto3

from foyer.domain.canned_responses import CannedResponseDraft, from_draft
from foyer.domain.people import Agent, Department
from foyer.ports import DirectoryStore, ShortcutTakenError, VersionConflictError
from foyer.runtime.settings import Settings
from foyer.runtime.wiring import Wiring

DEPARTMENTS = (Department(id="general", name="General"), Department(id="sales", name="Sales"))
# Ids that are the same at every seeding, so that seeding again finds what it made.
_IDS = uuid.UUID("5f0a1f3e-9d0c-5c1e-8b57-6a0b9a1f7c11")


@dataclass(frozen=True, kw_only=True)
class DemoAgent:
    """An agent of the demo."""

    email: str
    name: str
    departments: tuple[str, ...]
    admin: bool = False

    @property
    def password(self) -> str:
        """No secret: the emulator listens on this machine alone."""
        return f"Foyer-demo-{self.name}-1"


AGENTS = (
    DemoAgent(email="ada@foyer.test", name="Ada", departments=("general",), admin=True),
    DemoAgent(email="ben@foyer.test", name="Ben", departments=("general",)),
    DemoAgent(email="cleo@foyer.test", name="Cleo", departments=("sales",)),
)


def _text(
    shortcut: str, title: str, body: str, *tags: str, department: str | None = None, own: bool = False
) -> CannedResponseDraft:
    return CannedResponseDraft(
        shortcut=shortcut,
        title=title,
        body=body,
        tags=tags,
        scope="agent" if own else "department" if department else "company",
        department_id=department,
    )


RESPONSES = (
    _text(
        "hello",
        "Greeting",
        "Hello {{visitor.name|there}}, this is {{agent.name|our team}} from {{department.name|support}}. "
        "How can I help?",
        "greeting",
    ),
    _text("moment", "One moment", "One moment please, I am looking into it for you.", "waiting"),
    _text(
        "details",
        "Ask for details",
        "Could you tell me what you did, what you expected to see, and what you saw instead? "
        "A screenshot or the exact message helps a lot.",
        "question",
    ),
    _text(
        "order-number",
        "Ask for the order number",
        "Could you send me your order number? It stands at the top of your confirmation e-mail.",
        "question",
        "order",
    ),
    _text(
        "password",
        "Reset a password",
        "You can set a new password yourself: choose “Forgot password” on the sign-in page and follow the link in the "
        "e-mail. It is valid for one hour.",
        "account",
    ),
    _text(
        "refund",
        "Refund on its way",
        "I have started your refund. It reaches your account within five working days, by the way you paid.",
        "order",
        "payment",
    ),
    _text(
        "email-later",
        "Answer by e-mail",
        "I need a little longer for this. May I answer by e-mail to {{visitor.email|the address you give me}}?",
        "waiting",
    ),
    _text(
        "bye",
        "Goodbye",
        "Thank you for writing to us, {{visitor.name|and take care}}. If anything else comes up, we are here.",
        "farewell",
    ),
    _text(
        "hours",
        "Opening hours",
        "We answer chats from Monday to Friday, 9:00 to 17:00. Leave a message at any time and we come back to you.",
        "hours",
        department="general",
    ),
    _text(
        "offer",
        "Prepare an offer",
        "I would gladly prepare an offer for you. How many people will work with it, and by when do you need it?",
        "pricing",
        department="sales",
    ),
    _text(
        "hello",
        "Greeting of sales",
        "Hello {{visitor.name|there}}, {{agent.name|our sales team}} here. What are you looking for?",
        "greeting",
        department="sales",
    ),
    _text(
        "demo",
        "Book a demonstration",
        "Shall I show it to you? Half an hour is enough. Which day suits you this week?",
        "pricing",
        department="sales",
    ),
    _text("ada", "Ada's signature", "All the best, {{agent.name|Ada}}", "farewell", own=True),
)


def users(identity: Any, *, pool_id: str) -> dict[str, str]:
    """Make sure that the demo's agents can sign in.

    Args:
        identity: the client of the user pool's service.
        pool_id: the user pool.

    Returns:
        each agent's id, its `sub` in the user pool, by e-mail.
    """
    ids: dict[str, str] = {}
    for agent in AGENTS:
        try:
            user = identity.admin_get_user(UserPoolId=pool_id, Username=agent.email)
        except identity.exceptions.UserNotFoundException:
            identity.admin_create_user(
                UserPoolId=pool_id,
                Username=agent.email,
                MessageAction="SUPPRESS",
                UserAttributes=[
                    {"Name": "email", "Value": agent.email},
                    {"Name": "email_verified", "Value": "true"},
                ],
            )
            identity.admin_set_user_password(
                UserPoolId=pool_id, Username=agent.email, Password=agent.password, Permanent=True
            )
            if agent.admin:
                identity.admin_add_user_to_group(UserPoolId=pool_id, Username=agent.email, GroupName="admin")
            user = identity.admin_get_user(UserPoolId=pool_id, Username=agent.email)
        ids[agent.email] = next(pair["Value"] for pair in user["UserAttributes"] if pair["Name"] == "sub")
    return ids


def directory(store: DirectoryStore, *, agent_ids: Mapping[str, str]) -> None:
    """Make sure that the directory knows the demo's departments, agents and texts; what is there stays as it is.

    Args:
        store: the directory.
        agent_ids: each agent's id by e-mail.
    """
    known = {department.id for department in store.departments()}
    for department in DEPARTMENTS:
        if department.id not in known:
            store.put_department(department)
    for demo in AGENTS:
        agent_id = agent_ids[demo.email]
        if store.agent(agent_id) is None:
            store.put_agent(
                Agent(id=agent_id, name=demo.name, email=demo.email, department_ids=frozenset(demo.departments))
            )
    owner = agent_ids[AGENTS[0].email]
    for draft in RESPONSES:
        response = from_draft(
            draft,
            response_id=str(uuid.uuid5(_IDS, f"{draft.scope} {draft.department_id} {draft.shortcut}")),
            author_id=owner,
            version=1,
            updated_at=datetime.now(UTC),
        )
        try:
            store.put_canned_response(response, replaces=None)
        except (ShortcutTakenError, VersionConflictError):
            # Somebody's own text has the shortcut, or ours is there already.
            continue


def main() -> None:
    """Seed the stack whose outputs come in; print the agents."""
    outputs = json.load(sys.stdin)
    ids = users(boto3.client("cognito-idp"), pool_id=outputs["UserPoolId"])
    settings = Settings({**os.environ, "DIRECTORY_TABLE": outputs["DirectoryTable"]})
    directory(Wiring(settings).directory, agent_ids=ids)
    agents = [
        {
            "agent_id": ids[agent.email],
            "password": agent.password,
            **asdict(agent),
            "departments": list(agent.departments),
        }
        for agent in AGENTS
    ]
    print(json.dumps(agents))


if __name__ == "__main__":
    main()
