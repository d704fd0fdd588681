"""Whether this version comes up: it opens the data, brings them up, and answers with a page as a browser asks for it.

A launcher asks so before it changes over. Nothing of the user's is written, and no hub is asked.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from hongxian.errors import Refused
from hongxian.text import Text
from hongxian_client.desk.app import make_desk
from hongxian_client.desk.desk import Desk
from hongxian_client.desk.host import host_of
from hongxian_client.desk.locked.app import make_locked
from hongxian_client.desk.locked.door import Door
from hongxian_client.desk.opening import close_openings, make_opening
from hongxian_client.desk.running import make_server
from hongxian_client.replica.replica import Replica

_MOST_WAYS = 5
"""Pages that lead on to another, at most, before one is there to be read."""


class NotUp(Refused):
    """A version whose desk does not answer as it should."""

    message = Text(
        "工作台没有打开：{page} 答 {status}", "The desk did not start: {page} answered {status}"
    )


def come_up(replica: Replica) -> None:
    """Raise whatever is in the way of this version on a laptop's data, which it has opened."""
    folder = replica.folder
    desk = Desk(replica, host_of(replica))
    app = make_desk(desk)
    make_server(app, 0).stop()
    _ask(app, desk.host, folder)


def come_up_locked(folder: Path) -> None:
    """The same where nobody is there to unlock them: the page that asks for it is all that can be tried."""
    door = Door(folder, lambda _key: "")
    _ask(make_locked(door), door.host, folder)


def _ask(app: Flask, host: str, folder: Path) -> None:
    """Ask for the first page as a browser does that is let in; raises `NotUp`."""
    code = make_opening(folder, "", "").code
    browser = app.test_client()
    way, base = f"/enter?code={code}", f"http://{host}/"
    try:
        for _ in range(_MOST_WAYS):
            answer = browser.get(way, base_url=base)
            if not 300 <= answer.status_code < 400:
                break
            way = answer.headers["Location"]
    finally:
        close_openings(folder)
    if answer.status_code != 200:
        raise NotUp(page=way, status=answer.status_code)
