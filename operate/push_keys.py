"""`make push-keys STAGE=… SUBJECT=…`: keys for browsers' push services, once per deployment."""

import base64
import json
import os
import re
import sys
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from operate.deployment import OperatorError, stage_from_environment
from operate.vapid import new_vapid_keys

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_EXAMPLE = "make push-keys STAGE=prod SUBJECT=mailto:you@example.com"
# Whom a push service writes to when something is wrong with what it is sent (RFC 8292, section 2.1).
_SUBJECT = re.compile(r"mailto:[^\s@]+@[^\s@]+|https://[^\s/]+\S*")


def secret_name(stage: str) -> str:
    """What a stage's secret is called."""
    return f"foyer/{stage}/vapid"


def make_push_keys(secrets: "SecretsManagerClient", *, name: str, subject: str) -> str:
    """Make a pair of keys and store the private one; answers the public one.

    Args:
        secrets: The client of Secrets Manager.
        name: What the secret is called.
        subject: Whom push services may write to: `mailto:…` or `https://…`.

    Raises:
        OperatorError: There is such a secret already. It is left as it is: browsers are subscribed with it.
    """
    keys = new_vapid_keys()
    try:
        secrets.create_secret(
            Name=name,
            Description="The private key with which Foyer shows browsers' push services who it is",
            SecretString=keys.secret_text(subject),
        )
    except secrets.exceptions.ResourceExistsException as error:
        raise OperatorError(_exists(name)) from error
    return keys.public_key


def stored_public_key(secrets: "SecretsManagerClient", *, name: str) -> str | None:
    """The public key that belongs to a stored private one; None where there is no such secret.

    Raises:
        OperatorError: The secret holds something else.
    """
    try:
        text = secrets.get_secret_value(SecretId=name)["SecretString"]
    except secrets.exceptions.ResourceNotFoundException:
        return None
    try:
        number = int.from_bytes(base64.urlsafe_b64decode(json.loads(text)["private_key"] + "="), "big")
        point = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    except (ValueError, KeyError, TypeError):
        # Without its cause, which may quote what it could not read: a key.
        raise OperatorError(f"The secret {name} does not hold what `make push-keys` stores.") from None
    written = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(written).rstrip(b"=").decode()


def main() -> None:
    """Make the keys and say what to do with them; or say what is wrong, and exit with 1."""
    try:
        stage, subject = stage_from_environment(example=_EXAMPLE), os.environ.get("SUBJECT", "")
        if not _SUBJECT.fullmatch(subject):
            raise OperatorError(f"Say whom push services may write to, mailto:… or https://…, as in: {_EXAMPLE}")
        secrets: SecretsManagerClient = boto3.client("secretsmanager")
        name = secret_name(stage)
        known = stored_public_key(secrets, name=name)
        if known is not None:
            sys.exit(f"{_exists(name)}\n\n{_settings(stage, public_key=known)}")
        public_key = make_push_keys(secrets, name=name, subject=subject)
    except (OperatorError, BotoCoreError, ClientError) as error:
        sys.exit(str(error))
    print(f"The private key is in Secrets Manager, as {name}.\n\n{_settings(stage, public_key=public_key)}")


def _exists(name: str) -> str:
    return f"The secret {name} exists already and was left as it is: browsers are subscribed with its key."


def _settings(stage: str, *, public_key: str) -> str:
    name = secret_name(stage)
    return (
        "To push to browsers, deploy with\n\n"
        f"    -c vapid_public_key={public_key} -c vapid_secret={name}\n\n"
        f"or write into the stage {stage} in infra/stage.py\n\n"
        f'    push=Push(vapid_public_key="{public_key}", vapid_secret="{name}"),'
    )


if __name__ == "__main__":
    main()
