"""The page's table of the desk's pages."""

from __future__ import annotations

import re
from pathlib import Path

from bench.cells import ms, table
from bench.ratios import Results

TITLE = "## The pages of the desk"
SLOW = 0.1
"""Seconds of CPU above which a page is marked: what people feel as waiting."""
_NEXT = re.compile(r"^## ", re.MULTILINE)


def pages(results: Results) -> str:
    """What the server takes for each page, at so many records over the bundled plugins' collections."""
    found = {count: facts for count, facts in (results.get("desk") or {}).items() if facts}
    counts = sorted(found, key=int)
    heads = ["page", *(f"{int(n):,} records, {what}" for n in counts for what in ("wall", "CPU"))]
    rows = [
        [title, *(cell for n in counts for cell in _cells(found[n][title]))]
        for title in (found[counts[0]] if counts else ())
    ]
    return (
        f"{TITLE}\n\nServer time by the app's own client, in Chinese: the least wall time of several, which "
        "whoever else uses the machine lengthens, and the median of the thread's CPU time, which they do "
        f"not. **Bold** is more than {SLOW * 1000:.0f} ms of CPU. So many records in all are over the bundled "
        "plugins' collections: the laptop holds the demonstration's year, "
        "and copies of it over eight earlier years. `python -m bench --only desk` writes this part alone.\n\n"
        + table(heads, rows)
    )


def _cells(facts: dict[str, float]) -> tuple[str, str]:
    return ms(facts["wall"]), told_cpu(facts["cpu"])


def told_cpu(seconds: float) -> str:
    """A page's CPU time, marked where people feel it."""
    cpu = ms(seconds)
    return f"**{cpu}**" if seconds > SLOW else cpu


def put_into(page: Path, title: str, part: str) -> None:
    """Write a part under its title into a page that has the others, in place of the one that stands there."""
    held = page.read_text("utf-8") if page.exists() else ""
    before, stood, rest = held.partition(title)
    if not stood:
        before, mark, rest = before.partition("## Where the time goes")
        rest = f"\n{mark}{rest}"
    following = _NEXT.search(rest)
    after = rest[following.start() :] if following else ""
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(f"{before}{part}\n\n{after}".rstrip() + "\n", "utf-8")
