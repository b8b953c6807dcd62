"""`make bench`: prints what each command costs and brings the table of docs/costs.md up to date."""

import re

from bench.scenarios import costs
from bench.world import Cost, world
from tests.tables import ROOT

DOCUMENT = ROOT / "docs" / "costs.md"
HEADINGS = ("command", "requests", "write units", "read units", "frames", "queued", "$ per million")


def table(measured: list[Cost]) -> str:
    """The figures in Markdown."""
    lines = [f"| {' | '.join(HEADINGS)} |", f"| {' | '.join(['---', *['--:'] * (len(HEADINGS) - 1)])} |"]
    lines += [
        f"| {one.command} | {one.requests} | {one.write_units:g} | {one.read_units:g} | {one.frames_posted} "
        f"| {one.queued} | {one.dollars_per_million:.2f} |"
        for one in measured
    ]
    return "\n".join(lines)


def main() -> None:
    """Measures, prints and writes."""
    with world() as company:
        shown = table(list(costs(company)))
    print(shown)
    text = DOCUMENT.read_text("utf-8")
    DOCUMENT.write_text(re.sub(r"^\| command \|.*?(?=\n\n|\n?\Z)", lambda _: shown, text, flags=re.M | re.S), "utf-8")


if __name__ == "__main__":
    main()
