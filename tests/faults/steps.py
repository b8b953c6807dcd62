"""The steps of a run: each argument with the values that it may take, by which both Hypothesis and a seed draw."""

import random
from typing import Any

from hypothesis import strategies as st

from tests.faults.tasks import Trouble
from tests.unit.rooms import AGENTS, VISITORS

Choices = dict[str, list[Any]]

TROUBLES: list[Trouble | None] = [
    *[None] * 26,
    *[Trouble("kill", at) for at in (*range(10), 13, 17, 22)],
    *[Trouble("stale", 0, 40)] * 8,
    *[Trouble("before", at) for at in range(1, 8)],
    *[Trouble("after", at) for at in range(1, 8)],
    *[Trouble("throttle", at) for at in (1, 2, 4)],
    *[Trouble("error", at) for at in (1, 3)],
    *[Trouble("unprocessed", at) for at in (1, 2)],
    *[Trouble(kind, at, 20) for kind in ("throttle", "error", "before") for at in (1, 3)],
    Trouble("after", 2, 20),
    Trouble("after", 3, 20),
]
"""What may happen to a handler: nothing as often as not."""

SOMEBODY = ["one asked"] * 4 + ["one inside"] * 5 + ["visitor"] * 3 + [*AGENTS, *VISITORS]
BEHIND = [0] * 8 + [1, 2, 5, 1_000]
AN_OFFER = [None] * 5 + [0, 1, 2]
SOME_TEXT = ["Hello", "Yes?"]
PLACES = list(range(24))
ROOMS = [0] * 4 + [1] * 2 + [2, 3]


def step(kind: str, **arguments: list[Any]) -> Choices:
    """A kind of step with the choices for its arguments."""
    common: Choices = {
        "kind": [kind],
        "trouble": TROUBLES,
        "beside": [False, False, True],
        "turns": list(range(64)),
        "milliseconds": [0, 1, 700, 1_000, 4_000, 11_000, 31_000],
        "place": PLACES,
    }
    return common | arguments


def asking(verb: str, **arguments: list[Any]) -> Choices:
    """Somebody asks something of a room."""
    return step("ask", verb=[verb], room=ROOMS, who=SOMEBODY, behind=BEHIND) | arguments


RELAY = step(
    "relay",
    first=[0, 0, 1, 2],
    rooms=[1, 2, 4],
    each=[1, 2, 5],
    skip=[0, 0, 0, 0, 1, 2],
    repeat=[False, False, False, True],
)
OPEN = step("ask", verb=["open"], visitor=list(VISITORS), department=["general", "sales"], text=[None, "Hi"])
AGAIN = step("again", unsettled=[True, True, False])
DEVICE_EVENTS = ["connect"] * 5 + ["sync"] * 4 + ["drop", "leave", "ping", "silent", "gone_after", "fine"]
DEVICE_EVENTS += ["save", "restore"]
DEVICE = step("device", what=DEVICE_EVENTS)

STEPS: list[Choices] = [
    OPEN,
    OPEN,
    asking("say", text=SOME_TEXT),
    asking("say", text=SOME_TEXT, who=["visitor"]),
    asking("note", text=SOME_TEXT, who=["one inside"]),
    *[asking("accept", offer=[None], hold=[False, True], who=["one asked"])] * 3,
    asking("accept", offer=AN_OFFER, hold=[False, True]),
    asking("decline", offer=AN_OFFER),
    asking("decline", offer=[None], who=["one asked"]),
    asking("invite", agent=list(AGENTS), who=["one inside"]),
    asking("transfer", agent=list(AGENTS), department=[None], who=["one inside"]),
    asking("transfer", agent=[None], department=["general", "sales"], who=["one inside", "one inside", "ada"]),
    asking("close", who=["one inside", "one inside", "visitor"]),
    asking("rate"),
    step("read", room=ROOMS, who=["one inside", "one inside", "visitor"], behind=BEHIND),
    step("type", room=ROOMS, who=["one inside", "visitor", *AGENTS]),
    *[AGAIN] * 3,
    step("altered"),
    *[RELAY] * 6,
    step("rewind"),
    *[DEVICE] * 5,
    step("status", agent=list(AGENTS), status=["online", "away", "offline"]),
]

A_STEP = st.one_of([st.fixed_dictionaries({name: st.sampled_from(of) for name, of in one.items()}) for one in STEPS])
ONLINE = [frozenset(AGENTS), frozenset(AGENTS), frozenset({"ben"}), frozenset()]

RARE = {"status": 0.15, "rewind": 0.4, "type": 0.5}
"""How often a kind of step that was drawn from a seed is taken, where it is not always."""


def drawn(chance: random.Random) -> dict[str, Any]:
    """A step drawn from a seed."""
    while True:
        choices = chance.choice(STEPS)
        if chance.random() < RARE.get(choices["kind"][0], 1.0):
            return {name: chance.choice(of) for name, of in choices.items()}
