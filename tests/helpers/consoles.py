"""Consoles for tests: the app over a real hub, opened as its keeper opens it."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hongxian_server.console.app import make_console
from hongxian_server.hub import Hub
from hongxian_server.membership import keeper
from hongxian_server.tables.keeper_log import entries

CHOSEN = "correct horse battery"
HOSTILE = "<script>alert(1)</script>\"'&"
UNREADABLE = ["\x00", "a\x00b", "\u202etxt.exe", "a\u2066b", "a\nb"]
"""What no name may be: NUL, letters that turn or hide others, a line's end."""


def visitor(hub: Hub) -> FlaskClient:
    """A browser that has not logged in; it asks for English where it says nothing else."""
    browser = make_console(hub, ["localhost"]).test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def send(browser: FlaskClient, path: str, page: str | None = None, **form: Any) -> TestResponse:
    """Post a form with the token of the page that it stands on."""
    html = browser.get(page or path).text
    token = re.search('name="csrf_token" value="([^"]+)"', html)[1]
    return browser.post(path, data={**form, "csrf_token": token})


def keepers(hub: Hub) -> FlaskClient:
    """A browser in which the keeper is logged in."""
    with hub:
        keeper.set_password(hub, CHOSEN)
    browser = visitor(hub)
    assert send(browser, "/console/log-in", password=CHOSEN).location == "/console/overview"
    return browser


def last_act(hub: Hub) -> list[object]:
    """What the keeper's log tells last: the act, and what it was about."""
    with hub:
        (newest,) = entries(most=1)
        return [newest.act, *(newest.words or ())]


def page(browser: FlaskClient, address: str, **options: Any) -> str:
    """The text of a page that is there."""
    answer = browser.get(address, **options)
    assert answer.status_code == 200, answer.text
    return answer.text
