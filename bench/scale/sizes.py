"""How much `python -m bench.scale` asks."""

from __future__ import annotations

from dataclasses import dataclass

from bench.scale.towns import Effort, Layout


@dataclass(frozen=True)
class Size:
    """One run's measure."""

    hubs: tuple[int, ...]
    """Processes of one community on PostgreSQL."""
    hub_seconds: float
    """Of each kind of work."""
    communities: int
    """Of a town."""
    ways: int
    """Communities as databases, and as schemas."""
    laptops_grow: tuple[int, ...]
    communities_grow: tuple[int, ...]
    records_grow: tuple[int, ...]
    effort: Effort
    laptops: int = 30

    def towns(self) -> dict[str, Layout]:
        """By their titles."""
        return {
            "one process, SQLite files": Layout(self.communities, self.laptops),
            "two processes, PostgreSQL": Layout(
                self.communities, self.laptops, processes=2, on_postgres=True
            ),
        }

    def growth(self) -> dict[str, dict[int, Layout]]:
        """Towns of one process over SQLite, by what of them grows and how far."""
        return {
            "laptops": {n: Layout(laptops=n) for n in self.laptops_grow},
            "communities": {n: Layout(n, self.laptops) for n in self.communities_grow},
            "records": {n: Layout(laptops=self.laptops, records=n) for n in self.records_grow},
        }


SIZES = {
    "tiny": Size((1,), 1, 2, 2, (2, 4), (1, 2), (10, 20), Effort(1, 3), laptops=2),
    "quick": Size((1, 2), 5, 10, 5, (30, 300), (1, 10), (1_000, 10_000), Effort(10, 20)),
    "full": Size(
        (1, 2, 4),
        15,
        100,
        30,
        (30, 300, 3_000),
        (1, 10, 100),
        (1_000, 10_000, 100_000),
        Effort(40, 100),
    ),
}
