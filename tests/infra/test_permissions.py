import pytest

from tests.infra.reading import Grant, Resources

_ITEMS = ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")
_CONVERSATIONS, _LIVE, _DIRECTORY = "TablesConversations", "TablesLive", "TablesDirectory"
_POSTING = Grant(
    "execute-api:ManageConnections",
    "arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<SocketApi>/live/POST/@connections/*",
)


def _items(table: str, *actions: str) -> set[Grant]:
    return {Grant(f"dynamodb:{action}", f"<{table}.Arn>") for action in actions}


def _queue(queue: str, *actions: str) -> set[Grant]:
    return {Grant(f"sqs:{action}", f"<{queue}.Arn>") for action in actions}


_ALLOWED: dict[str, set[Grant]] = {
    "agent_api": {
        *_items(_CONVERSATIONS, *_ITEMS),
        *_items(_DIRECTORY, "GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
        *_items(_LIVE, "Query", "PutItem", "UpdateItem", "DeleteItem"),
        _POSTING,
    },
    "visitor_api": {
        *_items(_CONVERSATIONS, *_ITEMS),
        *_items(_DIRECTORY, "Query"),
        *_items(_LIVE, "Query", "PutItem", "UpdateItem", "DeleteItem"),
        _POSTING,
    },
    "socket_authorizer": _items(_LIVE, "DeleteItem"),
    "socket_session": {
        *_items(_LIVE, "PutItem", "DeleteItem", "Query"),
        *_queue("TimersQueue", "SendMessage"),
    },
    "socket_commands": {
        *_items(_CONVERSATIONS, "GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
        *_items(_DIRECTORY, "Query"),
        *_items(_LIVE, "Query", "PutItem", "DeleteItem"),
        _POSTING,
    },
    "room_relay": {
        *(
            Grant(f"dynamodb:{action}", f"<{_CONVERSATIONS}.StreamArn>")
            for action in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
        ),
        *_items(_CONVERSATIONS, "GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
        *_items(_LIVE, "Query", "DeleteItem"),
        *_items(_DIRECTORY, "Query"),
        *_queue("RelayDeadLetters", "SendMessage"),
        _POSTING,
    },
    "timers": {
        *_items(_CONVERSATIONS, "GetItem", "Query", "PutItem", "UpdateItem"),
        *_items(_LIVE, "GetItem", "Query"),
        *_queue("TimersQueue", "SendMessage", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"),
    },
}
_TRACES = {Grant("xray:PutTraceSegments", "*"), Grant("xray:PutTelemetryRecords", "*")}


def _own_logs(resources: Resources, name: str) -> set[Grant]:
    group = resources.written(resources.function(name)["LoggingConfig"]["LogGroup"]).strip("<>")
    return {Grant(f"logs:{action}", f"<{group}.Arn>") for action in ("CreateLogStream", "PutLogEvents")}


def test_the_table_above_names_every_function(prod: Resources) -> None:
    assert prod.function_names() == set(_ALLOWED)


@pytest.mark.parametrize("name", _ALLOWED)
def test_a_function_may_do_just_what_it_needs(prod: Resources, name: str) -> None:
    assert prod.grants(name) == _ALLOWED[name] | _own_logs(prod, name) | _TRACES


@pytest.mark.parametrize("name", _ALLOWED)
def test_without_tracing_no_statement_is_for_every_resource(local: Resources, name: str) -> None:
    assert local.grants(name) == _ALLOWED[name] | _own_logs(local, name)


def test_every_function_has_a_role_of_its_own_without_managed_policies(prod: Resources) -> None:
    roles = {prod.role_of(name) for name in _ALLOWED}
    assert len(roles) == len(_ALLOWED)
    assert [prod.managed_policies(name) for name in _ALLOWED] == [[]] * len(_ALLOWED)


def test_no_function_writes_to_the_log_group_of_another(prod: Resources) -> None:
    groups = {prod.written(prod.function(name)["LoggingConfig"]["LogGroup"]) for name in _ALLOWED}
    assert len(groups) == len(_ALLOWED)
    assert {group["Properties"]["RetentionInDays"] for group in prod.of_type("AWS::Logs::LogGroup").values()} == {30}


def test_dead_letters_of_timers_can_be_reached_by_no_function(prod: Resources) -> None:
    assert "<TimersDeadLetters.Arn>" not in {grant.resource for name in _ALLOWED for grant in prod.grants(name)}
