import pytest

from tests.infra.reading import Grant, Resources

_ITEMS = ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")
_CONVERSATIONS, _LIVE, _DIRECTORY = "TablesConversations", "TablesLive", "TablesDirectory"
_POSTING, _LOOKING = (
    Grant(
        "execute-api:ManageConnections",
        f"arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<SocketApi>/live/{method}/@connections/*",
    )
    for method in ("POST", "GET")
)
_PUSH_KEY = Grant("secretsmanager:GetSecretValue", "<PushKeySecret>")
_READ_QUEUE = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")


def _items(table: str, *actions: str) -> set[Grant]:
    return {Grant(f"dynamodb:{action}", f"<{table}.Arn>") for action in actions}


def _queue(queue: str, *actions: str) -> set[Grant]:
    return {Grant(f"sqs:{action}", f"<{queue}.Arn>") for action in actions}


_SET_TIMERS = _queue("TimersQueue", "SendMessage")
_ALLOWED: dict[str, set[Grant]] = {
    "agent_api": {
        *_items(_CONVERSATIONS, *_ITEMS),
        *_items(_DIRECTORY, "GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
        *_items(_LIVE, "Query", "PutItem", "UpdateItem", "DeleteItem"),
        *_SET_TIMERS,
        _POSTING,
    },
    "visitor_api": {
        *_items(_CONVERSATIONS, *_ITEMS),
        *_items(_DIRECTORY, "Query"),
        *_items(_LIVE, "Query", "PutItem", "UpdateItem", "DeleteItem"),
        *_SET_TIMERS,
        _POSTING,
        _PUSH_KEY,
    },
    "socket_authorizer": _items(_LIVE, "DeleteItem"),
    "socket_session": {*_items(_LIVE, "PutItem", "DeleteItem", "Query"), *_SET_TIMERS},
    "socket_commands": {
        *_items(_CONVERSATIONS, "GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
        *_items(_DIRECTORY, "Query"),
        *_items(_LIVE, "Query", "PutItem", "DeleteItem"),
        *_SET_TIMERS,
        _POSTING,
    },
    "room_relay": {
        *(
            Grant(f"dynamodb:{action}", f"<{_CONVERSATIONS}.StreamArn>")
            for action in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
        ),
        *_items(_CONVERSATIONS, "GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
        *_items(_LIVE, "Query", "PutItem", "DeleteItem"),
        *_items(_DIRECTORY, "Query"),
        *_queue("RelayDeadLetters", "SendMessage"),
        *_SET_TIMERS,
        _POSTING,
    },
    "timers": {
        *_items(_CONVERSATIONS, "GetItem", "Query", "PutItem", "UpdateItem"),
        *_items(_LIVE, "GetItem", "Query", "PutItem", "DeleteItem"),
        *_items(_DIRECTORY, "Query"),
        *_queue("TimersQueue", *_READ_QUEUE),
        *_SET_TIMERS,
        _LOOKING,
    },
}
_ASK = _queue("PushQueue", "SendMessage")
_SEND = {
    *_items(_CONVERSATIONS, "GetItem", "BatchGetItem", "Query", "UpdateItem"),
    *_items(_LIVE, "Query", "PutItem", "DeleteItem"),
    *_items(_DIRECTORY, "Query", "UpdateItem", "DeleteItem"),
    *_queue("PushQueue", *_READ_QUEUE),
    _PUSH_KEY,
}


def _read_vapid_key(stage: str) -> Grant:
    secret = f"arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:foyer/{stage}/vapid-??????"
    return Grant("secretsmanager:GetSecretValue", secret)


# What they may do besides where there is somebody to push through.
_ALLOWED_WITH_PUSH: dict[str, set[Grant]] = {
    "agent_api": _ASK,
    "socket_commands": _ASK,
    "room_relay": _ASK,
    "push_sender": {
        *_SEND,
        _read_vapid_key("prod"),
        *(
            grant
            for platform in ("APNS", "GCM")
            for grant in (
                Grant("sns:CreatePlatformEndpoint", f"arn:aws:sns:us-east-1:123456789012:app/{platform}/foyer"),
                Grant("sns:SetEndpointAttributes", f"arn:aws:sns:us-east-1:123456789012:endpoint/{platform}/foyer/*"),
                Grant("sns:Publish", f"arn:aws:sns:us-east-1:123456789012:endpoint/{platform}/foyer/*"),
            )
        ),
    },
}
# In the emulator there are browsers alone.
_ALLOWED_LOCALLY = {**_ALLOWED_WITH_PUSH, "push_sender": {*_SEND, _read_vapid_key("local")}}
_FUNCTIONS = sorted(_ALLOWED | _ALLOWED_WITH_PUSH)
_TRACES = {Grant("xray:PutTraceSegments", "*"), Grant("xray:PutTelemetryRecords", "*")}


def _own_logs(resources: Resources, name: str) -> set[Grant]:
    group = resources.written(resources.function(name)["LoggingConfig"]["LogGroup"]).strip("<>")
    return {Grant(f"logs:{action}", f"<{group}.Arn>") for action in ("CreateLogStream", "PutLogEvents")}


def test_the_tables_above_name_every_function(prod: Resources, pushing: Resources) -> None:
    assert prod.function_names() == set(_ALLOWED)
    assert pushing.function_names() == set(_FUNCTIONS)


@pytest.mark.parametrize("name", _ALLOWED)
def test_a_function_may_do_just_what_it_needs(prod: Resources, name: str) -> None:
    assert prod.grants(name) == _ALLOWED[name] | _own_logs(prod, name) | _TRACES


@pytest.mark.parametrize("name", _FUNCTIONS)
def test_where_there_is_push_just_some_may_ask_for_it_and_one_may_send(pushing: Resources, name: str) -> None:
    expected = _ALLOWED.get(name, set()) | _ALLOWED_WITH_PUSH.get(name, set())
    assert pushing.grants(name) == expected | _own_logs(pushing, name) | _TRACES


@pytest.mark.parametrize("name", _FUNCTIONS)
def test_without_tracing_no_statement_is_for_every_resource(local: Resources, name: str) -> None:
    expected = _ALLOWED.get(name, set()) | _ALLOWED_LOCALLY.get(name, set())
    assert local.grants(name) == expected | _own_logs(local, name)


def test_every_function_has_a_role_of_its_own_without_managed_policies(pushing: Resources) -> None:
    roles = {pushing.role_of(name) for name in _FUNCTIONS}
    assert len(roles) == len(_FUNCTIONS)
    assert [pushing.managed_policies(name) for name in _FUNCTIONS] == [[]] * len(_FUNCTIONS)


def test_no_function_writes_to_the_log_group_of_another(pushing: Resources) -> None:
    groups = {pushing.written(pushing.function(name)["LoggingConfig"]["LogGroup"]) for name in _FUNCTIONS}
    assert len(groups) == len(_FUNCTIONS)
    assert {group["Properties"]["RetentionInDays"] for group in pushing.of_type("AWS::Logs::LogGroup").values()} == {30}


@pytest.mark.parametrize("queue", ["Timers", "Push"])
def test_dead_letters_of_a_queue_can_be_reached_by_no_function(pushing: Resources, queue: str) -> None:
    reached = {grant.resource for name in _FUNCTIONS for grant in pushing.grants(name)}
    assert f"<{queue}Queue.Arn>" in reached
    assert f"<{queue}DeadLetters.Arn>" not in reached
