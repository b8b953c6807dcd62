import json
from typing import Any

import pytest

from tests.infra.reading import Resources


def _mapping(resources: Resources, prefix: str) -> dict[str, Any]:
    properties: dict[str, Any] = resources.named("AWS::Lambda::EventSourceMapping", prefix)["Properties"]
    return properties


def test_the_relay_is_told_of_new_events_and_of_nothing_else(prod: Resources) -> None:
    (only,) = _mapping(prod, "Relay")["FilterCriteria"]["Filters"]
    assert json.loads(only["Pattern"]) == {
        "eventName": ["INSERT"],
        "dynamodb": {"Keys": {"sk": {"S": [{"prefix": "EVENT#"}]}}},
    }


def test_the_relay_misses_nothing_and_waits_for_nothing(prod: Resources) -> None:
    mapping = _mapping(prod, "Relay")
    assert prod.written(mapping["EventSourceArn"]) == "<TablesConversations.StreamArn>"
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["BatchSize"] == 25
    assert mapping["MaximumBatchingWindowInSeconds"] == 0
    assert mapping["ParallelizationFactor"] == 10


def test_a_failing_event_is_retried_alone_within_bounds_and_then_kept_for_a_person(prod: Resources) -> None:
    mapping = _mapping(prod, "Relay")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRetryAttempts"] == 8
    assert mapping["MaximumRecordAgeInSeconds"] == 3600
    assert prod.written(mapping["DestinationConfig"]["OnFailure"]["Destination"]) == "<RelayDeadLetters.Arn>"
    assert prod.named("AWS::SQS::Queue", "RelayDeadLetters")["Properties"]["MessageRetentionPeriod"] == 14 * 86_400


@pytest.mark.parametrize(("queue", "mapping"), [("Timers", "TimersFunction"), ("Push", "PushSender")])
def test_messages_of_a_queue_fail_one_by_one_and_end_in_dead_letters(
    pushing: Resources, queue: str, mapping: str
) -> None:
    source = _mapping(pushing, mapping)
    properties = pushing.named("AWS::SQS::Queue", f"{queue}Queue")["Properties"]
    assert pushing.written(source["EventSourceArn"]) == f"<{queue}Queue.Arn>"
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert pushing.written(properties["RedrivePolicy"]["deadLetterTargetArn"]) == f"<{queue}DeadLetters.Arn>"
    assert properties["RedrivePolicy"]["maxReceiveCount"] == 5
    dead = pushing.named("AWS::SQS::Queue", f"{queue}DeadLetters")["Properties"]
    assert dead["MessageRetentionPeriod"] == 14 * 86_400


@pytest.mark.parametrize(("queue", "function"), [("Timers", "timers"), ("Push", "push_sender")])
def test_a_message_stays_hidden_for_six_runs_of_its_function(pushing: Resources, queue: str, function: str) -> None:
    properties = pushing.named("AWS::SQS::Queue", f"{queue}Queue")["Properties"]
    assert properties["VisibilityTimeout"] >= 6 * pushing.function(function)["Timeout"]


def test_providers_are_asked_by_few_at_once(pushing: Resources) -> None:
    mapping = _mapping(pushing, "PushSender")
    assert (mapping["BatchSize"], mapping["ScalingConfig"]) == (5, {"MaximumConcurrency": 10})


def test_without_push_nothing_is_queued_for_it(prod: Resources) -> None:
    queues = [*prod.of_type("AWS::SQS::Queue"), *prod.of_type("AWS::Lambda::EventSourceMapping")]
    assert [name for name in queues if name.startswith("Push")] == []
