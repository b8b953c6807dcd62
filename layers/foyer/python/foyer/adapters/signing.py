"""Tokens that nobody else can make: what they say is readable, and signed with HMAC-SHA256."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode

SALT = "foyer.push"
"""Keeps what these keys sign for push apart from whatever else they may ever sign."""
TOKEN_LENGTH = 2_048
"""Characters of a token at most; ours are about 200."""


class SecretSigner:
    """`foyer.ports.Signer` with secret keys.

    Args:
        keys: Gives the keys, the newest last: that one signs, all of them open. Asked at each use, so that a key can
            be replaced under a running function; it does well to remember its answer.
    """

    def __init__(self, keys: Callable[[], Sequence[str]]) -> None:
        self._keys = keys

    def sign(self, claims: Mapping[str, Any]) -> str:
        """The claims, which must be JSON, as a token."""
        token = self._serializer().dumps(dict(claims))
        return token if isinstance(token, str) else token.decode()

    def claims(self, token: str) -> Mapping[str, Any] | None:
        """The claims of a token; None for anything that is not to the letter what `sign` made."""
        if len(token) > TOKEN_LENGTH or not token.isascii():
            return None
        try:
            said = self._serializer().loads(token)
            signature = token.rpartition(".")[2]
            # Base64 can be written in several ways: a token altered in the bits that say nothing would open too.
            if base64_encode(base64_decode(signature)) != signature.encode():
                return None
        except BadData:
            return None
        return said if isinstance(said, dict) else None

    def _serializer(self) -> URLSafeSerializer:
        # Its own defaults are SHA-1 and a key made by mere concatenation.
        how = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
        return URLSafeSerializer(list(self._keys()), salt=SALT, signer_kwargs=how)
