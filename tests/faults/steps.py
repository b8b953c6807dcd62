"""The steps of a run: each argument with the values that it may take, by which both Hypothesis and a seed draw."""

import random
from typing import Any

from hypothesis import strategies as st

from foyer.domain.people import TimeLimits
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
        "turns": list(range(512)),
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
DEVICE_EVENTS += ["save", "restore", *["foreground"] * 5, "background"]
DEVICE = step("device", what=DEVICE_EVENTS)

MINUTE, HOUR, DAY = 60, 3600, 86_400
TIMES = [25] * 3 + [MINUTE] * 3 + [3 * MINUTE] * 4 + [17 * MINUTE] * 2 + [40 * MINUTE]
PASS = step("pass", seconds=TIMES, how=["calm", "storm", "storm", "unrelayed"])
LONG = step("pass", seconds=[3 * HOUR, 3 * HOUR, 5 * HOUR, 3 * DAY, 31 * DAY], how=["calm", "storm"])
VISITING = step("device", what=["connect"] * 4 + ["drop"] * 3 + ["leave"], place=[8, 9, 10, 11])
TIMER = step("timer", repeat=[False, False, True])
PUSH = step("push", repeat=[False, False, False, True])
PRESS = step("press", action=["accept", "hold", "decline", "seen"], behind=[0, 0, 0, 1, 2, 5])
PHONE_EVENTS = ["register"] * 5 + ["unregister", "disabled", "gone"] + ["unreachable"] * 3 + ["reachable"] * 2
PHONE = step("phone", what=PHONE_EVENTS)
BADLY = [Trouble(kind, at) for kind in ("kill", "after") for at in range(6, 26)]
PUSHED_BADLY = PUSH | {"trouble": BADLY}
MEET = step("meet", how=["accept", "accept", "decline", "close"]) | {"trouble": [None] * 30 + BADLY}
PUSHED_BESIDE = PUSH | {"beside": [True], "trouble": [None]}

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
    PASS,
    LONG,
    VISITING,
    TIMER,
    *[PUSH] * 2,
    PRESS,
    PHONE,
    step("status", agent=list(AGENTS), status=["online", "away", "offline"]),
]

SOON = step("pass", seconds=[1, 1, 25, 25, 3 * MINUTE], how=["calm", "storm", "unrelayed"])
RINGING: list[Choices] = [
    *[OPEN] * 3,
    asking("say", text=SOME_TEXT, who=["visitor"]),
    asking("accept", offer=[None], hold=[False, True], who=["one asked"]),
    asking("decline", offer=[None], who=["one asked"]),
    asking("invite", agent=list(AGENTS), who=["one inside"]),
    asking("transfer", agent=list(AGENTS), department=[None], who=["one inside"]),
    asking("close", who=["one inside", "visitor"]),
    step("read", room=ROOMS, who=["one inside"], behind=BEHIND),
    AGAIN,
    *[RELAY] * 4,
    *[PUSH] * 2,
    *[PUSHED_BADLY] * 2,
    *[PUSHED_BESIDE] * 2,
    *[MEET] * 4,
    VISITING,
    *[PRESS] * 4,
    *[PHONE] * 2,
    *[SOON] * 2,
    step("device", what=["connect", "foreground", "foreground", "background", "drop", "leave"]),
    TIMER,
    step("status", agent=list(AGENTS), status=["online", "away", "offline"]),
]
"""What makes phones ring, and what answers it: far more of it than a usual day has."""

A_STEP = st.one_of(
    [st.fixed_dictionaries({name: st.sampled_from(of) for name, of in one.items()}) for one in STEPS + RINGING]
)
PATIENT = dict.fromkeys(("general", "sales"), TimeLimits())
IMPATIENT = {
    "general": TimeLimits(offer=30, visitor_gone=None, idle=600),
    "sales": TimeLimits(offer=300, visitor_gone=240, idle=None),
}
WITHOUT = {"general": TimeLimits(offer=None, visitor_gone=120, idle=3600), "sales": TimeLimits(offer=5, idle=60)}
SLOW = dict.fromkeys(("general", "sales"), TimeLimits(offer=2000, visitor_gone=1200, idle=3000))
LIMITS = [PATIENT, PATIENT, IMPATIENT, WITHOUT, SLOW]
"""Limits beyond 15 minutes, too: what SQS cannot wait for comes back early."""
ONLINE = [frozenset(AGENTS), frozenset(AGENTS), frozenset({"ben"}), frozenset()]

RARE = {"status": 0.15, "rewind": 0.4, "type": 0.5, "pass": 0.35}
"""How often a kind of step that was drawn from a seed is taken, where it is not always."""


def drawn(chance: random.Random, steps: list[Choices]) -> dict[str, Any]:
    """A step drawn from a seed."""
    while True:
        choices = chance.choice(steps)
        if chance.random() < (0.1 if choices is LONG else RARE.get(choices["kind"][0], 1.0)):
            return {name: chance.choice(of) for name, of in choices.items()}
