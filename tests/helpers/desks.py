"""Desks for tests: the app over a real data folder, opened as the browser opens it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener, url2pathname

from flask.testing import FlaskClient

from command_line import DEADLINE
from hongxian_client.desk.app import make_desk
from hongxian_client.desk.desk import Desk
from hongxian_client.desk.host import host_of
from hongxian_client.desk.opening import make_opening
from hongxian_client.desk.running import make_server
from hongxian_client.replica.replica import Replica
from listening import listening

ENGLISH, CHINESE = {"Accept-Language": "en"}, {"Accept-Language": "zh-CN"}


class HeldClock:
    """A clock that a test holds."""

    def __init__(self) -> None:
        self.at = 1_790_000_000_000

    def __call__(self) -> int:
        return self.at

    def wait(self, minutes: float) -> None:
        """Let time go by."""
        self.at += int(minutes * 60_000)


def desk_of(laptop: Replica) -> Desk:
    """The desk of a laptop, under its own name."""
    return Desk(laptop, host_of(laptop))


def visitor(desk: Desk) -> FlaskClient:
    """A browser at a desk that was not let in."""
    app = make_desk(desk)
    app.config.update(SERVER_NAME=desk.host)  # whom it asks
    return app.test_client()


def way_in(desk: Desk) -> str:
    """The path that lets a browser in, once."""
    return f"/enter?code={make_opening(desk.replica.folder, '', '').code}"


def led_in_by(address: str) -> str:
    """What a browser is shown in the end that opens this page of a data folder, as `file:` names it."""
    opener = build_opener(HTTPCookieProcessor())
    text, host = Path(url2pathname(urlsplit(address).path)).read_text("utf-8"), ""
    while found := re.search('http-equiv="refresh" content="0; url=([^"]+)"', text):
        way = urlsplit(unescape(found[1]))
        host = way.netloc or host  # which few systems look up: browsers know it by themselves
        asked = f"http://127.0.0.1:{host.rpartition(':')[2]}{way.path}?{way.query}"
        headers = {"Host": host, "Accept-Language": "en"}
        with opener.open(Request(asked, headers=headers), timeout=DEADLINE) as answer:
            text = answer.read().decode()
    return text


@contextmanager
def open_at(desk: Desk, port: int = 0) -> Iterator[str]:
    """The desk on a real socket; its address."""
    with listening(make_server(make_desk(desk), port)) as address:
        yield address.replace("127.0.0.1", desk.host)


def entered(desk: Desk) -> FlaskClient:
    """A browser that has come in at a desk; it asks for English where it says nothing else."""
    browser = visitor(desk)
    browser.application.config.update(WTF_CSRF_ENABLED=False)
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert browser.get(way_in(desk)).status_code == 302
    return browser


def page(browser: FlaskClient, address: str, **options: Any) -> str:
    """The text of a page that is there."""
    answer = browser.get(address, **options)
    assert answer.status_code == 200, answer.text
    return answer.text


def unmarked(page: str) -> str:
    """A page without the marks around what is data in its sentences."""
    return re.sub(r'<span translate="no">([^<]*)</span>', r"\1", page)
