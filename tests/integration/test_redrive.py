"""Dead letters brought back to life: the real relay behind a stand-in for Lambda, the real queues of moto."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Any

import boto3
import pytest
from mypy_boto3_sqs import SQSClient

from operate.dead_letters import DeadLetters
from operate.redrive import Report, redrive_queue, redrive_relay
from operate.replay import Invoke, Record, RelayError
from tests.integration.doors import World, open_room
from tests.tables import REGION

HOUR = 3600


@pytest.fixture
def sqs(world: World) -> Iterator[SQSClient]:
    client: SQSClient = boto3.client("sqs", region_name=REGION)
    yield client
    for url in client.list_queues().get("QueueUrls", []):
        client.delete_queue(QueueUrl=url)


@pytest.fixture
def url(sqs: SQSClient) -> str:
    return sqs.create_queue(QueueName="dead-letters")["QueueUrl"]


def pointer(first: int, last: int | None = None) -> str:
    """A dead letter as Lambda writes it for a stream, for a batch that arrived then."""

    def written(at: int) -> str:
        return datetime.fromtimestamp(at // 1000, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    arn = "arn:aws:dynamodb:us-east-1:123456789012:table/conversations/stream/2026-11-25T00:00:00.000"
    return json.dumps(
        {
            "requestContext": {
                "requestId": "316aa6d0-8154-xmpl-9af7-85d5f4a6bc81",
                "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:relay",
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": 9,
            },
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "version": "1.0",
            "timestamp": "2026-11-25T00:38:06.021Z",
            "DDBStreamBatchInfo": {
                "shardId": "shardId-00000001573689847184-864758bb",
                "startSequenceNumber": "800000000003126276362",
                "endSequenceNumber": "800000000003126276362",
                "approximateArrivalOfFirstRecord": written(first),
                "approximateArrivalOfLastRecord": written(first if last is None else last),
                "batchSize": 1,
                "streamArn": arn,
            },
        }
    )


def the_relay(world: World) -> Invoke:
    """The relay's handler. One call at a time: what a role allows is looked up for the function that runs."""
    lock = Lock()

    def invoke(records: Sequence[Record]) -> Any:
        with lock:
            return world.invoke("room_relay", {"Records": list(records)})

    return invoke


def redriven(world: World, sqs: SQSClient, url: str, *, invoke: Invoke | None = None, dry_run: bool = False) -> Report:
    return redrive_relay(
        DeadLetters(sqs, url=url, wait_seconds=0),
        dynamodb=world.client,
        table=world.tables.conversations,
        invoke=invoke or the_relay(world),
        dry_run=dry_run,
    )


def waiting(sqs: SQSClient, url: str) -> int:
    """Letters that can be seen."""
    wanted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(wanted["Attributes"]["ApproximateNumberOfMessages"])


def seqs(world: World, connection: str) -> list[int]:
    return [frame["event"]["seq"] for frame in world.sockets.frames(connection, "room.event")]


def test_events_that_were_never_delivered_are_and_their_letter_goes(world: World, sqs: SQSClient, url: str) -> None:
    ada, vera = world.agent("ada"), world.visitor()
    room = open_room(world, vera)
    phone = world.connect(ada)
    room.by_agent(ada, "accept").ok()
    world.relay()
    world.clock.advance(seconds=HOUR)
    world.sockets.clear()
    # The relay is ill: what is said now goes from the stream to the dead letters.
    for text in ("One", "Two"):
        room.by_visitor("messages", text=text).ok()
    sqs.send_message(QueueUrl=url, MessageBody=pointer(world.clock()))
    world.inserted()
    world.clock.advance(seconds=HOUR)
    room.by_visitor("messages", text="Three").ok()
    assert seqs(world, phone) == []

    report = redriven(world, sqs, url)

    assert seqs(world, phone) == [4, 5]
    assert report.left == 0
    assert report.lines[0].startswith("relay: 1 letter of 20")
    assert report.lines[0].endswith("UTC: 2 events of 1 room were delivered again")
    assert waiting(sqs, url) == 0
    again = redriven(world, sqs, url)
    assert (again.lines, again.left) == (["relay: no dead letters"], 0)


def test_a_letter_stays_while_one_of_its_events_cannot_be_delivered(world: World, sqs: SQSClient, url: str) -> None:
    world.department("sales")
    ada, ben = world.agent("ada"), world.agent("ben", departments=("sales",))
    rooms = [open_room(world, world.visitor(), department_id=one) for one in ("general", "sales")]
    for room, agent in zip(rooms, (ada, ben), strict=True):
        room.by_agent(agent, "accept").ok()
    phones = [world.connect(agent) for agent in (ada, ben)]
    world.inserted()
    early = pointer(world.clock())
    world.clock.advance(seconds=HOUR)
    for room in rooms:
        room.by_visitor("messages", text="Hello?").ok()
    world.inserted()
    for body in (early, pointer(world.clock())):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    world.sockets.failing.add(phones[1])

    report = redriven(world, sqs, url)

    assert seqs(world, phones[0]) == [1, 2, 3, 4]
    assert report.left == 2
    assert report.lines[0].endswith("4 events of 2 rooms were delivered again")
    assert all(f"room {rooms[1].id}, event" in line for line in report.lines[1:])
    assert waiting(sqs, url) == 2
    world.sockets.failing.clear()
    assert redriven(world, sqs, url).left == 0
    assert seqs(world, phones[1]) == [1, 2, 3, 4]
    assert waiting(sqs, url) == 0


def test_an_event_that_the_relay_chokes_on_holds_up_no_other(world: World, sqs: SQSClient, url: str) -> None:
    rooms = sorted((open_room(world, world.visitor()) for _ in range(6)), key=lambda room: room.id)
    delivered: list[str] = []
    lock = Lock()

    def choking(records: Sequence[Record]) -> Any:
        ids = [f"{record['dynamodb']['Keys']['pk']['S']} {record['dynamodb']['Keys']['sk']['S']}" for record in records]
        if f"ROOM#{rooms[0].id} EVENT#0000000002" in ids:
            raise RelayError("choked")
        with lock:
            delivered.extend(ids)
        return {"batchItemFailures": []}

    sqs.send_message(QueueUrl=url, MessageBody=pointer(world.clock()))
    report = redriven(world, sqs, url, invoke=choking)

    assert len(delivered) == 11
    assert report.lines[0].endswith("11 events of 6 rooms were delivered again")
    assert f"room {rooms[0].id}, event 2: the relay failed: choked" in report.lines[1]
    assert (report.left, waiting(sqs, url)) == (1, 1)


def test_batches_are_as_large_as_those_of_the_stream_and_keep_each_rooms_order(
    world: World, sqs: SQSClient, url: str
) -> None:
    room = open_room(world, world.visitor())
    for number in range(28):
        room.by_visitor("messages", text=str(number)).ok()
    batches: list[list[Record]] = []

    def noting(records: Sequence[Record]) -> Any:
        batches.append(list(records))
        return {"batchItemFailures": []}

    sqs.send_message(QueueUrl=url, MessageBody=pointer(world.clock()))
    assert redriven(world, sqs, url, invoke=noting).left == 0

    assert [len(batch) for batch in batches] == [25, 5]
    keys = [record["dynamodb"]["Keys"]["sk"]["S"] for batch in batches for record in batch]
    assert keys == [f"EVENT#{seq:010d}" for seq in range(1, 31)]
    assert len({record["dynamodb"]["SequenceNumber"] for record in batches[0]}) == 25


def test_a_dry_run_says_what_it_would_do_and_does_nothing(world: World, sqs: SQSClient, url: str) -> None:
    room = open_room(world, world.visitor())
    phone = world.connect(world.agent("ada"))
    sqs.send_message(QueueUrl=url, MessageBody=pointer(world.clock()))

    report = redriven(world, sqs, url, dry_run=True)

    assert report.lines[0].endswith("2 events of 1 room would be delivered again")
    assert report.left == 0
    assert world.sockets.frames(phone) == []
    assert waiting(sqs, url) == 1
    assert room.id


@pytest.mark.parametrize(
    ("body", "because"),
    [("no pointer", "it does not say where"), (pointer(0), "the table holds no event of its time")],
)
def test_a_letter_that_leads_nowhere_stays_for_a_person(
    world: World, sqs: SQSClient, url: str, body: str, because: str
) -> None:
    open_room(world, world.visitor())
    sqs.send_message(QueueUrl=url, MessageBody=body)
    report = redriven(world, sqs, url)
    assert (report.left, waiting(sqs, url)) == (1, 1)
    assert because in report.lines[1]


def test_when_the_relay_cannot_be_called_all_letters_can_be_seen_again(world: World, sqs: SQSClient, url: str) -> None:
    open_room(world, world.visitor())
    sqs.send_message(QueueUrl=url, MessageBody=pointer(world.clock()))

    def unreachable(records: Sequence[Record]) -> Any:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        redriven(world, sqs, url, invoke=unreachable)
    assert waiting(sqs, url) == 1


def test_letters_of_a_queue_go_back_to_it_as_they_were(sqs: SQSClient, url: str) -> None:
    alive = sqs.create_queue(QueueName="alive")["QueueUrl"]
    for number in range(12):
        sqs.send_message(
            QueueUrl=url,
            MessageBody=f"body {number}",
            MessageAttributes={"kind": {"DataType": "String", "StringValue": "watch"}},
        )

    would = redrive_queue("timers", DeadLetters(sqs, url=url, wait_seconds=0), to=alive, dry_run=True)
    assert would.lines == ["timers: 12 letters would go back to the queue"]
    assert (waiting(sqs, url), waiting(sqs, alive)) == (12, 0)
    did = redrive_queue("timers", DeadLetters(sqs, url=url, wait_seconds=0), to=alive, dry_run=False)

    assert (did.lines, did.left) == (["timers: 12 letters went back to the queue"], 0)
    assert (waiting(sqs, url), waiting(sqs, alive)) == (0, 12)
    (first, *_) = sqs.receive_message(QueueUrl=alive, MessageAttributeNames=["All"])["Messages"]
    assert first["Body"].startswith("body ")
    assert first["MessageAttributes"]["kind"]["StringValue"] == "watch"
