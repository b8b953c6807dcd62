"""Keys with which a company's Web Push is signed (RFC 8292)."""

import base64
import json
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PRIVATE_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class VapidKeys:
    """A pair of keys, both in base64url without padding.

    Attributes:
        private_key: The 32 bytes of a private key of P-256; goes into the secret and nowhere else.
        public_key: Its point, uncompressed: 65 bytes. `GET /config` names it, and browsers subscribe with it; whoever
            subscribed has to subscribe anew once it is replaced.
    """

    private_key: str = field(repr=False)
    public_key: str

    def secret_text(self, subject: str) -> str:
        """The secret's text, as `foyer.adapters.secrets.vapid_secret` reads it.

        Args:
            subject: Whom a push service may write to about what is sent: `mailto:…` or `https://…`.
        """
        return json.dumps({"private_key": self.private_key, "subject": subject})


def new_vapid_keys() -> VapidKeys:
    """A new pair."""
    key = ec.generate_private_key(ec.SECP256R1())
    number = key.private_numbers().private_value
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return VapidKeys(private_key=_text(number.to_bytes(PRIVATE_KEY_BYTES, "big")), public_key=_text(point))


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
