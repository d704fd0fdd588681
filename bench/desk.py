"""How long the server takes for each page of the desk and for the console's overview, at so many records.

Python's own client of the app, without a socket or a browser; each page is asked again and again. Of the
first page of all is told how long it takes from typing `hongxian`, by a process of its own and a socket.
"""

from __future__ import annotations

import http.client
import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from html import unescape
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from peewee import fn

from bench.filling import AT_ONE_ACTIVITY, PLUGINS, SHARES, fill, filled_laptop, originals
from hongxian.collections.local_time import local_today
from hongxian_client.desk.app import make_desk
from hongxian_client.desk.desk import Desk
from hongxian_client.desk.host import host_of
from hongxian_client.desk.opening import make_opening
from hongxian_client.replica.replica import Replica
from hongxian_plugins.knife_grinding.days import Day
from hongxian_plugins.service import Attendance
from hongxian_server.console.app import make_console
from hongxian_server.hub import Hub
from hongxian_server.membership import keeper
from hongxian_testing.laptop import with_only

ON_A_PAGE = 50
PASSWORD = "correct horse battery"
WORDS = ("张伟", "zw", "张", "示例", "zhangwei", "张伟 示例", "没有这样的")
"""Looked for in the box: one name, its initials, one character, what most bear, and what nobody does."""
_SHEET = "姓名,加入日期\n" + "".join(f"示例·新{n:03d},2026-03-01\n" for n in range(200))
_WAY = re.compile(r'url=([^"]+)"')
Facts = dict[str, float]


def desk(folder: Path, records: int, repeats: int) -> dict[str, Facts]:
    """Seconds of each page: `wall` the least of several, `cpu` the median of the thread's own."""
    laptop = filled_laptop(folder / "laptop", records)
    browser = desk_of(laptop)
    with laptop:
        asked = dict(pages(laptop)) | {"an import's rows": _import(browser)}
        copied = originals(laptop)
    with laptop.kept_open():  # as an opened desk does
        found = {title: timed(browser, address, repeats) for title, address in asked.items()}
    found["from typing `hongxian` to Today"] = first_page(laptop.folder, max(repeats // 2, 1))
    hub = Hub.init(folder / "hub", "bench", plugins=with_only(PLUGINS))
    with hub:
        fill(hub, copied, records)
    found["the console's overview"] = timed(console_of(hub), "/console/overview", repeats)
    return found


# -- what is asked -------------------------------------------------------------------------------


def pages(laptop: Replica) -> Iterator[tuple[str, str]]:
    """What is measured of a desk: a title and an address."""
    yield "Today", "/"
    yield "Today, another day open", f"/?day={local_today(laptop).replace(day=1)}"
    yield "the month", "/month"
    yield "what waits", "/attention"
    yield from ((f"the box: {word}", f"/search?q={word}") for word in WORDS)
    for name in SHARES:
        yield from _lists(laptop, name)
    yield from _records(laptop)
    yield "a day's board", f"/view/knife_grinding.board?day={Day.select().first().id}"
    yield "the shelf", "/view/reward_station.shelf"
    yield "a new volunteer", "/c/roster.person/new"
    yield "a new attendance", "/c/service.attendance/new"
    yield "done of late", "/deeds"
    yield "this laptop", "/laptop"


def _lists(laptop: Replica, name: str) -> Iterator[tuple[str, str]]:
    kind = laptop.collection(name)
    table, address = f"list: {kind.title.en}", f"/c/{name}"
    count = kind.model.select().count()
    yield table, address
    yield f"{table}, last page", f"{address}?page={(count - 1) // ON_A_PAGE + 1}"
    for column in [each for each in kind.shown.values() if each.is_sortable][:2]:
        yield f"{table}, by {column.label.en.lower()}", f"{address}?sort=-{column.name}"
    for column in [each for each in kind.shown.values() if each.options][:1]:
        only = f"{address}?{column.name}={column.options[0][0]}"
        yield f"{table}, of one {column.label.en.lower()}", only
    yield f"{table}, searched", f"{address}?q={WORDS[0]}"


def _records(laptop: Replica) -> Iterator[tuple[str, str]]:
    """An activity of sixty and one who was there, and the first of each collection."""
    most = Attendance.select(Attendance.activity).group_by(Attendance.activity)
    activity = most.order_by(fn.COUNT(Attendance.id).desc()).scalar()
    person = Attendance.select(Attendance.person).where(Attendance.activity == activity).scalar()
    yield "a person", f"/c/roster.person/{person}"
    yield "a person's form", f"/c/roster.person/{person}/edit"
    yield f"an activity of {AT_ONE_ACTIVITY}", f"/c/service.activity/{activity}"
    yield "its sign-in grid", f"/view/service.sign_in/{activity}"
    for name in SHARES:
        row = laptop.collection(name).rows("NOT deleted ORDER BY id LIMIT 1")[0]
        yield f"one of: {laptop.collection(name).title.en}", f"/c/{name}/{row.id}"


def _import(browser: FlaskClient) -> str:
    """The address of a sheet's rows, once they were gone through."""
    sheet = {"sheet": (BytesIO(_SHEET.encode()), "示例.csv")}
    address: str = browser.post("/c/roster.person/sheets/try", data=sheet).location
    while "Refresh" in browser.get(address).headers:
        time.sleep(0.05)
    return address


# -- how it is asked -----------------------------------------------------------------------------


def timed(
    browser: FlaskClient, address: str, repeats: int, before: Callable[[], object] = lambda: None
) -> Facts:
    """Seconds of one page, which is there; the first time, which makes what is kept, is left out.

    What is done `before` each time is not of it.
    """
    walls, cpus = [], []
    part = {"HX-Request": "true"} if address.startswith("/search") else {}
    for _ in range(repeats + 1):
        before()
        wall, cpu = time.perf_counter(), time.thread_time()
        answer = browser.get(address, headers=part)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.thread_time() - cpu)
        assert answer.status_code == 200, f"{address}: {answer.status}"
    return {"wall": min(walls[1:]), "cpu": median(cpus[1:])}


def first_page(folder: Path, repeats: int) -> Facts:
    """Seconds from the start of a desk's process to the first byte of Today, and of its CPU until it has ended."""
    walls, cpus = [], []
    for _ in range(repeats + 1):
        command = [sys.executable, "-m", "hongxian_client.cli.main", "desk", "--no-browser"]
        options = ["--port", "0", "--json", "--data", str(folder)]
        wall, cpu = time.perf_counter(), _of_children()
        with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            led_in(Path(json.loads(process.stdout.readline())["page"].removeprefix("file://")))
            walls.append(time.perf_counter() - wall)
            process.terminate()
        cpus.append(_of_children() - cpu)
    return {"wall": min(walls[1:]), "cpu": median(cpus[1:])}


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def led_in(page: Path) -> tuple[str, str, str]:
    """Go the way that a browser goes from the page in the folder, up to Today: its host, the cookie, its text."""
    text, host, cookie = page.read_text("utf-8"), "", ""
    while found := _WAY.search(text):
        way = urlsplit(unescape(found[1]))
        host, path = way.netloc or host, f"{way.path}?{way.query}"
        while path:
            asking = http.client.HTTPConnection("127.0.0.1", int(host.rpartition(":")[2]))
            asking.request("GET", path, headers={"Host": host, "Cookie": cookie})
            answer = asking.getresponse()
            cookie = (answer.getheader("Set-Cookie") or cookie).partition(";")[0]
            path, text = answer.getheader("Location") or "", answer.read().decode()
    assert answer.status == HTTPStatus.OK, text
    return host, cookie, text


def desk_of(laptop: Replica) -> FlaskClient:
    """A browser that has come in at a laptop's desk, and asks for Chinese."""
    app = make_desk(Desk(laptop, host_of(laptop)))
    app.config.update(WTF_CSRF_ENABLED=False, SERVER_NAME=host_of(laptop))
    browser = app.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    browser.get(f"/enter?code={make_opening(laptop.folder, '', '').code}")
    return browser


def console_of(hub: Hub) -> FlaskClient:
    """A browser in which a hub's keeper is logged in."""
    with hub:
        keeper.set_password(hub, PASSWORD)
    app = make_console(hub, ["localhost"])
    app.config.update(WTF_CSRF_ENABLED=False)
    browser = app.test_client()
    browser.post("/console/log-in", data={"password": PASSWORD})
    return browser
