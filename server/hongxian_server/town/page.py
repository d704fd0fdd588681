"""The town's own page: all its communities at a glance, for the town's keeper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from flask import (
    Blueprint,
    Flask,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.errors import CodeRefused, HongxianError
from hongxian.model.stamp import DAY_MILLISECONDS, wall_clock
from hongxian.security.throttle import Throttle, network_of
from hongxian.text import Text
from hongxian.wire.digest import live_records
from hongxian_server.backups.backup import last_backup
from hongxian_server.console.door.auth import password_input
from hongxian_server.console.formatting import clock
from hongxian_server.console.overview.asks import BACKUP_DAYS
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.tables.access import live_ones
from hongxian_server.town.folder import Kept
from hongxian_server.town.town import PAUSED, Place, Town
from hongxian_web.app import ready_app

HERE = Path(__file__).parent
REFUSED = "hongxian.refused"
"""In a request's environment: why it is not answered otherwise."""
_TOWN, _KEEPER, _THROTTLE = "hongxian_town", "town", "hongxian_throttle"

bp = Blueprint("town", __name__)


@dataclass(frozen=True)
class Line:
    """What is told of one community; moments are in milliseconds since 1970, None for never."""

    name: str
    why: Text | None
    """Why it is not served; None where it is."""
    community: str = ""
    laptops: int = 0
    heard: int | None = None
    records: int = 0
    backed_up: int | None = None

    @property
    def is_late(self) -> bool:
        """Whether its last backup is of long ago."""
        return self.why is None and (
            self.backed_up is None or wall_clock() - self.backed_up > BACKUP_DAYS * DAY_MILLISECONDS
        )

    @property
    def tone(self) -> str:
        """Of its state: what was paused on purpose is no fault."""
        return "rest" if self.why == PAUSED else "stop"


def lines(town: Town) -> list[Line]:
    """All communities of a town: first what is to be seen to, then in the order of their names."""
    told = map(_line_of, town.places())
    return sorted(told, key=lambda line: (line.why in (None, PAUSED), not line.is_late, line.name))


def _line_of(place: Place) -> Line:
    if place.community is None:
        return Line(place.name, place.why)
    hub = place.community.hub
    return told_of(place.name, lambda: hub)


def told_of(name: str, opened: Callable[[], Hub]) -> Line:
    """What is told of a community; where it cannot be opened or read, as while its database is away, why."""
    try:
        return _told_of(name, opened())
    except HongxianError as error:
        return Line(name, error.text)


def _told_of(name: str, hub: Hub) -> Line:
    with hub:
        live = list(live_ones())
        return Line(
            name,
            None,
            HubState.read().community,
            len(live),
            max((each.last_seen for each in live if each.last_seen), default=None),
            live_records(),
            last_backup(hub),
        )


def make_page(town: Town, hosts: Sequence[str]) -> Flask:
    """The town's app."""
    app = Flask(__name__, template_folder="templates", static_folder=None)
    ready_app(
        app,
        hosts=hosts,
        secret=Kept.of(town.folder).cookies,
        cookie="hongxian_town",
        first_page="town.show",
        catalogs=[HERE / "translations", HERE.parent / "console" / "translations"],
    )
    app.extensions[_TOWN], app.extensions[_THROTTLE] = town, Throttle(wall_clock)
    app.jinja_env.filters.update(late=lambda then: clock(wall_clock(), then))
    app.before_request(_refuse)
    app.register_blueprint(bp)
    return app


def _refuse() -> None:
    """Raises why a community's address is not answered."""
    error: HongxianError | None = request.environ.get(REFUSED)
    if error is not None:
        raise error


def _town() -> Town:
    town: Town = current_app.extensions[_TOWN]
    return town


def _is_keeper() -> bool:
    """By what the password's hash was when they came in: another password ends it."""
    password = Kept.of(_town().folder).password
    return bool(password) and session.get(_KEEPER) == _mark(password)


def _mark(password: str) -> str:
    """Of a password's hash, what a cookie holds: anybody who has it can read it."""
    return sha256(password.encode()).hexdigest()


@bp.get("/")
def show() -> ResponseReturnValue:
    """All communities."""
    if not _is_keeper():
        return redirect(url_for("town.ask"))
    return render_template("town/town.html", lines=lines(_town()))


@bp.get("/log-in")
def ask() -> str:
    """The form that asks for the password."""
    return _log_in_page()


@bp.post("/log-in")
def enter() -> ResponseReturnValue:
    """Let the town's keeper in; raises `TooManyAttempts`."""
    throttle: Throttle = current_app.extensions[_THROTTLE]
    kept = Kept.of(_town().folder)
    try:
        with throttle.counting(network_of(request.remote_addr or "")):
            if not kept.is_password(request.form.get("password", "")):
                raise CodeRefused()
    except CodeRefused:
        return _log_in_page(_("This is not the town's password.")), 403
    session.clear()
    session[_KEEPER] = _mark(kept.password)
    return redirect(url_for("town.show"))


@bp.post("/log-out")
def leave() -> ResponseReturnValue:
    """Let them go."""
    session.clear()
    return redirect(url_for("town.ask"))


def _log_in_page(wrong: str = "") -> str:
    asked = password_input("password", _("The town's password"), "current-password", wrong)
    return render_template("town/log_in.html", password=asked)
