"""`make push-keys`: one pair of keys per deployment, the private one in Secrets Manager alone."""

import base64
import json
from collections.abc import Iterator

import boto3
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from moto import mock_aws
from mypy_boto3_secretsmanager import SecretsManagerClient

from infra.stage import stage_named
from operate import push_keys
from operate.deployment import OperatorError
from operate.vapid import new_vapid_keys
from tests.tables import REGION

SUBJECT = "mailto:ada@example.com"


@pytest.fixture
def secrets() -> Iterator[SecretsManagerClient]:
    with mock_aws():
        yield boto3.client("secretsmanager", region_name=REGION)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGE", "prod")
    monkeypatch.setenv("SUBJECT", SUBJECT)


def raw(text: str) -> bytes:
    assert "=" not in text
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_pair_of_keys_belongs_together_and_no_other_is_like_it() -> None:
    keys, others = new_vapid_keys(), new_vapid_keys()
    assert (len(raw(keys.private_key)), len(raw(keys.public_key))) == (32, 65)
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(keys.public_key))
    private = ec.derive_private_key(int.from_bytes(raw(keys.private_key), "big"), ec.SECP256R1())
    assert private.public_key() == point
    assert keys != others
    assert keys.private_key not in repr(keys)


def test_keys_are_made_and_what_is_printed_can_be_deployed(
    secrets: SecretsManagerClient, asked: None, capsys: pytest.CaptureFixture[str]
) -> None:
    push_keys.main()

    stored = json.loads(secrets.get_secret_value(SecretId="foyer/prod/vapid")["SecretString"])
    assert set(stored) == {"private_key", "subject"}
    assert stored["subject"] == SUBJECT
    said = capsys.readouterr().out
    assert stored["private_key"] not in said
    (line,) = (line for line in said.splitlines() if line.strip().startswith("-c "))
    context = dict(word.split("=", 1) for word in line.split() if word != "-c")
    push = stage_named("prod", push=context).push
    assert push is not None
    assert push.vapid_public_key == push_keys.stored_public_key(secrets, name="foyer/prod/vapid")
    assert f'push=Push(vapid_public_key="{push.vapid_public_key}", vapid_secret="foyer/prod/vapid")' in said


def test_keys_that_are_there_are_left_and_their_public_key_is_said_again(
    secrets: SecretsManagerClient, asked: None
) -> None:
    push_keys.main()
    before = secrets.get_secret_value(SecretId="foyer/prod/vapid")["SecretString"]
    with pytest.raises(SystemExit, match="exists already and was left as it is") as refused:
        push_keys.main()
    assert secrets.get_secret_value(SecretId="foyer/prod/vapid")["SecretString"] == before
    assert str(push_keys.stored_public_key(secrets, name="foyer/prod/vapid")) in str(refused.value)
    with pytest.raises(OperatorError, match="exists already"):
        push_keys.make_push_keys(secrets, name="foyer/prod/vapid", subject=SUBJECT)


@pytest.mark.parametrize("held", ["no JSON", "{}", '{"private_key": "AA"}', '{"private_key": 1}', "[]"])
def test_a_secret_that_holds_something_else_is_not_quoted(
    secrets: SecretsManagerClient, asked: None, held: str
) -> None:
    secrets.create_secret(Name="foyer/prod/vapid", SecretString=held)
    with pytest.raises(SystemExit, match="does not hold what") as refused:
        push_keys.main()
    assert held not in str(refused.value)


@pytest.mark.parametrize(
    ("stage", "subject", "message"),
    [
        ("", SUBJECT, "Say for which stage"),
        ("Prod!", SUBJECT, "Say for which stage"),
        ("prod", "", "Say whom push services may write to"),
        ("prod", "ada@example.com", "mailto:"),
    ],
)
def test_what_is_missing_is_asked_for(
    secrets: SecretsManagerClient, monkeypatch: pytest.MonkeyPatch, stage: str, subject: str, message: str
) -> None:
    monkeypatch.setenv("STAGE", stage)
    monkeypatch.setenv("SUBJECT", subject)
    with pytest.raises(SystemExit, match=message):
        push_keys.main()
    assert secrets.list_secrets()["SecretList"] == []
