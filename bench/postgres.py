"""A PostgreSQL of the bench's own, as the tests have one, but with every commit on the disk."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

sys.path.append(
    str(Path(__file__).parents[1] / "tests" / "helpers")
)  # the tests' folder is no package

import postgres as private
from system_packages import postgres_programs


def cluster(settings: Sequence[str] = ()) -> AbstractContextManager[str | None]:
    """The URL of a new cluster; None where PostgreSQL is not installed."""
    programs = postgres_programs()
    return private.private_cluster(programs, settings) if programs else nullcontext(None)


@contextmanager
def database(url: str) -> Iterator[str]:
    """An empty database in it."""
    with private.fresh_database(url) as fresh:
        yield fresh
