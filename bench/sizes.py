"""How much each run does: tiny for the tests, quick for three minutes, full for the page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Day:
    """A working day of many laptops, in short."""

    laptops: int
    teams: int
    processes: int
    """That the laptops share; each is a person's own machine in life."""
    syncs: int
    records: int
    """That a laptop writes before each of its syncs."""
    seconds: float
    """From one sync of a laptop to its next, give or take a half."""
    postgres: tuple[int, ...]
    """Hub processes on PostgreSQL, a run each, after the one on SQLite."""


@dataclass(frozen=True)
class Size:
    """Numbers of rows, unless it says otherwise."""

    name: str
    counts: tuple[int, ...]
    rounds: int
    """Whole exchanges of the systems that are fast; the others have one."""
    repeats: int
    """Of what takes milliseconds."""
    merge: int
    growth: tuple[int, ...]
    growth_repeats: int
    history: int
    edit_rounds: int
    day: Day
    listed: int
    desk: tuple[int, ...]
    with_peers: bool = True
    with_year: bool = False
    """Whether a year of every plugin is told first, which takes most of a minute."""

    @property
    def largest(self) -> int:
        """The count that the aims speak of."""
        return self.counts[-1]


SIZES = {
    size.name: size
    for size in (
        Size(
            name="tiny",
            counts=(300,),
            rounds=1,
            repeats=1,
            merge=200,
            growth=(100, 300),
            growth_repeats=3,
            history=100,
            edit_rounds=2,
            day=Day(4, 2, 2, syncs=2, records=2, seconds=0.2, postgres=()),
            listed=300,
            desk=(300,),
            with_peers=False,
        ),
        Size(
            name="quick",
            counts=(10_000,),
            rounds=1,
            repeats=3,
            merge=1_000,
            growth=(2_000, 20_000),
            growth_repeats=5,
            history=1_000,
            edit_rounds=5,
            day=Day(40, 8, 4, syncs=3, records=5, seconds=2.5, postgres=(1,)),
            listed=10_000,
            desk=(100_000,),
        ),
        Size(
            name="full",
            counts=(10_000, 100_000),
            rounds=3,
            repeats=9,
            merge=20_000,
            growth=(10_000, 100_000, 1_000_000),
            growth_repeats=21,
            history=10_000,
            edit_rounds=10,
            day=Day(200, 20, 4, syncs=10, records=5, seconds=4, postgres=(1, 2)),
            listed=100_000,
            desk=(100_000, 1_000_000),
            with_year=True,
        ),
    )
}
