"""The console's Flask app: its blueprints, each of which brings its pages and its menu.

It stands beside the sync API, not within it: a laptop's calls meet no session, no token against
forgery and no check of the host's name, and their errors stay JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flask import Flask

from hongxian_server.console import (
    backups,
    bundles,
    damaged,
    erasing,
    figures,
    find,
    formatting,
    handed_in,
    held,
    laptops,
    phones,
    sealed,
    settings,
    teams,
    undo,
    year,
)
from hongxian_server.console.door import account, auth, second_factor
from hongxian_server.console.door import log as keeper_log
from hongxian_server.console.enrolling import codes, install, trust
from hongxian_server.console.journal import page as journal
from hongxian_server.console.overview import page as overview
from hongxian_server.console.plugins import page as plugins
from hongxian_server.console.plugins import programs
from hongxian_server.console.plugins import releases as plugin_releases
from hongxian_server.console.plugins import settings as plugin_settings
from hongxian_server.current import serve_hub
from hongxian_server.hub import Hub
from hongxian_server.membership import keeper
from hongxian_web.app import ready_app
from hongxian_web.manual import views as manual
from hongxian_web.serving import within

HERE = Path(__file__).parent
BLUEPRINTS = (
    auth.bp,
    account.bp,
    second_factor.bp,
    find.bp,
    overview.bp,
    held.bp,
    handed_in.bp,
    figures.bp,
    year.bp,
    laptops.bp,
    undo.bp,
    teams.bp,
    codes.bp,
    phones.bp,
    backups.bp,
    bundles.bp,
    damaged.bp,
    sealed.bp,
    plugins.bp,
    plugin_releases.bp,
    programs.bp,
    plugin_settings.bp,
    journal.bp,
    keeper_log.bp,
    erasing.bp,
    settings.bp,
    trust.bp,
    install.bp,
)
"""In the order of the menu."""


def make_console(hub: Hub, hosts: Sequence[str], authority: str = "", below: str = "") -> Flask:
    """The app, answering to these hosts' names alone; every request is within `with hub:`.

    `authority` is the certificate (PEM) that browsers are to trust, where it is the hub's own; `below` the path
    below which the app lies, whose cookie no other has.
    """
    app = Flask(__name__, template_folder="templates", static_folder=None)
    ready_app(
        app,
        hosts=hosts,
        secret=keeper.cookie_secret(hub),
        cookie="hongxian_console",
        first_page="overview.show",
        catalogs=[HERE / "translations"],
    )
    app.config["SESSION_COOKIE_PATH"] = below or "/"
    serve_hub(app, hub, authority)
    formatting.add_to(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    manual.add_to(app, "clerk")
    app.wsgi_app = within(hub, app.wsgi_app)  # type: ignore[assignment, method-assign]
    return app
