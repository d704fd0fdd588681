"""The page: tables and charts out of one run's results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench import report_desk, report_own, report_year
from bench.aims import aims
from bench.catalogue import CRSQLITE, HONGXIAN, PEERS
from bench.cells import TITLES, ms, number, systems, table, times
from bench.charts import Bar, bars
from bench.ratios import (
    Results,
    against_limit,
    fact,
    middle,
    quotient,
    rate,
    rates_against,
)
from bench.sizes import SIZES

NOTES = Path(__file__).with_name("notes.md")


def write_page(results: Results, page: Path) -> None:
    """`page`, and its charts in a folder of the same name beside it."""
    charts = page.with_suffix("")
    page.parent.mkdir(parents=True, exist_ok=True)
    size = SIZES[results["size"]]
    parts = [
        _head(results),
        _aims(results, size.largest),
        *(_exchanges(results, count, charts) for count in size.counts),
        _ordinary(results, size.largest, charts),
        _merge(results),
        report_own.growth(results, charts),
        report_own.storage(results, size.largest),
        report_own.day(results),
        report_own.memory(results, size.largest),
        report_own.start(results),
        report_desk.pages(results),
        report_year.year(results),
        report_own.profile(results),
        NOTES.read_text("utf-8"),
    ]
    page.write_text("\n\n".join(part.strip() for part in parts if part.strip()) + "\n", "utf-8")


def _head(results: Results) -> str:
    told = results["told"]
    systems = table(
        ("system", "what it is"),
        [(f"**{peer.title}**", peer.about) for peer in (HONGXIAN, *PEERS, CRSQLITE)],
    ).replace("---:", "---")
    lines = [
        "# Benchmarks",
        f"Written by `{told['command']}` on {told['date']}, in {told['minutes']:.0f} minutes, on "
        f"{told['cores']} cores and {told['memory_gb']:.0f} GB of memory ({told['system']}; "
        f"Python {told['python']}, SQLite {told['sqlite']}). Other work may have run on the machine "
        "beside it: read the ratios, which compare what ran within the same minutes, and not the "
        "times. Hub and laptops are processes of their own, over the loopback; all hold the same "
        "seeded rows of ten columns (ids, team, day, time, minutes, state, Chinese notes).",
        "**The limit** is a plain `executemany` of the same rows into the same kind of SQLite "
        "table, `synchronous=FULL`, by one process: no network, no merge, no second copy.",
        systems,
        "Slow systems are given fewer rows, as told in each table, and compared by records a "
        "second; where they are slow by the row, that leaves the ratio as it is.",
    ]
    if results["left_out"]:
        lines.append(
            "Left out of this run:\n\n"
            + "\n".join(f"- {title}: {why}" for title, why in results["left_out"].items())
        )
    return "\n\n".join(lines)


def _aims(results: Results, count: int) -> str:
    rows = [
        (
            aim.measure,
            "–" if aim.found is None else number(aim.found, aim.unit),
            aim.bound,
            aim.verdict,
        )
        for aim in aims(results, count)
    ]
    return f"## What it must reach\n\nAt {count:,} records.\n\n" + table(
        ("measure", "this run", "aim", ""), rows
    )


def _exchanges(results: Results, count: int, charts: Path) -> str:
    rows, shown = [], {"push": [], "pull": []}
    limit = quotient(count, fact(results, count, "limit", "seconds"))
    rows.append(("the limit", f"{count:,}", number(limit), number(limit), "1×", "1×", "", ""))
    for key, rounds in systems(results, count):
        rates = {
            way: middle([{"rate": rate(each, way)} for each in rounds], "rate") or 0
            for way in shown
        }
        for way, bars_shown in shown.items():
            bars_shown.append((TITLES[key], rates[way], f"{rates[way]:,.0f}/s"))
        rows.append(
            (
                TITLES[key],
                f"{rounds[0]['rows']:,}",
                *(number(each) for each in rates.values()),
                *(times(against_limit(results, count, key, way)) for way in shown),
                *(
                    "" if key == HONGXIAN.key else times(rates_against(results, count, key, way))
                    for way in shown
                ),
            )
        )
    heads = (
        "system",
        "records",
        "push/s",
        "pull/s",
        "push, limit's time",
        "pull, limit's time",
        "Hongxian pushes",
        "Hongxian pulls",
    )
    pictures = _charts(charts, shown, count, limit)
    return f"## First push and first pull of {count:,} records\n\n" + table(heads, rows) + pictures


def _charts(charts: Path, shown: dict[str, list[Bar]], count: int, limit: float | None) -> str:
    said = ""
    for way, values in shown.items():
        if values and limit:
            name = f"{way}-{count}.svg"
            title = f"Records a second, {way} of {count:,} (each step right: ten times)"
            bars(charts / name, title, [("the limit", limit, f"{limit:,.0f}/s"), *values])
            said += f"\n\n![{title}]({charts.name}/{name})"
    return said


def _ordinary(results: Results, count: int, charts: Path) -> str:
    ours = {what: fact(results, count, HONGXIAN.key, what) for what in ("no_op", "edits", "edit")}
    rows, shown = [], []
    for key, rounds in systems(results, count):
        cells: list[str] = []
        for what, our in ours.items():
            taken = middle(rounds, what)
            cells += [ms(taken), times(quotient(taken, our))]
        rows.append((TITLES[key], f"{rounds[0]['rows']:,}", *cells))
        if (taken := middle(rounds, "edits")) is not None:
            shown.append((TITLES[key], taken, ms(taken)))
    said = table(
        (
            "system",
            "records held",
            "nothing to do",
            "of ours",
            "100 edits each way",
            "of ours",
            "1 edit each way",
            "of ours",
        ),
        rows,
    )
    if shown:
        title = "A sync of 100 edits each way (each step right: ten times)"
        bars(charts / "edits.svg", title, shown)
        said += f"\n\n![{title}]({charts.name}/edits.svg)"
    return (
        "## An ordinary sync\n\nTimed on one laptop: it sends its edits and fetches the other's.\n\n"
        + said
    )


def _merge(results: Results) -> str:
    found = {key: facts for key, facts in results["merge"].items() if facts}
    ours = found.get(HONGXIAN.key)
    rows = [
        (
            TITLES[key],
            f"{facts['rows']:,}",
            number(facts["rows"] / _merge_seconds(facts)),
            times(quotient(rate(ours, "merge"), facts["rows"] / _merge_seconds(facts)))
            if ours
            else "–",
        )
        for key, facts in found.items()
    ]
    return (
        "## A merge\n\nEvery record edited on both laptops, two fields on each, one of them the same. "
        "Timed: the second laptop's sync, and the first's next. Anki and PouchDB keep one whole "
        "record of the two; Hongxian merges by field and keeps the loser as a conflict; cr-sqlite "
        "merges by field, without a conflict kept, network or disk.\n\n"
        + table(("system", "records", "merged/s", "Hongxian merges"), rows)
    )


def _merge_seconds(facts: dict[str, Any]) -> float:
    return float(facts.get("merge", facts.get("seconds", 0)))
