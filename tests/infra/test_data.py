from typing import Any

import pytest

from tests.infra.reading import Resources


def _table(resources: Resources, name: str) -> dict[str, Any]:
    return resources.named("AWS::DynamoDB::Table", f"Tables{name}")


@pytest.mark.parametrize("name", ["Conversations", "Live", "Directory"])
def test_every_table_is_keyed_alike_pays_per_request_and_expires(prod: Resources, name: str) -> None:
    properties = _table(prod, name)["Properties"]
    assert properties["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ]
    assert {item["AttributeType"] for item in properties["AttributeDefinitions"]} == {"S"}
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert "GlobalSecondaryIndexes" not in properties
    # Absent means DynamoDB's own key; items are encrypted at rest either way.
    assert properties.get("SSESpecification", {"SSEEnabled": False}) == {"SSEEnabled": False}


@pytest.mark.parametrize(("name", "recoverable"), [("Conversations", True), ("Live", False), ("Directory", True)])
@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_what_cannot_be_made_again_can_be_recovered(
    stage: str, name: str, *, recoverable: bool, request: pytest.FixtureRequest
) -> None:
    properties = _table(request.getfixturevalue(stage), name)["Properties"]
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": recoverable}


def test_only_conversations_are_streamed_and_only_as_they_are_now(prod: Resources) -> None:
    streams = {name: _table(prod, name)["Properties"].get("StreamSpecification") for name in ("Live", "Directory")}
    assert streams == {"Live": None, "Directory": None}
    assert _table(prod, "Conversations")["Properties"]["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}


def test_prod_keeps_its_data_and_dev_goes_without_a_trace(dev: Resources, prod: Resources) -> None:
    for name in ("Conversations", "Live", "Directory"):
        assert _table(prod, name)["DeletionPolicy"] == "Retain"
        assert _table(prod, name)["Properties"]["DeletionProtectionEnabled"] is True
        assert _table(dev, name)["DeletionPolicy"] == "Delete"
        assert not _table(dev, name)["Properties"].get("DeletionProtectionEnabled", False)
    pool = "AWS::Cognito::UserPool"
    assert prod.named(pool, "Identity")["DeletionPolicy"] == "Retain"
    assert prod.named(pool, "Identity")["Properties"]["DeletionProtection"] == "ACTIVE"
    assert dev.named(pool, "Identity")["DeletionPolicy"] == "Delete"
    secret = "AWS::SecretsManager::Secret"
    assert (prod.named(secret, "PushKey")["DeletionPolicy"], dev.named(secret, "PushKey")["DeletionPolicy"]) == (
        "Retain",
        "Delete",
    )


def test_the_key_of_lock_screens_is_made_by_aws_and_stands_nowhere(prod: Resources) -> None:
    properties = prod.named("AWS::SecretsManager::Secret", "PushKey")["Properties"]
    assert properties["GenerateSecretString"] == {"PasswordLength": 48, "ExcludePunctuation": True}
    # Absent means the account's own key for Secrets Manager.
    assert {"SecretString", "KmsKeyId", "Name"} & set(properties) == set()


def test_queues_are_encrypted_and_refuse_plain_connections(pushing: Resources) -> None:
    queues = pushing.of_type("AWS::SQS::Queue")
    assert all(queue["Properties"]["SqsManagedSseEnabled"] is True for queue in queues.values())
    guarded = {
        policy["Properties"]["Queues"][0]["Ref"]
        for policy in pushing.of_type("AWS::SQS::QueuePolicy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    }
    assert guarded == set(queues)


def test_no_resource_that_can_go_unnamed_has_a_name(prod: Resources) -> None:
    named = [
        (type_, key)
        for type_, key in (
            ("AWS::DynamoDB::Table", "TableName"),
            ("AWS::SQS::Queue", "QueueName"),
            ("AWS::Lambda::Function", "FunctionName"),
            ("AWS::IAM::Role", "RoleName"),
            ("AWS::Logs::LogGroup", "LogGroupName"),
            ("AWS::Cognito::UserPool", "UserPoolName"),
        )
        for resource in prod.of_type(type_).values()
        if key in resource["Properties"]
    ]
    assert named == []
