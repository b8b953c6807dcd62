"""`make redrive`: what the relay gave up is heard after all."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from mypy_boto3_sqs import SQSClient

from local.home import ROOT
from tests.e2e.conftest import Deployment
from tests.e2e.team import Team


def _redrive(deployment: Deployment, *arguments: str, stage: str = "local") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - this interpreter, on our own module
        [sys.executable, "-m", "operate.redrive", *arguments],
        cwd=ROOT,
        env={**deployment.environment, "STAGE": stage, "PYTHONPATH": str(ROOT / "layers" / "foyer" / "python")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def sqs(deployment: Deployment) -> SQSClient:
    environment = deployment.environment
    client: SQSClient = boto3.client(
        "sqs", endpoint_url=environment["AWS_ENDPOINT_URL"], region_name=environment["AWS_REGION"]
    )
    return client


def _letter(at: datetime) -> dict[str, Any]:
    """What Lambda tells of a batch of the stream that it gave up."""
    arrived = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "requestContext": {"condition": "RetryAttemptsExhausted", "approximateInvokeCount": 9},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": "2026-11-25T00:38:06.021Z",
        "DDBStreamBatchInfo": {
            "shardId": "shardId-00000001573689847184-864758bb",
            "startSequenceNumber": "800000000003126276362",
            "endSequenceNumber": "800000000003126276362",
            "approximateArrivalOfFirstRecord": arrived,
            "approximateArrivalOfLastRecord": arrived,
            "batchSize": 1,
        },
    }


def test_what_stands_behind_dead_letters_is_told_again_and_the_letters_go(
    team: Team, deployment: Deployment, sqs: SQSClient
) -> None:
    visitor = team.visitor()
    room_id = visitor.open_room(department_id=team.support, text="Anybody?")["id"]
    team.ada.do(room_id, "accept", after=2)
    phone = team.ada.connect()
    said = visitor.say(room_id, "Hello?", after=3)
    phone.hear("room.event", room_id=room_id, event={"seq": said["seq"]})
    heard = len(phone.heard("room.event", room_id=room_id, event=said))
    relay, timers = (deployment.outputs[f"{name}DeadLettersUrl"] for name in ("Relay", "Timers"))
    # Arrived a little before the message was said: nothing that comes later belongs to it.
    arrived = datetime.now(UTC) - timedelta(seconds=1)
    sqs.send_message(QueueUrl=relay, MessageBody=json.dumps(_letter(arrived)))
    timer = {"kind": "visitor", "id": "nobody", "due_at": 0, "since": 0}
    sqs.send_message(QueueUrl=timers, MessageBody=json.dumps(timer))

    tried = _redrive(deployment, "--dry-run")
    assert (tried.returncode, tried.stderr) == (0, ""), tried.stderr
    assert "would be delivered again" in tried.stdout
    assert "timers: 1 letter would go back to the queue" in tried.stdout
    assert len(phone.heard("room.event", room_id=room_id, event=said)) == heard

    done = _redrive(deployment)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert "were delivered again" in done.stdout
    assert "timers: 1 letter went back to the queue" in done.stdout
    assert "push: no dead letters" in done.stdout
    phone.wait_for(lambda _: len(phone.heard("room.event", room_id=room_id, event=said)) > heard, what="a repeat")
    assert [sqs.receive_message(QueueUrl=url).get("Messages") for url in (relay, timers)] == [None, None]


def test_a_letter_that_leads_nowhere_stays_and_says_so(deployment: Deployment, sqs: SQSClient) -> None:
    url = deployment.outputs["RelayDeadLettersUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(_letter(datetime(2020, 1, 1, tzinfo=UTC))))
    done = _redrive(deployment)
    assert done.returncode == 1
    assert "the table holds no event of its time" in done.stdout
    assert sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.purge_queue(QueueUrl=url)


def test_a_stage_that_is_not_deployed_is_said_in_a_sentence(deployment: Deployment) -> None:
    missing = _redrive(deployment, stage="prod")
    assert missing.returncode == 1
    assert "Foyer-prod" in missing.stderr
    assert "Traceback" not in missing.stderr
