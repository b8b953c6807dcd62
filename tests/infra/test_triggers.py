import json
from typing import Any

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


def test_timers_fail_one_by_one_and_end_in_dead_letters(prod: Resources) -> None:
    mapping = _mapping(prod, "Timers")
    queue = prod.named("AWS::SQS::Queue", "TimersQueue")["Properties"]
    assert prod.written(mapping["EventSourceArn"]) == "<TimersQueue.Arn>"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert prod.written(queue["RedrivePolicy"]["deadLetterTargetArn"]) == "<TimersDeadLetters.Arn>"
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
    assert prod.named("AWS::SQS::Queue", "TimersDeadLetters")["Properties"]["MessageRetentionPeriod"] == 14 * 86_400


def test_a_timer_stays_hidden_for_more_than_six_runs_of_its_function(prod: Resources) -> None:
    queue = prod.named("AWS::SQS::Queue", "TimersQueue")["Properties"]
    assert queue["VisibilityTimeout"] > 6 * prod.function("timers")["Timeout"]
