"""The ledger of pushed offers, on every backend."""

from dataclasses import replace

from foyer.ports import LedgerEntry, PushLedger, RoomStore, VisitorStore
from tests.contract.backends import DynamoBackend
from tests.contract.stories import EXPIRES_AT, agent, new_id, opening, store
from tests.fakes.clock import NOON


def an_entry(*, room_id: str | None = None, offer: int = 1, device_id: str | None = "phone") -> LedgerEntry:
    return LedgerEntry(
        room_id=room_id or new_id(),
        offer=offer,
        agent_id=new_id(),
        device_id=device_id,
        kind="offer",
        at=NOON,
        outcome="sent",
        provider="sns",
        answer="2f4b",
    )


def put(ledger: PushLedger, *entries: LedgerEntry) -> None:
    for entry in entries:
        ledger.put_ledger_entry(entry, expires_at=EXPIRES_AT)


def test_an_entry_comes_back_as_it_was_put(ledger: PushLedger) -> None:
    sent = an_entry()
    seen = replace(sent, device_id="web#1#", provider="web", seen_at=NOON + 5, action="hold", acted_at=NOON + 9)
    put(ledger, sent, seen)

    assert ledger.ledger(sent.room_id) == sorted([sent, seen], key=lambda one: one.device_id or "")
    assert ledger.ledger(new_id()) == []


def test_an_agent_who_was_not_pushed_is_in_the_ledger(ledger: PushLedger) -> None:
    nobody = replace(an_entry(device_id=None), outcome="no_device", provider="", answer="")
    put(ledger, nobody)

    assert ledger.ledger(nobody.room_id) == [nobody]


def test_entries_come_by_offer_agent_and_device(ledger: PushLedger) -> None:
    room_id = new_id()
    entries = [
        replace(an_entry(room_id=room_id, offer=offer, device_id=device_id), agent_id=agent_id)
        for offer in (2, 10)
        for agent_id in ("a", "a-b")
        for device_id in (None, "laptop", "phone")
    ]
    put(ledger, *reversed(entries))

    assert ledger.ledger(room_id) == entries


def test_a_later_entry_stands_in_place_of_an_earlier_one(ledger: PushLedger) -> None:
    failed = replace(an_entry(), outcome="refused", answer="InvalidParameter")
    put(ledger, failed)
    sent = replace(failed, outcome="sent", at=NOON + 60_000, provider="", answer="")

    put(ledger, sent)

    assert ledger.ledger(failed.room_id) == [sent]


def test_what_a_device_said_stays_when_the_offer_is_sent_again(ledger: PushLedger) -> None:
    sent = an_entry()
    put(ledger, sent)
    ledger.mark_seen(sent.room_id, offer=1, agent_id=sent.agent_id, device_id="phone", at=NOON + 5)

    put(ledger, replace(sent, at=NOON + 60_000))

    assert ledger.ledger(sent.room_id) == [replace(sent, at=NOON + 60_000, seen_at=NOON + 5)]


def test_the_first_time_that_it_was_seen_stays(ledger: PushLedger) -> None:
    sent, other = an_entry(), an_entry()
    put(ledger, sent, replace(other, room_id=sent.room_id))

    for at in (NOON + 5, NOON + 9):
        ledger.mark_seen(sent.room_id, offer=1, agent_id=sent.agent_id, device_id="phone", at=at)

    assert sorted(ledger.ledger(sent.room_id), key=lambda one: one.seen_at or 0) == [
        replace(other, room_id=sent.room_id),
        replace(sent, seen_at=NOON + 5),
    ]


def test_the_first_answer_of_the_lock_screen_stays(ledger: PushLedger) -> None:
    sent = an_entry()
    put(ledger, sent)

    for action, at in (("accept", NOON + 7), ("accept", NOON + 8), ("decline", NOON + 9)):
        ledger.mark_action(sent.room_id, offer=1, agent_id=sent.agent_id, device_id="phone", action=action, at=at)

    assert ledger.ledger(sent.room_id) == [replace(sent, action="accept", acted_at=NOON + 7)]


def test_nothing_is_noted_of_what_was_not_pushed(ledger: PushLedger) -> None:
    sent = an_entry(offer=1)
    put(ledger, sent)

    for offer, device_id in ((2, "phone"), (1, "laptop")):
        known = {"offer": offer, "agent_id": sent.agent_id, "device_id": device_id}
        ledger.mark_seen(sent.room_id, at=NOON, **known)  # type: ignore[arg-type]
        ledger.mark_action(sent.room_id, action="accept", at=NOON, **known)  # type: ignore[arg-type]

    assert ledger.ledger(sent.room_id) == [sent]


def test_a_rooms_log_does_not_see_its_ledger(ledger: PushLedger, rooms: RoomStore, visitors: VisitorStore) -> None:
    story = opening(text="Hello?").accepted_by(agent())
    store(rooms, visitors, story)
    put(ledger, *(an_entry(room_id=story.room.id, offer=offer) for offer in (1, 2, 9_999_999_999)))
    newest_first = list(reversed(story.events))

    head, events = rooms.newest(story.room.id, limit=10)
    assert head is not None
    assert (head.room, events) == (story.room, newest_first)
    assert rooms.newest(story.room.id, limit=1)[1] == newest_first[:1]
    assert rooms.events_after(story.room.id, 0) == list(story.events)
    assert rooms.events_before(story.room.id, None, limit=10) == newest_first


def test_an_entry_lives_as_long_as_its_room(dynamodb: DynamoBackend) -> None:
    sent = an_entry()
    put(dynamodb.ledger, sent)
    dynamodb.ledger.mark_seen(sent.room_id, offer=1, agent_id=sent.agent_id, device_id="phone", at=NOON)

    [item] = dynamodb.items(f"ROOM#{sent.room_id}")

    assert item["expires_at"] == {"N": str(EXPIRES_AT)}
    assert item["sk"] == {"S": f"PUSH#0000000001#{sent.agent_id}#phone"}
