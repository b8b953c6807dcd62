"""Secrets, from Secrets Manager when they are first needed, and kept for some minutes."""

import json
from dataclasses import dataclass, field
from functools import cache

from aws_lambda_powertools.utilities.parameters import SecretsProvider
from botocore.config import Config

KEPT_SECONDS = 300
"""How long a function goes on with the secret that it has read. A key that is replaced stays valid for longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VapidSecret:
    """What signs Web Push: the secret `{"private_key": …, "subject": "mailto:…"}`.

    Attributes:
        private_key: The 32 bytes of a private key of P-256, in base64url.
        subject: Whom a push service may write to.
    """

    private_key: str = field(repr=False)
    subject: str


def secret_text(name: str) -> str:
    """A secret's text, by its name or ARN.

    Raises:
        aws_lambda_powertools.utilities.parameters.GetParameterError: There is none, or it may not be read.
    """
    return str(_provider().get(name, max_age=KEPT_SECONDS))


def signing_keys(name: str) -> list[str]:
    """The keys of `foyer.adapters.signing`: the secret's lines, the newest last.

    Raises:
        ValueError: There is none.
    """
    keys = [line.strip() for line in secret_text(name).splitlines() if line.strip()]
    if not keys:
        message = f"the secret {name} holds no key"
        raise ValueError(message)
    return keys


def vapid_secret(name: str) -> VapidSecret:
    """The key of Web Push.

    Raises:
        ValueError: The secret holds something else.
    """
    text = secret_text(name)
    try:
        said = json.loads(text)
        return VapidSecret(private_key=str(said["private_key"]), subject=str(said["subject"]))
    except (ValueError, TypeError, KeyError):
        message = f"the secret {name} is not {{private_key, subject}} in JSON"
    # Out here, where the exception that quotes the secret is over.
    raise ValueError(message)


@cache
def _provider() -> SecretsProvider:
    return SecretsProvider(
        boto_config=Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "max_attempts": 3})
    )
