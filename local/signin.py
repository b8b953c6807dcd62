"""Sign a demo's agent in with its password, as a script would."""

import json
import urllib.error
import urllib.request

from local.emulator import LocalError


def access_token(*, url: str, client_id: str, email: str, password: str) -> str:
    """A new access token.

    Args:
        url: where the emulator answers.
        client_id: the user pool's app client.
        email: who signs in.
        password: with what.

    Raises:
        LocalError: the emulator does not answer, or refuses.
    """
    body = {
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": client_id,
        "AuthParameters": {"USERNAME": email, "PASSWORD": password},
    }
    # Plain HTTP, for this call needs no signature: a second less than loading an SDK.
    request = urllib.request.Request(  # noqa: S310 - the address is the emulator's
        url,
        data=json.dumps(body).encode(),
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
        },
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as response:
            return str(json.load(response)["AuthenticationResult"]["AccessToken"])
    except urllib.error.HTTPError as error:
        said = error.read().decode("utf-8", errors="replace")
        raise LocalError(f"{email} could not sign in: {said}") from error
    except OSError as error:
        raise LocalError(f"Nothing answers at {url}. Is `make run` running?") from error
