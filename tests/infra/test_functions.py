import re

import pytest

from infra.stage import stage_named
from tests.infra.conftest import APNS, FCM, GATEWAY, PUBLIC_KEY
from tests.infra.reading import Resources

_EVERYWHERE = {"STAGE", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}
_TABLES = {"CONVERSATIONS_TABLE", "LIVE_TABLE", "DIRECTORY_TABLE"}
_ENVIRONMENT = {
    "agent_api": {*_TABLES, "SOCKET_URL", "CONNECTIONS_URL", "TICKETS_PER_CALLER", "TIMERS_QUEUE_URL"},
    "visitor_api": {
        *_TABLES,
        *("API_URL", "SOCKET_URL", "CONNECTIONS_URL", "USER_POOL_ID", "USER_POOL_CLIENT_ID", "COGNITO_ENDPOINT"),
        *("RETENTION_DAYS", "SESSIONS_PER_ADDRESS", "TICKETS_PER_CALLER", "ROOMS_PER_VISITOR"),
        *("TIMERS_QUEUE_URL", "PUSH_KEY_SECRET", "VAPID_PUBLIC_KEY"),
    },
    "socket_authorizer": {"LIVE_TABLE"},
    "socket_session": {"LIVE_TABLE", "TIMERS_QUEUE_URL"},
    "socket_commands": {*_TABLES, "CONNECTIONS_URL", "TIMERS_QUEUE_URL"},
    "room_relay": {*_TABLES, "CONNECTIONS_URL", "TIMERS_QUEUE_URL"},
    "timers": {*_TABLES, "CONNECTIONS_URL", "TIMERS_QUEUE_URL"},
}
# What they are told besides where there is somebody to push through.
_ENVIRONMENT_OF_PUSH = {
    "agent_api": {"PUSH_QUEUE_URL"},
    "socket_commands": {"PUSH_QUEUE_URL"},
    "room_relay": {"PUSH_QUEUE_URL"},
    "push_sender": {
        *_TABLES,
        *("PUSH_KEY_SECRET", "VAPID_SECRET", "APNS_APPLICATION", "FCM_APPLICATION", "PUSH_SERVICES", "PUSH_TEXTS"),
    },
}
_FUNCTIONS = sorted(_ENVIRONMENT | _ENVIRONMENT_OF_PUSH)


def test_without_push_there_is_no_sender(prod: Resources, pushing: Resources) -> None:
    assert prod.function_names() == set(_ENVIRONMENT)
    assert pushing.function_names() == set(_FUNCTIONS)


@pytest.mark.parametrize("name", _ENVIRONMENT)
def test_a_function_is_told_what_it_needs_and_no_more(prod: Resources, name: str) -> None:
    assert set(prod.environment(prod.function(name))) == _EVERYWHERE | _ENVIRONMENT[name]


@pytest.mark.parametrize("name", _FUNCTIONS)
def test_where_there_is_push_those_who_ask_for_it_are_told_so(pushing: Resources, name: str) -> None:
    expected = _EVERYWHERE | _ENVIRONMENT.get(name, set()) | _ENVIRONMENT_OF_PUSH.get(name, set())
    assert set(pushing.environment(pushing.function(name))) == expected


@pytest.mark.parametrize("name", _FUNCTIONS)
def test_a_function_runs_on_the_stages_python_and_processor_with_its_layers(pushing: Resources, name: str) -> None:
    function = pushing.function(name)
    assert function["Runtime"] == "python3.13"
    assert function["Architectures"] == ["arm64"]
    assert function["Handler"] == "handler.handler"
    assert [re.sub(r"[0-9A-F]{8}$", "", layer["Ref"]) for layer in function["Layers"]] == [
        "LayersDependencies",
        "LayersSharedCode",
        *(["LayersPush"] if name == "push_sender" else []),
    ]
    assert function["TracingConfig"] == {"Mode": "Active"}


def test_without_push_nobody_builds_its_layer(prod: Resources) -> None:
    assert len(prod.of_type("AWS::Lambda::LayerVersion")) == 2


def test_the_push_sender_knows_through_whom(pushing: Resources, local: Resources) -> None:
    told = pushing.environment(pushing.function("push_sender"))
    assert told["VAPID_SECRET"] == "foyer/prod/vapid"
    assert (told["APNS_APPLICATION"], told["FCM_APPLICATION"]) == (APNS, FCM)
    assert (told["PUSH_SERVICES"], told["PUSH_TEXTS"]) == ("push.example,push.example.net", "true")
    here = local.environment(local.function("push_sender"))
    assert {name for name in here if name.endswith("_APPLICATION") or name == "PUSH_TEXTS"} == set()
    assert (here["VAPID_SECRET"], here["PUSH_SERVICES"]) == ("foyer/local/vapid", "127.0.0.1")


def test_browsers_are_given_the_public_key_where_there_is_one(prod: Resources, pushing: Resources) -> None:
    assert prod.environment(prod.function("visitor_api"))["VAPID_PUBLIC_KEY"] == ""
    assert pushing.environment(pushing.function("visitor_api"))["VAPID_PUBLIC_KEY"] == PUBLIC_KEY


def test_who_signs_and_who_verifies_use_one_key(pushing: Resources) -> None:
    told = {
        name: pushing.environment(pushing.function(name))["PUSH_KEY_SECRET"] for name in ("push_sender", "visitor_api")
    }
    assert {pushing.written(one) for one in told.values()} == {"<PushKeySecret>"}


def test_rates_reach_the_functions_as_count_and_seconds(prod: Resources, local: Resources) -> None:
    limits = stage_named("prod").limits
    told = prod.environment(prod.function("visitor_api"))
    assert told["SESSIONS_PER_ADDRESS"] == f"{limits.sessions_per_address.count}/{limits.sessions_per_address.seconds}"
    assert told["TICKETS_PER_CALLER"] == f"{limits.tickets_per_caller.count}/{limits.tickets_per_caller.seconds}"
    assert told["ROOMS_PER_VISITOR"] == f"{limits.rooms_per_visitor.count}/{limits.rooms_per_visitor.seconds}"
    assert local.environment(local.function("visitor_api"))["ROOMS_PER_VISITOR"] == "100000/600"


def test_on_aws_the_addresses_are_the_apis_own(prod: Resources) -> None:
    told = prod.environment(prod.function("visitor_api"))
    assert prod.written(told["API_URL"]) == "https://<HttpApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>/v1"
    assert prod.written(told["SOCKET_URL"]) == "wss://<SocketApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>/live"
    assert (
        prod.written(told["CONNECTIONS_URL"]) == "https://<SocketApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>/live"
    )
    assert told["COGNITO_ENDPOINT"] == ""


def test_in_the_emulator_the_addresses_lead_through_its_gateway(local: Resources) -> None:
    told = local.environment(local.function("visitor_api"))
    assert local.written(told["API_URL"]) == f"{GATEWAY}/_aws/execute-api/<HttpApi>/v1"
    assert local.written(told["SOCKET_URL"]) == "ws://127.0.0.1:4566/_aws/execute-api/<SocketApi>/live"
    assert local.written(told["CONNECTIONS_URL"]) == f"{GATEWAY}/_aws/execute-api/<SocketApi>/live"
    assert told["COGNITO_ENDPOINT"] == GATEWAY


def test_without_tracing_powertools_is_told_so(local: Resources) -> None:
    assert local.environment(local.function("agent_api"))["POWERTOOLS_TRACE_DISABLED"] == "true"
    assert local.function("agent_api").get("TracingConfig", {"Mode": "PassThrough"}) == {"Mode": "PassThrough"}


def test_the_stack_tells_where_to_go(prod: Resources, pushing: Resources) -> None:
    assert set(prod.outputs) == {
        *("ApiUrl", "SocketUrl", "HttpApiId", "UserPoolId", "UserPoolClientId"),
        *("ConversationsTable", "LiveTable", "DirectoryTable"),
        *("RelayFunction", "RelayDeadLettersUrl", "TimersQueueUrl", "TimersDeadLettersUrl"),
    }
    assert set(pushing.outputs) - set(prod.outputs) == {"PushQueueUrl", "PushDeadLettersUrl"}
