"""The app of the pages for phones, beside console and API: of its own cookie, below a path of its own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask

from hongxian.codes import PHONES
from hongxian.errors import Refused
from hongxian_server.current import serve_hub
from hongxian_server.hub import Hub
from hongxian_server.phone import (
    door,
    pages,
    picture,
    pieces,
    reaching,
    scanning,
    self_service,
    shell,
    standing,
    wall,
)
from hongxian_server.phone.publishing import refuse_where_shut
from hongxian_web.app import ready_app
from hongxian_web.serving import within

HERE = Path(__file__).parent
KEPT_SECONDS = 3600
"""So long a browser need not ask for the same script again."""
BLUEPRINTS = (
    shell.bp,
    reaching.bp,
    door.bp,
    scanning.bp,
    pieces.bp,
    picture.bp,
    self_service.bp,
    wall.bp,
    pages.bp,
    standing.bp,
)


def make_phone_pages(hub: Hub, below: str = "") -> Flask:
    """The app, which lies below `PHONES`; every request is within `with hub:`."""
    app = Flask(__name__, template_folder="templates", static_folder=None)
    app.before_request(refuse_where_shut)  # before anything else is looked at
    ready_app(
        app,
        hosts=None,  # what is personal is so at one address, and the rest is for anybody
        secret=hub.identity.key.derive("cookies of the pages for phones").hex(),
        cookie="hongxian_phone",
        first_page="phone.home",
        catalogs=[HERE / "translations"],
    )
    app.config.update(
        SESSION_COOKIE_PATH=f"{below}{PHONES}", SEND_FILE_MAX_AGE_DEFAULT=KEPT_SECONDS
    )
    serve_hub(app, hub, wrong=Refused)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.wsgi_app = within(hub, app.wsgi_app)  # type: ignore[assignment, method-assign]
    return app


def is_for_phones(environ: WSGIEnvironment) -> bool:
    """Whether a request is for this app."""
    return str(environ.get("PATH_INFO", "")).startswith(PHONES)


def answered(
    app: Flask, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """The app's answer; its paths begin behind `PHONES`."""
    answer: Iterable[bytes] = app(_within_path(environ), start_response)
    return answer


def may_send_more(app: Flask, environ: WSGIEnvironment) -> bool:
    """Whether who asks may send more than a few KiB: a piece of a photo, or a phone that is let in."""
    environ = _within_path(environ)
    if environ["PATH_INFO"] == "/piece":  # what does not say how much it is, is too much
        return 0 < int(environ.get("CONTENT_LENGTH") or 0) <= pieces.PIECE_BYTES
    with app.request_context(environ):
        return bool(door.people_here())


def _within_path(environ: WSGIEnvironment) -> WSGIEnvironment:
    prefix = PHONES.rstrip("/")
    return {
        **environ,
        "SCRIPT_NAME": environ.get("SCRIPT_NAME", "") + prefix,
        "PATH_INFO": environ["PATH_INFO"].removeprefix(prefix),
    }
