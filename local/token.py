"""`make token EMAIL=…`: print one access token of a demo's agent, and nothing else."""

import os
import sys

from local.emulator import LocalError
from local.home import Home, read_json
from local.signin import access_token


def main() -> None:
    """Print the token; or say on standard error what is wrong, and exit with 1."""
    email = os.environ.get("EMAIL") or (sys.argv[1] if len(sys.argv) > 1 else "")
    try:
        print(token(Home.from_environment(), email=email))
    except LocalError as error:
        sys.exit(str(error))


def token(home: Home, *, email: str) -> str:
    """An access token for this agent of the deployment that runs in this home.

    Raises:
        LocalError: nothing runs there, the agent is unknown, or the sign-in failed.
    """
    facts, stack = read_json(home.facts), read_json(home.outputs)
    if facts is None or stack is None:
        raise LocalError("There is no local deployment yet: start one with `make run`.")
    by_email = {agent["email"]: agent for agent in facts["agents"]}
    if email not in by_email:
        known = ", ".join(by_email)
        raise LocalError(f"Say whose token, as in: make token EMAIL={next(iter(by_email))} (there are: {known})")
    return access_token(
        url=stack["url"], client_id=stack["UserPoolClientId"], email=email, password=by_email[email]["password"]
    )


if __name__ == "__main__":
    main()
