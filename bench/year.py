"""A year of all that comes with Hongxian, as the demonstration has it: pages, a first sync of it, size on disk.

`python -m bench.year` prints a table. The laptop is of one team, a second one joins and gets all of it.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from peewee import fn

import hongxian_plugins
from bench.desk import console_of, desk_of, timed
from hongxian_client.search.index import read_on
from hongxian_plugins.service import Attendance
from hongxian_testing.laptop import Laptop
from hongxian_testing.neighbourhood import Neighbourhood, open_neighbourhood

TEAMS = ("红马甲管家团", "夕阳红", "青鸟")
REPEATS = 7
SEED = 7
AIM_SECONDS, AIM_SYNC_SECONDS = 0.1, 10.0
"""Of server time for a page; of a first sync on two cores."""


def main() -> None:
    """Measure, and print what was measured beside its aim."""
    modules = tuple(
        import_module(f"hongxian_plugins.{each.name}")
        for each in iter_modules(hongxian_plugins.__path__)
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        open_neighbourhood(Path(folder), *modules) as all_,
    ):
        laptops = _filled(all_)
        for title, seconds in _pages(all_, laptops[0]):
            print(f"{title:40} {seconds * 1000:9.1f} ms   aim {AIM_SECONDS * 1000:.0f}")
        wall, cpu = _first_sync(all_)
        print(
            f"{'first sync of it: wall, CPU of both':40} {wall:9.2f} s {cpu:9.2f} s   aim {AIM_SYNC_SECONDS:.0f}"
        )
        for each in (all_.hub.folder, laptops[0].store.folder):
            size = sum(file.stat().st_size for file in each.rglob("*") if file.is_file())
            print(f"{'on disk: ' + each.name:40} {size / 1e6:9.1f} MB")


def _filled(all_: Neighbourhood) -> list[Laptop]:
    """A laptop of each team, with the community's year from the first and each team's own."""
    laptops = [all_.laptop(team) for team in TEAMS]
    all_.meet()
    for each in laptops:
        with each:
            each.store.plugins.tell("hongxian_demo_was_asked", store=each.store, seed=SEED)
        all_.meet()
    with laptops[0]:
        for collection in laptops[0].store.collections.values():
            while read_on(laptops[0].store, collection):  # as a desk does when nobody waits
                pass
    return laptops


def _pages(all_: Neighbourhood, laptop: Laptop) -> Iterator[tuple[str, float]]:
    browser = desk_of(laptop.store)
    with laptop:
        records = sum(each.model.select().count() for each in laptop.store.collections.values())
        most = (
            Attendance.select(Attendance.person)
            .group_by(Attendance.person)
            .order_by(fn.COUNT(Attendance.id).desc())
            .first()
            .person
        )
    print(f"{'records on the laptop':40} {records:9,}")
    asked = {
        "Today": "/",
        "what waits": "/attention",
        "the page of whoever served most": f"/c/roster.person/{most}",
        "search: 示例": "/search?q=示例",
        "search: zw": "/search?q=zw",
        "the month": "/month",
    }
    for title, address in asked.items():
        yield title, timed(browser, address, REPEATS)["wall"]
    keeper = console_of(all_.hub)
    yield "the console's overview", timed(keeper, "/console/overview", REPEATS)["wall"]
    yield "the year in numbers", timed(keeper, "/console/year", REPEATS)["wall"]


def _first_sync(all_: Neighbourhood) -> tuple[float, float]:
    """Seconds of a new laptop's first sync, and of CPU: hub and laptop are one process here."""
    late = all_.laptop(TEAMS[0])
    wall, cpu = time.perf_counter(), _cpu()
    late.sync()
    return time.perf_counter() - wall, _cpu() - cpu


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
