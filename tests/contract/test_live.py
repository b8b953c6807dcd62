"""Tickets, connections, notifications that stand, departures and counters, on every backend."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from foyer.domain.people import Caller
from foyer.ports import Connection, LiveStore, Notified, Reach, Ticket
from tests.contract.backends import ATOMIC
from tests.contract.stories import agent, new_id
from tests.fakes.clock import NOON

NOW = NOON // 1000


def connection(*, departments: frozenset[str] = frozenset(), caller_id: str | None = None) -> Connection:
    return Connection(
        id=new_id(),
        caller_kind="agent",
        caller_id=caller_id or new_id(),
        connected_at=NOW,
        expires_at=NOW + 7_200,
        department_ids=departments,
        device_id=new_id(),
        foreground=True,
    )


# tickets


@pytest.mark.parametrize(
    "ticket",
    [
        Ticket(caller=replace(agent(), admin=True), expires_at=NOW + 60, device_id="phone"),
        Ticket(caller=Caller(kind="visitor", id="vera"), expires_at=NOW + 60),
    ],
    ids=["agent", "visitor"],
)
def test_a_ticket_is_redeemed_once(live: LiveStore, ticket: Ticket) -> None:
    ticket_hash = new_id()
    live.put_ticket(ticket_hash, ticket)

    assert live.redeem_ticket(ticket_hash, now=NOW + 59) == ticket
    assert live.redeem_ticket(ticket_hash, now=NOW + 59) is None


def test_an_unknown_ticket_is_worth_nothing(live: LiveStore) -> None:
    assert live.redeem_ticket(new_id(), now=NOW) is None


@pytest.mark.parametrize("late", [0, 1, 3_600])
def test_an_expired_ticket_is_worth_nothing_and_spent(live: LiveStore, late: int) -> None:
    ticket_hash = new_id()
    live.put_ticket(ticket_hash, Ticket(caller=agent(), expires_at=NOW))

    assert live.redeem_ticket(ticket_hash, now=NOW + late) is None
    assert live.redeem_ticket(ticket_hash, now=NOW - 1) is None


@pytest.mark.parametrize("backend", ATOMIC, indirect=True)
def test_of_many_at_once_one_redeems_a_ticket(live: LiveStore) -> None:
    for _ in range(3):
        ticket_hash = new_id()
        live.put_ticket(ticket_hash, Ticket(caller=agent(), expires_at=NOW + 60))

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda one: live.redeem_ticket(one, now=NOW), [ticket_hash] * 8))

        assert sum(answer is not None for answer in answers) == 1


# connections


def test_a_connection_is_found_by_user_and_by_department(live: LiveStore) -> None:
    general, sales = new_id(), new_id()
    one = connection(departments=frozenset({general, sales}))
    other = connection(departments=frozenset({sales}))
    for each in (one, other):
        live.put_connection(each)

    assert live.connections_of("agent", one.caller_id, now=NOW) == [one]
    assert live.connections_in(general, now=NOW) == [one]
    assert sorted(found.id for found in live.connections_in(sales, now=NOW)) == sorted([one.id, other.id])
    assert live.connections_in(new_id(), now=NOW) == []


def test_visitors_and_agents_of_the_same_id_are_not_mixed_up(live: LiveStore) -> None:
    caller_id = new_id()
    agents = connection(caller_id=caller_id)
    visitors = replace(connection(caller_id=caller_id), caller_kind="visitor", device_id=None, foreground=None)
    for each in (agents, visitors):
        live.put_connection(each)
    live.put_departure(caller_id, at=NOON, expires_at=NOW + 60)

    assert live.connections_of("agent", caller_id, now=NOW) == [agents]
    assert live.connections_of("visitor", caller_id, now=NOW) == [visitors]


def test_a_connection_is_forgotten_everywhere(live: LiveStore) -> None:
    department_id = new_id()
    one = connection(departments=frozenset({department_id}))
    stays = connection(departments=frozenset({department_id}), caller_id=one.caller_id)
    for each in (one, stays):
        live.put_connection(each)

    live.delete_connection(one)
    live.delete_connection(one)

    assert live.connections_of("agent", one.caller_id, now=NOW) == [stays]
    assert live.connections_in(department_id, now=NOW) == [stays]


def test_an_expired_connection_is_not_seen_even_while_it_is_stored(live: LiveStore) -> None:
    department_id = new_id()
    one = connection(departments=frozenset({department_id}))
    live.put_connection(one)

    assert live.connections_of("agent", one.caller_id, now=one.expires_at - 1) == [one]
    assert live.connections_of("agent", one.caller_id, now=one.expires_at) == []
    assert live.connections_in(department_id, now=one.expires_at - 1) == [one]
    assert live.connections_in(department_id, now=one.expires_at) == []


def test_a_connection_written_again_stands_once(live: LiveStore) -> None:
    one = connection()
    live.put_connection(one)
    background = replace(one, foreground=False)

    live.put_connection(background)

    assert live.connections_of("agent", one.caller_id, now=NOW) == [background]


def test_a_connection_is_forgotten_as_it_was_read(live: LiveStore) -> None:
    department_id = new_id()
    one = connection(departments=frozenset({department_id}))
    stays = connection(departments=frozenset({department_id}), caller_id=one.caller_id)
    for each in (one, stays):
        live.put_connection(each)

    assert live.forget_connection(one)
    assert live.forget_connection(one), "it is forgotten already"

    assert live.connections_of("agent", one.caller_id, now=NOW) == [stays]
    assert live.connections_in(department_id, now=NOW) == [stays]


def test_a_connection_that_was_written_anew_is_not_forgotten(live: LiveStore) -> None:
    department_id, former = new_id(), new_id()
    one = connection(departments=frozenset({department_id, former}))
    live.put_connection(one)
    anew = replace(one, connected_at=NOW + 20, department_ids=frozenset({department_id}))
    live.put_connection(anew)

    assert not live.forget_connection(one)

    assert live.connections_of("agent", one.caller_id, now=NOW) == [anew]
    assert live.connections_in(department_id, now=NOW) == [anew]
    assert live.connections_in(former, now=NOW) == [], "what stands of the old one goes"


def test_a_connection_that_tells_its_state_is_still_the_same(live: LiveStore) -> None:
    one = connection()
    live.put_connection(replace(one, foreground=False))

    assert live.forget_connection(one)

    assert live.connections_of("agent", one.caller_id, now=NOW) == []


# where an agent can be reached


def notified(*, seq: int = 1, devices: frozenset[str] = frozenset()) -> Notified:
    return Notified(room_id=new_id(), kind="offer", seq=seq, device_ids=devices)


def test_an_agent_is_reached_by_connections_and_notifications(live: LiveStore) -> None:
    phone, laptop = connection(), connection()
    laptop = replace(laptop, caller_id=phone.caller_id, foreground=False)
    agent_id = phone.caller_id
    told, other = notified(devices=frozenset({"phone", "laptop"})), replace(notified(seq=7), kind="message")
    assert live.reach(agent_id, now=NOW) == Reach()
    for each in (phone, laptop, connection()):
        live.put_connection(each)
    for one in (told, other):
        live.put_notified(agent_id, one, expires_at=NOW + 60)
    live.put_notified(new_id(), notified(), expires_at=NOW + 60)

    reach = live.reach(agent_id, now=NOW)

    assert list(reach.connections) == sorted([phone, laptop], key=lambda one: one.id)
    assert reach.notified == {told.room_id: told, other.room_id: other}
    assert reach.in_foreground
    assert list(reach.connections) == live.connections_of("agent", agent_id, now=NOW)


def test_what_expired_reaches_nobody(live: LiveStore) -> None:
    one, told = connection(), notified()
    live.put_connection(one)
    live.put_notified(one.caller_id, told, expires_at=one.expires_at + 60)

    assert live.reach(one.caller_id, now=one.expires_at - 1) == Reach(connections=(one,), notified={told.room_id: told})
    assert live.reach(one.caller_id, now=one.expires_at) == Reach(notified={told.room_id: told})
    assert live.reach(one.caller_id, now=one.expires_at + 60) == Reach()


def test_of_one_room_the_latest_notification_stands(live: LiveStore) -> None:
    agent_id, first = new_id(), notified(seq=1, devices=frozenset({"phone"}))
    later = replace(first, kind="message", seq=5, device_ids=frozenset({"laptop"}))
    for one in (first, later):
        live.put_notified(agent_id, one, expires_at=NOW + 60)

    live.delete_notified(agent_id, first)
    assert live.reach(agent_id, now=NOW).notified == {first.room_id: later}

    live.delete_notified(agent_id, later)
    live.delete_notified(agent_id, later)
    assert live.reach(agent_id, now=NOW).notified == {}


def test_a_notification_is_forgotten_by_a_later_event(live: LiveStore) -> None:
    agent_id, told, other = new_id(), notified(seq=3), notified(seq=3)
    for one in (told, other):
        live.put_notified(agent_id, one, expires_at=NOW + 60)

    live.delete_notified(agent_id, replace(told, seq=4))

    assert live.reach(agent_id, now=NOW).notified == {other.room_id: other}


# departures


def test_the_latest_departure_is_remembered(live: LiveStore) -> None:
    visitor_id = new_id()
    assert live.departure(visitor_id) is None

    live.put_departure(visitor_id, at=NOON, expires_at=NOW + 600)
    live.put_departure(visitor_id, at=NOON + 5, expires_at=NOW + 600)

    assert live.departure(visitor_id) == NOON + 5
    assert live.departure(new_id()) is None


# counters


def test_uses_are_counted_by_key_and_window(live: LiveStore) -> None:
    key, other = new_id(), new_id()
    start = NOW - NOW % 600

    assert [live.count(key, window=600, now=start + second) for second in (0, 1, 599)] == [1, 2, 3]
    assert live.count(other, window=600, now=start) == 1
    assert live.count(key, window=600, now=start + 600) == 1
    assert live.count(key, window=600, now=start + 5) == 4


@pytest.mark.parametrize("backend", ATOMIC, indirect=True)
def test_no_use_is_lost_where_many_count_at_once(live: LiveStore) -> None:
    key = new_id()

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: live.count(key, window=600, now=NOW), range(12)))

    assert sorted(counts) == list(range(1, 13))
