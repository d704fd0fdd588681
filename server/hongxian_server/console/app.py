"""The console's Flask app: its rooms, each a blueprint that brings its pages and its menu.

It stands beside the sync API, not within it: a laptop's calls meet no session, no token against
forgery and no check of the host's name, and their errors stay JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask

from hongxian_server.console import (
    auth,
    backups,
    codes,
    figures,
    journal_page,
    laptops,
    overview,
    plugins,
    showing,
    teams,
)
from hongxian_server.hub import Hub
from hongxian_server.people import keeper
from hongxian_web.app import ready_app
from hongxian_web.serving import within

HERE = Path(__file__).parent
API = ("/v1/", "/healthz", "/metrics")
ROOMS: tuple[Callable[[Hub], Blueprint], ...] = (
    auth.room,
    overview.room,
    figures.room,
    teams.room,
    laptops.room,
    codes.room,
    journal_page.room,
    plugins.room,
    backups.room,
)
"""In the order of the menu. A room is a module with `room(hub)`, which makes its blueprint."""


def make_console(hub: Hub, hosts: Sequence[str]) -> Flask:
    """The app, answering to these hosts' names alone; every request is within `with hub:`."""
    app = Flask(__name__, template_folder="templates", static_folder=None)
    ready_app(
        app,
        hosts=hosts,
        secret=keeper.session_secret(hub),
        cookie="hongxian_console",
        catalogs=[HERE / "translations"],
    )
    showing.add_to(app, hub)
    for room in ROOMS:
        app.register_blueprint(room(hub))
    app.wsgi_app = within(hub, app.wsgi_app)  # type: ignore[method-assign]
    return app


def beside(api: Any, console: Any) -> Any:
    """One WSGI app of both: the API's addresses to it, all others to the console."""

    def answer(environ: Any, start_response: Any) -> Any:
        is_api = environ.get("PATH_INFO", "").startswith(API)
        return (api if is_api else console)(environ, start_response)

    return answer
