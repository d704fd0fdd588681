"""The desk's Flask app: its rooms, each a blueprint that brings its pages and its menu."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

from flask import Blueprint, Flask

from hongxian_client.desk.auth import access_key, joining, lock, people
from hongxian_client.desk.desk import Desk
from hongxian_client.desk.offers import offering, own_pages
from hongxian_client.desk.records import documents, records, review, sheets
from hongxian_client.desk.today import home, menu, sync_line
from hongxian_web.app import ready_app
from hongxian_web.serving import within

HERE = Path(__file__).parent
HOSTS = ("127.0.0.1", "localhost")
ROOMS: tuple[Callable[[Desk], Blueprint], ...] = (
    access_key.room,
    lock.room,
    joining.room,
    home.room,
    sync_line.room,
    review.room,
    offering.room,
    own_pages.room,
    records.room,
    documents.room,
    sheets.room,
    people.room,
    menu.room,
)
"""In the order of the menu. A room is a module with `room(desk)`, which makes its blueprint."""


def make_desk(desk: Desk) -> Flask:
    """The app; every request is within `with desk.replica:`."""
    app = Flask(__name__, template_folder="templates", static_folder=str(HERE / "static"))
    # A browser tells cookies apart by host, not by port: two desks must not share one.
    ready_app(
        app,
        hosts=HOSTS,
        secret=secrets.token_hex(),
        cookie=f"hongxian_desk_{crc32(bytes(desk.replica.folder)):08x}",
        first_page="home.first",
        catalogs=[HERE / "translations"],
    )
    for room in ROOMS:
        app.register_blueprint(room(desk))
    app.wsgi_app = within(desk.replica, app.wsgi_app)  # type: ignore[method-assign]
    return app
