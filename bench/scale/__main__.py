"""`python -m bench.scale`: several hubs, a town of communities, databases or schemas, and how each grows.

Writes its part of a page; nothing is asserted on times.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.__main__ import machine
from bench.postgres import cluster
from bench.process import TOP
from bench.report_desk import put_into
from bench.scale import page
from bench.scale.hubs import hubs
from bench.scale.schemas import ways
from bench.scale.sizes import SIZES, Size
from bench.scale.towns import Layout, measure, new_database

CONNECTIONS = 1_000
"""That the cluster takes: a town of 100 databases holds two or three to each in each process."""


class Run:
    """One run: each part by itself, so that one which fails is told and the others go on."""

    def __init__(self, size: Size, folder: Path, cluster_url: str | None) -> None:
        self._size, self._folder, self._url = size, folder, cluster_url
        self.left_out: dict[str, str] = {}
        self._known: dict[Layout, Any] = {}
        self._number = 0

    def all(self) -> dict[str, Any]:
        """What was found, as JSON keeps it."""
        return {
            "hubs": self._on_postgres(self._hubs),
            "towns": {title: self._town(each, title) for title, each in self._size.towns().items()},
            "ways": self._on_postgres(self._ways),
            "growth": {
                what: {
                    str(count): self._town(layout, f"{count} {what}")
                    for count, layout in steps.items()
                }
                for what, steps in self._size.growth().items()
            },
            "left_out": self.left_out,
        }

    def _hubs(self, url: str) -> dict[str, Any]:
        size = self._size
        return {
            str(count): self._tried(
                f"hubs: {count}",
                lambda folder, count=count: hubs(  # type: ignore[misc]
                    folder, new_database(url, f"hubs{count}"), count, size.laptops, size.hub_seconds
                ),
            )
            for count in size.hubs
        }

    def _ways(self, url: str) -> Any:
        return self._tried("ways", lambda folder: ways(folder, url, self._size.ways))

    def _town(self, layout: Layout, title: str) -> Any:
        """One that was measured before is not measured again."""
        if layout.on_postgres and self._url is None:
            self.left_out[title] = "PostgreSQL is not installed"
            return None
        if layout not in self._known:
            is_town = layout in self._size.towns().values()
            effort = replace(self._size.effort, with_burst=is_town)
            self._known[layout] = self._tried(
                title, lambda folder: measure(folder, layout, effort, self._url)
            )
        return self._known[layout]

    def _on_postgres(self, part: Callable[[str], Any]) -> Any:
        if self._url is not None:
            return part(self._url)
        self.left_out[part.__name__.strip("_")] = "PostgreSQL is not installed"
        return None

    def _tried(self, title: str, part: Callable[[Path], Any]) -> Any:
        self._number += 1
        began = time.monotonic()
        try:
            return part(self._folder / f"part{self._number}")
        except Exception as error:
            self.left_out[title] = f"{type(error).__name__}: {error}"[:300]
            return None
        finally:
            print(f"{title}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def measured(size: str) -> dict[str, Any]:
    """What a run finds, and when, by which command and on what it ran."""
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="hongxian-scale-") as work,
        cluster([f"max_connections={CONNECTIONS}"]) as url,
    ):
        found = Run(SIZES[size], Path(work), url).all()
    command = shlex.join(["python", "-m", "bench.scale", "--size", size])
    minutes = (time.monotonic() - began) / 60
    return {"size": size, **found, "told": {**machine(), "command": command, "minutes": minutes}}


def main() -> int:
    """Run, write the part; 1 when something could not be measured."""
    options = argparse.ArgumentParser(
        prog="bench.scale",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("--size", choices=SIZES, default="quick")
    options.add_argument(
        "--page", type=Path, help="default: docs/scale.md after a full run, else build/scale.md"
    )
    options.add_argument("--results", type=Path, help="keep what was measured, as JSON")
    options.add_argument(
        "--again", type=Path, help="write the part from such a file, measuring nothing"
    )
    chosen = options.parse_args()
    held = json.loads(chosen.again.read_text("utf-8")) if chosen.again else None
    results = held or measured(chosen.size)
    if chosen.results:
        chosen.results.write_text(json.dumps(results, indent=1), "utf-8")
    where = chosen.page or TOP / ("docs" if results["size"] == "full" else "build") / "scale.md"
    put_into(where, page.TITLE, page.part(results))
    print(f"written: {where}")
    return int(bool(results["left_out"]))


if __name__ == "__main__":
    sys.exit(main())
