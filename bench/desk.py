"""How long the desk's pages take at 100,000 records: `python bench/desk.py [--records N]`.

Server time of each page by Flask's test client, the median of some tries, in milliseconds. The
first search of a collection makes what is searched, once; it is told by itself.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from flask.testing import FlaskClient
from peewee import BooleanField, CharField, DateField, TextField

from hongxian import MembersField, Record, Reference, hookimpl
from hongxian.plugins.loading import Plugins
from hongxian.words.incarnation import incarnation_of
from hongxian_client.desk.app import make_desk
from hongxian_client.desk.desk import Desk
from hongxian_client.desk.opening import make_opening
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica

TRIES = 9
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈曾单", "一二三四五明华芳敏静丽强磊洋勇"


class Helper(Record):
    """Invented helpers."""

    name = CharField(verbose_name="姓名 · Name", max_length=40)
    place = CharField(verbose_name="住处 · Place", max_length=80, null=True)
    note = TextField(verbose_name="备注 · Note", null=True)
    since = DateField(verbose_name="加入 · Since", null=True)
    state = CharField(
        verbose_name="情况 · State",
        default="new",
        choices=[("new", "新 · New"), ("old", "老 · Old")],
    )
    ready = BooleanField(verbose_name="有空 · Ready", default=False)
    skills = MembersField(verbose_name="技能 · Skills")
    friend = Reference("bench.helper", verbose_name="搭档 · Partner", null=True)

    class Meta:
        collection = "bench.helper"
        title = "队员 · Helpers"


def _plugin() -> ModuleType:
    module = ModuleType("bench", doc="bench")

    @hookimpl
    def hongxian_collections() -> list[type[Record]]:
        return [Helper]

    module.hongxian_collections = hongxian_collections  # type: ignore[attr-defined]
    return module


def fill(laptop: Replica, count: int) -> str:
    """Records as a pull would put them in, and a few of this laptop's own; returns one's id."""
    chance = random.Random(1)
    kind = laptop.collection("bench.helper")
    for first in range(0, count, 10_000):
        numbers = range(first, min(first + 10_000, count))
        columns = {
            "id": [f"01890000-0000-7000-8000-{number:012x}" for number in numbers],
            "scope": ["team-1" for _ in numbers],
            "stamp": [1 << 20 for _ in numbers],
            "name": [chance.choice(SURNAMES) + chance.choice(GIVEN) * 2 for _ in numbers],
            "place": [f"示例路 {number % 900} 号" for number in numbers],
            "note": [f"第 {number} 位 helper" for number in numbers],
            "since": [f"2023-{number % 12 + 1:02}-{number % 28 + 1:02}" for number in numbers],
            "state": [chance.choice(("new", "old")) for _ in numbers],
        }
        with laptop.upkeep():
            kind.insert_columns(list(columns), list(columns.values()))
    return str(laptop.create(Helper, [{"name": f"本机{n}"} for n in range(20)])[0])


def pages(id: str) -> Iterator[tuple[str, str]]:
    """What is measured: a name and an address."""
    yield "list, first page", "/c/bench.helper"
    yield "list, page 40", "/c/bench.helper?page=40"
    yield "list, page 1000", "/c/bench.helper?page=1000"
    yield "list by name", "/c/bench.helper?sort=name"
    yield "list by date, filtered", "/c/bench.helper?sort=-since&state=old"
    yield "search 张三 (none)", "/c/bench.helper?q=张三"
    yield "search zss", "/c/bench.helper?q=zyy"
    yield "search a number", "/c/bench.helper?q=77777"
    yield "search and sort", "/c/bench.helper?q=zyy&sort=name"
    yield "pick by initials", "/c/bench.helper/pick?into=friend&friend=zyy"
    yield "pick, nothing typed", "/c/bench.helper/pick?into=friend&friend="
    yield "form, new", "/c/bench.helper/new"
    yield "form, edit", f"/c/bench.helper/{id}/edit"
    yield "record", f"/c/bench.helper/{id}"


def milliseconds(browser: FlaskClient, address: str) -> float:
    """One request."""
    begun = time.perf_counter()
    answer = browser.get(address)
    took = (time.perf_counter() - begun) * 1000
    assert answer.status_code == 200, answer.text
    return took


def main() -> None:
    """Fill a laptop and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    count = parser.parse_args().records
    with TemporaryDirectory() as folder:
        plugins = Plugins(installed=False)
        plugins.add(_plugin())
        laptop = Replica.open(Path(folder), plugins=plugins)
        with laptop, laptop.upkeep(), LaptopState.changing() as state:
            state.hub_key, state.laptop = "t", "bench"
            state.incarnation = incarnation_of("bench", "")
            state.teams = {"team-1": "示例队"}
        with laptop:
            id = fill(laptop, count)
        laptop.keep_connection()
        browser = make_desk(Desk(laptop, "localhost")).test_client()
        browser.get(f"/enter?code={make_opening(laptop.folder, '', '').code}")
        first = milliseconds(browser, "/c/bench.helper?q=x")
        print(f"{count:,} records; the first search makes what is searched: {first:,.0f} ms\n")
        print(f"{'page':<26}{'median ms':>10}{'slowest':>10}")
        for name, address in pages(id):
            tries = [milliseconds(browser, address) for _ in range(TRIES)]
            print(f"{name:<26}{statistics.median(tries):>10.1f}{max(tries):>10.1f}")


if __name__ == "__main__":
    main()
