"""Desks for tests: the app over a real data folder, opened as the browser opens it."""

import re
from typing import Any

from flask.testing import FlaskClient

from hongxian_client.desk.app import make_desk
from hongxian_client.desk.desk import Desk
from hongxian_client.replica.replica import Replica

TOKEN = "the-token"
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
    """The desk of a laptop, with a token that tests know."""
    return Desk(laptop, TOKEN)


def entered(desk: Desk) -> FlaskClient:
    """A browser that has come in at a desk; it asks for English where it says nothing else."""
    app = make_desk(desk)
    app.config.update(WTF_CSRF_ENABLED=False)
    browser = app.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert browser.get(f"/enter?token={TOKEN}").status_code == 302
    return browser


def page(browser: FlaskClient, address: str, **options: Any) -> str:
    """The text of a page that is there."""
    answer = browser.get(address, **options)
    assert answer.status_code == 200, answer.text
    return answer.text


def unmarked(page: str) -> str:
    """A page without the marks around what is data in its sentences."""
    return re.sub(r'<span translate="no">([^<]*)</span>', r"\1", page)
