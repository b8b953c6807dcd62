"""`make run`: the whole of Foyer on this machine, until Ctrl-C."""

import os
import signal
import sys
import time
from types import FrameType

from local import logs
from local.emulator import LocalError, running_emulator
from local.home import ROOT, Home
from local.stack import Stack, bring_up
from local.watch import follow

_DEFAULT_PORT = 4566


def main() -> None:
    """Start, stay, and end everything that was started."""
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)
    try:
        _run(home=Home.from_environment(), port=_port(), verbose=os.environ.get("VERBOSE") == "1")
    except LocalError as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        print("Stopped. The data is kept; `make clean` forgets it.")


def _run(*, home: Home, port: int, verbose: bool) -> None:
    colours = logs.coloured()
    started = time.monotonic()

    def say(line: str) -> None:
        print(f"\x1b[2m· {line}\x1b[0m" if colours else f"· {line}", flush=True)

    def show(report: str) -> None:
        for line in logs.lines(report, colours=colours, verbose=verbose):
            print(line, flush=True)

    say("Starting the AWS emulator")
    try:
        with running_emulator(home=home, port=port, on_output=show, verbose=verbose) as emulator:
            stack = bring_up(emulator, home=home, step=say)
            print(_welcome(stack, seconds=time.monotonic() - started, colours=colours), flush=True)
            follow(
                emulator,
                home=home,
                say=say,
                deployed=lambda: print(f"  API  {bring_up(emulator, home=home, step=say).api_url}", flush=True),
            )
    finally:
        # A second Ctrl-C must not interrupt the saving; whatever comes now, the end is near.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _stop(_number: int, _frame: FrameType | None) -> None:
    # One is enough: what follows is the orderly end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("\n· Saving and stopping", flush=True)
    raise KeyboardInterrupt


def _port() -> int:
    text = os.environ.get("PORT") or str(_DEFAULT_PORT)
    if not text.isdecimal() or not 1024 <= int(text) <= 65535:
        raise LocalError(f"PORT={text} is no port: a number from 1024 to 65535")
    return int(text)


def _welcome(stack: Stack, *, seconds: float, colours: bool) -> str:
    def strong(text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if colours else text

    people = [
        f"            {agent['email']:<16} {agent['password']:<19} {', '.join(agent['departments'])}"
        f"{', admin' if agent['admin'] else ''}"
        for agent in stack.agents
    ]
    facts = stack.home.facts
    shown = facts.relative_to(ROOT) if facts.is_relative_to(ROOT) else facts
    return "\n".join(
        [
            "",
            strong(f"  Foyer is up ({seconds:.1f} s)"),
            "",
            f"  API       {stack.api_url}",
            f"  Sockets   {stack.socket_url}",
            f"  Facts     {shown}",
            "  Agents    e-mail           password            departments",
            *people,
            "",
            f"  Token     make token EMAIL={stack.agents[0]['email']}",
            "  Changed code is picked up as you save it. Ctrl-C stops; the data stays.",
            "",
        ]
    )


if __name__ == "__main__":
    main()
