"""The page's part on a year of all that comes with Hongxian."""

from __future__ import annotations

from bench.cells import ms, number, table
from bench.ratios import Results
from bench.report_desk import told_cpu

TITLE = "## A year of all plugins"
_WHEN = ("after a write", "again")


def year(results: Results) -> str:
    """What the server takes for each page, and what the year takes on disk and on the wire; "" where it was not run."""
    found = results.get("year")
    if not found:
        return ""
    heads = ["page", *(f"{when}, {what}" for when in _WHEN for what in ("wall", "CPU"))]
    rows = [
        [title, *(cell for when in _WHEN for cell in _cells(facts.get(when)))]
        for title, facts in found["pages"].items()
    ]
    sync, sizes = found["first sync"], found["bytes"]
    return (
        f"{TITLE}\n\nThe demonstration's year of {found['plugins']} plugins: {found['records']:,} records on "
        "the laptop of one of three teams. Measured as the pages above: just after something was written, when "
        "nothing is kept, and once more. A new laptop of the same team has all of it by its first sync in "
        f"{number(sync['wall'], ' s')}, of which {number(sync['cpu'], ' s')} are CPU of laptop and hub. On disk: "
        f"the hub {number(sizes['hub'] / 1e6, ' MB')}, the laptop {number(sizes['laptop'] / 1e6, ' MB')}. "
        "`python -m bench --only year` writes this part alone; a quick run leaves it out.\n\n"
        + table(heads, rows)
    )


def _cells(facts: dict[str, float] | None) -> tuple[str, str]:
    return (ms(facts["wall"]), told_cpu(facts["cpu"])) if facts else ("", "")
