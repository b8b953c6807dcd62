"""Tokens open as they were signed, with any key that still counts, and not otherwise."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from foyer.adapters.signing import SALT, TOKEN_LENGTH, SecretSigner

CLAIMS = {"room_id": "lny_myTyXNwfQXUjKbnlA", "offer": 7, "agent_id": "ada", "exp": 1_800_000_000}
KEY, NEWER = "a-key-of-32-characters-or-more..", "a-newer-key-of-32-characters...."

said = st.dictionaries(
    st.text(max_size=8), st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20), max_size=6
)


def signer(*keys: str) -> SecretSigner:
    return SecretSigner(lambda: keys or (KEY,))


@given(said)
def test_claims_open_as_they_were_signed(claims: dict[str, Any]) -> None:
    token = signer().sign(claims)

    assert signer().claims(token) == claims
    assert token.replace("-", "").replace("_", "").replace(".", "").isalnum(), "it fits into a URL as it is"


@given(st.data())
def test_no_altered_token_opens(data: st.DataObject) -> None:
    token = signer().sign(CLAIMS)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda one: one != token[place]))
    altered = data.draw(
        st.sampled_from(
            [
                token[:place] + other + token[place + 1 :],
                token[:place] + other + token[place:],
                token[:place] + token[place + 1 :],
                token[:place],
                token + other,
                other + token,
            ]
        ).filter(lambda one: one != token)
    )

    assert signer().claims(altered) is None


def test_no_other_spelling_of_a_signature_opens() -> None:
    token = signer().sign(CLAIMS)
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    opened = [last for last in digits if signer().claims(token[:-1] + last) is not None]

    assert opened == [token[-1]]


@given(st.text(max_size=300))
def test_what_nobody_signed_says_nothing(token: str) -> None:
    assert signer().claims(token) is None


def test_a_lone_surrogate_says_nothing() -> None:
    assert signer().claims("\ud800.x") is None


def test_an_absurdly_long_token_says_nothing() -> None:
    long = signer().sign({"text": "".join(uuid4().hex for _ in range(150))})
    assert len(long) > TOKEN_LENGTH
    assert signer().claims(long) is None


def test_the_newest_key_signs_and_all_of_them_open() -> None:
    old, both, new = signer(KEY), signer(KEY, NEWER), signer(NEWER)

    assert both.claims(old.sign(CLAIMS)) == CLAIMS
    assert new.claims(both.sign(CLAIMS)) == CLAIMS
    assert new.claims(old.sign(CLAIMS)) is None
    assert old.claims(both.sign(CLAIMS)) is None


def test_keys_are_asked_for_when_they_are_needed() -> None:
    keys = [KEY]
    asked = []
    one = SecretSigner(lambda: asked.append(1) or tuple(keys))  # type: ignore[func-returns-value]
    assert not asked

    token = one.sign(CLAIMS)
    keys.append(NEWER)

    assert one.claims(one.sign(CLAIMS)) == CLAIMS
    assert signer(NEWER).claims(one.sign(CLAIMS)) == CLAIMS
    assert one.claims(token) == CLAIMS


@pytest.mark.parametrize("how", [{}, {"salt": SALT}, {"salt": "other", "signer_kwargs": {"key_derivation": "hmac"}}])
def test_what_the_same_key_signs_elsewhere_says_nothing(how: dict[str, Any]) -> None:
    foreign = URLSafeSerializer(KEY, **how).dumps(CLAIMS)
    assert signer().claims(str(foreign)) is None
