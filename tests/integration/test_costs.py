"""No command grows more expensive unnoticed: the real handlers on moto's tables, counted by the meter.

A budget is what the project promises where it promises something (issue 2, "Costs"), else what the command costs today.
Whoever makes a command cheaper lowers its budget and runs `make bench`; whoever makes one dearer has to say why.
"""

from collections.abc import Iterator

import pytest

from bench.__main__ import DOCUMENT, table
from bench.meter import item_size
from bench.scenarios import CLOSED_ROOMS, OPEN_ROOMS, accepted, costs, written
from bench.world import ADA, TEXT, Cost, World, world
from foyer.adapters.dynamodb import keys

pytestmark = pytest.mark.xdist_group("costs")

BUDGETS: dict[str, tuple[float, float]] = {
    "start a session": (2, 0),
    "open with text": (14, 5.5),
    "open without text": (10, 5.5),
    "accept": (5, 5.5),
    "accept (socket)": (5, 5.5),
    "hold": (5, 5.5),
    "decline": (3, 3),
    "message by agent": (2, 5),
    "message by agent, cold functions": (2, 5),
    "message by agent (socket)": (2, 5),
    "message by visitor": (2, 5),
    "message by visitor (socket)": (2, 5),
    "note": (2, 2.5),
    "read by agent": (1, 3),
    "read by visitor (socket)": (1, 3),
    "repeat of a message at once": (0, 1.5),
    "repeat of a message 20 messages later": (0, 2),
    "repeat of an opening": (0, 2),
    "invite": (3, 4),
    "accept an invitation": (5, 4.5),
    "message in a room with two agents": (3, 4.5),
    "close the tab, another agent stays": (4, 4.5),
    "transfer to an agent": (4, 4),
    "accept a transfer": (5, 4.5),
    "transfer to a department": (3, 4),
    "close the tab, the last agent": (4, 4.5),
    "close by visitor": (4, 5),
    "rating": (2, 4),
    "close the tab of a closed room": (5, 3.5),
    "history, the newest page": (0, 2),
    "history, an older page": (0, 2.5),
    "history, the newest page, by visitor": (0, 2.5),
    "history, nothing new": (0, 1),
    "one room with its visitor": (0, 1.5),
    "ticket": (2, 0),
    "connect": (3, 0),
    "ping": (0, 1),
    "device state": (2, 1),
    "typing by agent": (0, 1.5),
    "typing by visitor": (0, 1.5),
    "disconnect of an agent": (2, 0),
    "disconnect of a visitor's last tab": (2, 1),
    "push a message to an agent with a phone": (2, 7),
    "withdraw it, read elsewhere": (1, 6),
    "push an offer to an agent with a phone": (3, 7),
    "withdraw it, accepted": (1, 6),
    "look at an open room": (0, 4),
    "status": (1, 2),
}
"""Command → write units, read units."""

BEHIND = [f"{OPEN_ROOMS} open, {number:,} closed" for number in CLOSED_ROOMS]
SYNC_BUDGETS = {
    BEHIND[0]: 4 + OPEN_ROOMS,
    # The newest hundred closed rooms come along, and each shows its head.
    BEHIND[1]: 18,
    BEHIND[2]: 65,
    BEHIND[3]: 65,
}

MESSAGES = {
    "English": TEXT,
    "English, 300 bytes": TEXT.ljust(300, "."),
    "Arabic, 280 bytes": "لم يصل طردي بعد " * 10,
    "Hindi, 300 bytes": "मेरापार्सल" * 10,
    "emoji, 300 bytes": "👍" * 75,
}


@pytest.fixture(name="company", scope="module")
def company_on_moto() -> Iterator[World]:
    with world() as made:
        yield made


@pytest.fixture(name="measured", scope="module")
def every_cost(company: World) -> dict[str, Cost]:
    return {cost.command: cost for cost in costs(company)}


def test_every_command_that_is_measured_has_a_budget(measured: dict[str, Cost]) -> None:
    by_formula = {f"{page}: {behind}" for page in ("inbox, a page of 25", "inbox, a page of 10") for behind in BEHIND}
    by_formula |= {f"sync, nothing missed: {behind}" for behind in BEHIND}
    assert set(measured) == set(BUDGETS) | by_formula


@pytest.mark.parametrize("command", BUDGETS)
def test_a_command_stays_within_its_budget(measured: dict[str, Cost], command: str) -> None:
    cost = measured[command]
    writes, reads = BUDGETS[command]
    assert (cost.write_units <= writes, cost.read_units <= reads) == (True, True), cost


@pytest.mark.parametrize("text", MESSAGES.values(), ids=MESSAGES)
def test_a_message_in_a_room_with_one_agent_costs_two_writes_in_any_script(company: World, text: str) -> None:
    chat = accepted(company)
    assert len(text.encode()) <= 300
    for write in (chat.by_agent, chat.by_visitor):
        cost = company.measure("message", write("messages", text=text))
        assert cost.write_units == 2, cost
        assert cost.read_units <= 5, cost


def test_a_message_goes_to_every_device_of_the_room_and_nowhere_else(measured: dict[str, Cost]) -> None:
    assert measured["message by agent"].frames_posted == 2
    assert measured["message by agent (socket)"].frames_posted == 3  # and the answer to who sent it


@pytest.mark.parametrize("command", [name for name in BUDGETS if "message" in name and "push" not in name] + ["note"])
def test_a_message_asks_nothing_of_any_queue_while_apps_are_open(measured: dict[str, Cost], command: str) -> None:
    assert measured[command].queued == 0


@pytest.mark.parametrize("behind", BEHIND)
@pytest.mark.parametrize("limit", [10, 25])
def test_a_page_of_an_inbox_costs_by_the_rooms_that_it_shows(
    measured: dict[str, Cost], limit: int, behind: str
) -> None:
    closed = CLOSED_ROOMS[BEHIND.index(behind)]
    shown = min(limit, OPEN_ROOMS + closed)
    cost = measured[f"inbox, a page of {limit}: {behind}"]
    assert cost.write_units == 0
    assert cost.read_units <= 4 + 0.5 * shown, cost


def test_ten_thousand_closed_rooms_cost_an_inbox_no_more_than_a_hundred(measured: dict[str, Cost]) -> None:
    for limit in (10, 25):
        hundred, many = (measured[f"inbox, a page of {limit}: {behind}"].read_units for behind in BEHIND[-2:])
        assert hundred == many


@pytest.mark.parametrize("behind", BEHIND)
def test_a_sync_without_news_costs_by_the_rooms_that_it_answers(measured: dict[str, Cost], behind: str) -> None:
    cost = measured[f"sync, nothing missed: {behind}"]
    assert cost.write_units == 0
    assert cost.read_units <= SYNC_BUDGETS[behind], cost


def test_a_room_with_one_agent_leaves_its_head_room_for_long_names(company: World) -> None:
    chat = accepted(company)
    written(chat, 2, text=TEXT)
    [head] = [item for item in company.items(keys.room(chat.room_id)) if item["sk"]["S"] == keys.HEAD]
    assert item_size(head) <= 800


def test_the_document_shows_these_figures(measured: dict[str, Cost]) -> None:
    assert table(list(measured.values())) in DOCUMENT.read_text("utf-8"), "run `make bench`"


def test_a_cold_function_reads_the_directory_once(company: World) -> None:
    chat = accepted(company)
    page = f"/rooms/{chat.room_id}"
    warm = company.measure("room", lambda: company.agent_call(ADA, "GET", page))
    cold = company.measure("room", lambda: company.agent_call(ADA, "GET", page), cold=True)
    assert cold.read_units - warm.read_units == 0.5
