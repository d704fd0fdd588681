"""The desk's Flask app: its blueprints, each of which brings its pages and its menu."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from hongxian.text import Text
from hongxian_client.desk import deeds, live, menu, new_version, search, sync_line
from hongxian_client.desk.auth import door, entrance, forgotten, joining, lock, people
from hongxian_client.desk.browsers import Sessions
from hongxian_client.desk.desk import Desk, show_desk
from hongxian_client.desk.laptop import page as laptop
from hongxian_client.desk.laptop import removing, stick
from hongxian_client.desk.offers import display, grid_pages, plugin_pages
from hongxian_client.desk.offers import views as offers
from hongxian_client.desk.records import documents, files, imports, sheets, together
from hongxian_client.desk.records import views as records
from hongxian_client.desk.review import views as review
from hongxian_client.desk.today import views as today
from hongxian_web.app import ready_app
from hongxian_web.manual import views as manual
from hongxian_web.serving import within

BLUEPRINTS = (
    door.bp,
    entrance.bp,
    lock.bp,
    forgotten.bp,
    joining.bp,
    search.bp,
    today.bp,
    live.bp,
    sync_line.bp,
    review.bp,
    offers.bp,
    grid_pages.bp,
    display.bp,
    plugin_pages.bp,
    records.bp,
    files.bp,
    documents.bp,
    sheets.bp,
    together.bp,
    imports.bp,
    laptop.bp,
    new_version.bp,
    stick.bp,
    removing.bp,
    people.bp,
    deeds.bp,
    menu.bp,
)
"""In the order of the menu; what each request passes first is first."""
_OF_PLUGINS = (
    offers.bp.name,
    grid_pages.bp.name,
    display.bp.name,
    plugin_pages.bp.name,
    records.bp.name,
)
"""Those that show what a plugin has."""

_STRANGER = Text(
    "这是红线的工作台。请在这台电脑上运行 hongxian，或点它的图标：它会替您打开。",
    "This is Hongxian's desk. Run hongxian on this laptop, or press its icon: it opens it for you.",
)


def ready(host: str, secret: str, *, cookie: str, first_page: str) -> Flask:
    """An app of this name with the desk's pages and words, for the desk or for what stands before a locked one."""
    app = Flask(__name__, template_folder="templates", static_folder="static")
    ready_app(
        app,
        hosts=[host],
        secret=secret,
        cookie=cookie,
        first_page=first_page,
        catalogs=[Path(__file__).parent / "translations"],
        stranger=_STRANGER,
    )
    return app


def make_desk(desk: Desk) -> Flask:
    """The app; every request is within `with desk.replica:`."""
    app = ready(desk.host, desk.secret, cookie="hongxian_desk", first_page="today.show")
    app.session_interface = Sessions(desk.browsers)
    show_desk(app, desk)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    manual.add_to(app, "leader", of_plugins=_OF_PLUGINS)
    app.wsgi_app = within(desk.replica, app.wsgi_app)  # type: ignore[assignment, method-assign]
    return app
