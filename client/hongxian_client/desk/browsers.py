"""The browsers that the desk let in, and who sits at each: in memory, by an id that a cookie holds."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable
from typing import Any  # Any: what Flask keeps in a session

from flask import Flask, Request, Response, after_this_request, current_app
from flask.globals import request_ctx
from flask.sessions import SessionInterface, SessionMixin

from hongxian_client.replica.people import Person

MOST = 32
"""Browsers at once; the one that asked for nothing for longest goes first."""
_MINUTE = 60_000
"""Milliseconds."""
_TOKEN = "csrf_token"
"""Under which Flask-WTF keeps the token of a browser's forms, or draws one at the first page without:
of two pages that are drawn at once, the second would take the first one's form its token."""


class Browser(dict[str, Any], SessionMixin):
    """What the desk keeps of one browser: Flask's session of it, and who sits there."""

    id = ""
    """What its cookie holds; "" of one that is not let in."""
    person: Person | None = None
    """Who came there and did not leave."""
    last = ""
    """The id of whoever was there last."""
    touched = 0
    """When something was done there, in milliseconds since 1970."""


class Browsers:
    """Those that were let in; none when the desk is opened anew."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._known: dict[str, Browser] = {}

    def find(self, id: str) -> Browser:
        """The one whose cookie holds this id; for any other id, one that is not let in."""
        with self._lock:
            found = self._known.pop(id, None)
            if found is None:
                return Browser()
            self._known[id] = found  # behind all the others
            return found

    def renew(self, person: Person | None = None) -> None:
        """Let in the browser that asks, under a new id, with this person in front of it or nobody.

        What holds the former id opens nothing any more, and what another person had open there is
        sent by nobody else: its forms' tokens are not kept.
        """
        browser = current_browser()
        if person is not None:
            if browser.last not in ("", person.id):
                browser.clear()
            browser.last = person.id
        browser.setdefault(_TOKEN, secrets.token_hex())
        browser.person, browser.touched = person, self._now()
        with self._lock:
            self._known.pop(browser.id, None)
            browser.id = secrets.token_urlsafe()
            self._known[browser.id] = browser
            if len(self._known) > MOST:
                del self._known[next(iter(self._known))]
        after_this_request(_tell_id)

    def who(self, minutes: int) -> Person | None:
        """Who sits at the browser that asks; whoever has touched nothing for so long has left."""
        browser = current_browser()
        # By either side: a clock that is set back must keep nobody there.
        if abs(self._now() - browser.touched) >= minutes * _MINUTE:
            browser.person = None
        return browser.person

    def left(self, minutes: int) -> float | None:
        """Seconds until whoever sits at the browser that asks has left, if they touch nothing; None for nobody."""
        browser = current_browser()
        if browser.person is None:
            return None
        return minutes * 60 - abs(self._now() - browser.touched) / 1000

    def all(self) -> list[Browser]:
        """Those that are let in, who asked for something last at the end."""
        with self._lock:
            return list(self._known.values())

    def put(self, browsers: Iterable[Browser]) -> None:
        """Let in those that another desk of this folder had let in."""
        with self._lock:
            self._known |= {each.id: each for each in browsers}

    def touch(self) -> None:
        """Something was done at the browser that asks."""
        current_browser().touched = self._now()


class Sessions(SessionInterface):
    """Flask's way to them."""

    def __init__(self, browsers: Browsers) -> None:
        self._browsers = browsers

    def open_session(self, app: Flask, request: Request) -> Browser:
        """The browser that asks."""
        return self._browsers.find(request.cookies.get(self.get_cookie_name(app), ""))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Nothing: the desk has it, and a browser is told its id when that is drawn.

        An answer that is under way meanwhile, to a request with the former id, tells it nothing.
        """


def _tell_id(answer: Response) -> Response:
    name, id = current_app.config["SESSION_COOKIE_NAME"], current_browser().id
    answer.set_cookie(name, id, path="/", httponly=True, samesite="Strict")
    return answer


def current_browser() -> Browser:
    """The browser that asks."""
    browser = request_ctx.session
    assert isinstance(browser, Browser)
    return browser
