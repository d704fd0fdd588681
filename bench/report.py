"""The page: tables and charts out of one run's results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.aims import aims
from bench.catalogue import CRSQLITE, HONGXIAN, PEERS
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
TITLES = {peer.key: peer.title for peer in (HONGXIAN, *PEERS, CRSQLITE)}
SHOWN = 10
"""Functions of a profile."""


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
        _growth(results, charts),
        _storage(results, size.largest),
        _day(results),
        _memory(results, size.largest),
        _start(results),
        _profile(results),
        NOTES.read_text("utf-8"),
    ]
    page.write_text("\n\n".join(part.strip() for part in parts if part.strip()) + "\n", "utf-8")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; all but the first column are numbers."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def times(value: float | None) -> str:
    """A ratio."""
    if value is None:
        return "–"
    return f"{value:,.0f}×" if value >= 100 else f"{value:.1f}×" if value >= 10 else f"{value:.2f}×"


def number(value: float | None, unit: str = "") -> str:
    """A number with three digits or so."""
    if value is None:
        return "–"
    return f"{value:,.0f}{unit}" if abs(value) >= 100 else f"{value:.3g}{unit}"


def ms(seconds: float | None) -> str:
    """Seconds in milliseconds."""
    return number(None if seconds is None else seconds * 1000, " ms")


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
        "second; that flatters them, for none gets faster with more.",
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


def _systems(results: Results, count: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    found = results["exchanges"].get(str(count), {})
    for key in TITLES:
        if found.get(key):
            yield key, found[key]


def _exchanges(results: Results, count: int, charts: Path) -> str:
    rows, shown = [], {"push": [], "pull": []}
    limit = quotient(count, fact(results, count, "limit", "seconds"))
    rows.append(("the limit", f"{count:,}", number(limit), number(limit), "1×", "1×", "", ""))
    for key, rounds in _systems(results, count):
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
    for key, rounds in _systems(results, count):
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


def _growth(results: Results, charts: Path) -> str:
    found = [each for each in results.get("growth") or [] if each]
    what = ("no_op", "edits", "edit")
    rows = [
        (
            f"{each['rows']:,}",
            *(
                cell
                for name in what
                for cell in (ms(each[name]), times(each[name] / found[0][name]))
            ),
            number(rate(each, "push")),
            number(rate(each, "pull")),
        )
        for each in found
    ]
    said = table(
        (
            "records",
            "nothing to do",
            "of the first",
            "100 edits",
            "of the first",
            "1 edit",
            "of the first",
            "push/s",
            "pull/s",
        ),
        rows,
    )
    if found:
        title = "A sync of 100 edits as the data grows (each step right: ten times)"
        shown = [
            (f"Hongxian, {each['rows']:,}", each["edits"], ms(each["edits"])) for each in found
        ]
        bars(charts / "growth.svg", title, shown)
        said += f"\n\n![{title}]({charts.name}/growth.svg)"
    past = results.get("history") or []
    said += (
        "\n\nDoes history cost? The same records, before and after all were edited many times:\n\n"
    )
    said += table(
        ("records", "times edited", "nothing to do", "of the first", "first pull", "of the first"),
        [
            (
                f"{each['rows']:,}",
                str(each["edited"]),
                *(
                    cell
                    for name in ("no_op", "pull")
                    for cell in (ms(each[name]), times(each[name] / past[0][name]))
                ),
            )
            for each in past
        ],
    )
    return "## Growth\n\n" + said


def _storage(results: Results, count: int) -> str:
    plain = fact(results, count, "limit", "bytes")
    rows = [("plain table", f"{count:,}", number(quotient(plain, count)), "1×", "", "")]
    for key, rounds in _systems(results, count):
        held = rounds[0]["rows"]
        own = quotient(plain, count)
        cells: list[str] = []
        for what in ("laptop_bytes", "hub_bytes"):
            each = quotient(middle(rounds, what), held)
            cells += [number(each), times(quotient(each, own))]
        rows.append((TITLES[key], f"{held:,}", *cells))
    stored = results["merge"].get(CRSQLITE.key)
    if stored:
        own = stored["plain_bytes"] / stored["rows"]
        each = stored["bytes"] / stored["rows"]
        rows.append(
            (
                f"{CRSQLITE.title}, to a plain table of its own",
                f"{stored['rows']:,}",
                number(each),
                times(each / own),
                "",
                "",
            )
        )
    wire = []
    packed = fact(results, count, "limit", "compressed")
    for way in ("push", "pull"):
        moved = fact(results, count, HONGXIAN.key, f"wire_{way}")
        wire.append(
            (
                way,
                number(quotient(moved, count)),
                number(quotient(packed, count)),
                times(quotient(moved, packed)),
            )
        )
    return (
        "## Storage and wire\n\nBytes for each record, after the exchange.\n\n"
        + table(("system", "records", "laptop", "of plain", "hub", "of plain"), rows)
        + "\n\nBytes on the wire both ways, bodies alone, against the plain values in columns of JSON under zstd:\n\n"
        + table(("Hongxian", "bytes a record", "plain values' zstd", "ratio"), wire)
    )


def _day(results: Results) -> str:
    plan = SIZES[results["size"]].day
    rows = [
        (
            label,
            number(facts["rounds_per_second"]),
            *(ms(facts[name]) for name in ("p50", "p99", "wait_p50", "wait_p99")),
            str(facts["refused"]),
            str(facts["failed"]),
            str(facts["missing"]),
            number(facts["hub_mb"]),
        )
        for label, facts in results["day"].items()
        if facts
    ]
    return (
        f"## A working day\n\n{plan.laptops} laptops of {plan.teams} teams, the real client in "
        f"{plan.processes} processes, each with a database of its own; each writes {plan.records} records before "
        f"each of its {plan.syncs} syncs, one about every {plan.seconds:g} s. The laptops share the machine with "
        "the hub, so p50 and p99 of a sync hold the laptops' own work too; the wait is for the hub alone. "
        "Refused counts records and digests that differed, missing what the hub does not hold at the end.\n\n"
        + table(
            (
                "hub on",
                "rounds/s",
                "sync p50",
                "sync p99",
                "wait p50",
                "wait p99",
                "refused",
                "failed",
                "missing",
                "hub MB",
            ),
            rows,
        )
    )


def _memory(results: Results, count: int) -> str:
    rows = []
    for each in [each for each in results.get("growth") or [] if each]:
        cells = (number(each[name]) for name in ("writer_mb", "reader_mb", "hub_mb"))
        rows.append((HONGXIAN.title, f"{each['rows']:,}", *cells))
    for key, rounds in _systems(results, count):
        if key != HONGXIAN.key:
            cells = (number(middle(rounds, name)) for name in ("writer_mb", "reader_mb", "hub_mb"))
            rows.append((TITLES[key], f"{rounds[0]['rows']:,}", *cells))
    return "## Memory\n\nPeaks in MB.\n\n" + table(
        ("system", "records", "laptop that pushes", "laptop that pulls", "hub"), rows
    )


def _start(results: Results) -> str:
    found = results.get("start") or {}
    commands = {
        "import": '`python -c "import flask, peewee, marshmallow"`',
        "help": "`hongxian --help`",
        "status": "`hongxian status`",
        "list": f"`hongxian list`, 50 of {SIZES[results['size']].listed:,}",
    }
    rows = [
        (title, ms(found.get(name)), times(quotient(found.get(name), found.get("import"))))
        for name, title in commands.items()
    ]
    return "## Start\n\nWall time from the shell, all bundled plugins loaded.\n\n" + table(
        ("command", "time", "of the bare import"), rows
    )


def _profile(results: Results) -> str:
    said = (
        "## Where the time goes\n\nOur threads' stacks, looked at every 2 ms: the innermost of our "
        "functions, and what it had called. Laptop and hub work at the same time."
    )
    for stage, sides in (results.get("profile") or {}).items():
        rows = []
        for laptop, hub in zip(_tops(sides["laptop"]), _tops(sides["hub"]), strict=True):
            rows.append((*laptop, *hub))
        said += f"\n\n### {stage.capitalize()}\n\n" + table(
            ("laptop", "share", "hub", "share"), rows
        )
    return said


def _tops(shares: dict[str, float]) -> list[tuple[str, str]]:
    found = [(f"`{name}`", f"{share:.0%}") for name, share in list(shares.items())[:SHOWN]]
    return found + [("", "")] * (SHOWN - len(found))
