"""The page's tables of Hongxian alone, or that need no chart of the peers."""

from __future__ import annotations

from pathlib import Path

from bench.catalogue import CRSQLITE, HONGXIAN
from bench.cells import TITLES, ms, number, systems, table, times
from bench.charts import bars
from bench.ratios import Results, fact, middle, quotient, rate
from bench.sizes import SIZES

SHOWN = 10
"""Functions of a profile."""


def growth(results: Results, charts: Path) -> str:
    """The same questions at ever more records, and after much editing."""
    found = results.get("growth") or []
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
    return (
        "## Growth\n\nAll of these hubs and laptops run at once and are asked in turn.\n\n" + said
    )


def storage(results: Results, count: int) -> str:
    """Bytes on disk and on the wire."""
    plain = fact(results, count, "limit", "bytes")
    rows = [("plain table", f"{count:,}", number(quotient(plain, count)), "1×", "", "")]
    for key, rounds in systems(results, count):
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


def day(results: Results) -> str:
    """Many laptops against one hub."""
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


def memory(results: Results, count: int) -> str:
    """Peaks of laptops and hubs."""
    rows = []
    for each in results.get("growth") or []:
        cells = (number(each[name]) for name in ("writer_mb", "reader_mb", "hub_mb"))
        rows.append((HONGXIAN.title, f"{each['rows']:,}", *cells))
    for key, rounds in systems(results, count):
        if key != HONGXIAN.key:
            cells = (number(middle(rounds, name)) for name in ("writer_mb", "reader_mb", "hub_mb"))
            rows.append((TITLES[key], f"{rounds[0]['rows']:,}", *cells))
    return "## Memory\n\nPeaks in MB.\n\n" + table(
        ("system", "records", "laptop that pushes", "laptop that pulls", "hub"), rows
    )


def start(results: Results) -> str:
    """The commands from the shell."""
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


def profile(results: Results) -> str:
    """Our functions by their share, stage by stage."""
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
