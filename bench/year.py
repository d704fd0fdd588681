"""A year of all that comes with Hongxian, as the demonstration has it: pages, a first sync of it, size on disk.

`python -m bench --only year` writes its part of the page. The laptop is of one team, another joins and gets all of it.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from itertools import count
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from peewee import fn

import hongxian_plugins
from bench.desk import Facts, console_of, desk_of, timed
from hongxian.workdays import SpecialDay
from hongxian_client.search.index import read_on
from hongxian_plugins.service import Attendance
from hongxian_testing.laptop import Laptop
from hongxian_testing.neighbourhood import Neighbourhood, open_neighbourhood

TEAMS = ("红马甲管家团", "夕阳红", "青鸟")
SEED = 7


def year(folder: Path, repeats: int) -> dict[str, Any]:
    """Records of a laptop, seconds of its pages and of a first sync, and bytes on disk."""
    folder.mkdir(parents=True)
    modules = tuple(
        import_module(f"hongxian_plugins.{each.name}")
        for each in iter_modules(hongxian_plugins.__path__)
    )
    with open_neighbourhood(folder, *modules) as all_:
        laptops = _filled(all_)
        with laptops[0]:
            kinds = laptops[0].store.collections.values()
            records = sum(each.model.select().count() for each in kinds)
        with laptops[0].store.kept_open():  # as an opened desk does
            pages = dict(_pages(all_, laptops[0], repeats))
        return {
            "plugins": len(modules),
            "records": records,
            "pages": pages,
            "first sync": _first_sync(all_),
            "bytes": {
                "hub": _bytes(all_.hub.folder),
                "laptop": _bytes(laptops[0].store.folder),
            },
        }


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


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


def _pages(
    all_: Neighbourhood, laptop: Laptop, repeats: int
) -> Iterator[tuple[str, dict[str, Facts]]]:
    """Seconds of each page by its title: just after something was written, and once more; of the console the latter."""
    browser = desk_of(laptop.store)
    with laptop:
        served = Attendance.select(Attendance.person).group_by(Attendance.person)
        most = served.order_by(fn.COUNT(Attendance.id).desc(), Attendance.person).scalar()
    days = map(timedelta, count())

    def write() -> None:
        with laptop:
            SpecialDay.create(day=date(2020, 1, 1) + next(days), works=False)

    asked = {
        "Today": "/",
        "what waits": "/attention",
        "the page of whoever served most": f"/c/roster.person/{most}",
        "the box: 示例": "/search?q=示例",
        "the box: zw": "/search?q=zw",
        "the month": "/month",
    }
    for title, address in asked.items():
        yield (
            title,
            {
                "after a write": timed(browser, address, repeats, write),
                "again": timed(browser, address, repeats),
            },
        )
    keeper = console_of(all_.hub)
    for title, address in (
        ("the console's overview", "/console/overview"),
        ("the year in numbers", "/console/year"),
    ):
        yield title, {"again": timed(keeper, address, repeats)}


def _first_sync(all_: Neighbourhood) -> Facts:
    """Seconds of a new laptop's first sync, and of CPU: hub and laptop are one process here."""
    late = all_.laptop(TEAMS[0])
    wall, cpu = time.perf_counter(), _cpu()
    late.sync()
    return {"wall": time.perf_counter() - wall, "cpu": _cpu() - cpu}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
