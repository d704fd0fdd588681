"""Enrolment codes: one for a new laptop, shown once; those that are pending, and an end to them."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    send_file,
    session,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from hongxian_server.console.enrolling.install import reached_address, title_of
from hongxian_server.console.enrolling.shown_to import kinds_of
from hongxian_server.current import current_hub
from hongxian_server.hub import Hub
from hongxian_server.kits.archive import Made
from hongxian_server.kits.keeping import kit_with_code, programs_here
from hongxian_server.membership import devices
from hongxian_server.tables.access import CODE_MINUTES
from hongxian_web.flashes import tell
from hongxian_web.inputs import Input
from hongxian_web.navigation import Entry, in_menu
from hongxian_web.qr import qr

_DAYS = (1, 7, 30)
_TICKET = "code"
_FRESH = "hongxian_fresh_codes"

bp = Blueprint("codes", __name__, url_prefix="/console/codes")


@bp.record_once
def _keep_fresh_codes(setup: BlueprintSetupState) -> None:
    setup.app.extensions[_FRESH] = {}


def _fresh_codes() -> dict[str, tuple[str, int, list[str]]]:
    """Codes made and not shown yet, by a ticket in the keeper's session: a code is nowhere else."""
    fresh: dict[str, tuple[str, int, list[str]]] = current_app.extensions[_FRESH]
    return fresh


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("Enrolment codes"), url_for("codes.index"), icon="key")


@bp.get("")
def index() -> str:
    """The form that makes a code, and the codes that are pending."""
    return _list_page(current_hub(), request.args.getlist("team"))


@bp.post("")
def make() -> ResponseReturnValue:
    """Make a code for a laptop of some teams."""
    hub = current_hub()
    wanted = [each for each in request.form.getlist("teams") if each in devices.teams()]
    days = request.form.get("days", "")
    if not wanted or days not in map(str, _DAYS):
        return _list_page(hub, wanted, _("Choose at least one team.")), 400
    if system := request.form.get("system"):
        program = programs_here(hub).get(system) or abort(404)
        return _kit(program, wanted, int(days) * CODE_MINUTES)
    code, expires = devices.make_code(hub, wanted, int(days) * CODE_MINUTES)
    session[_TICKET] = ticket = secrets.token_urlsafe()
    _fresh_codes()[ticket] = (code, expires, [devices.teams()[each] for each in wanted])
    return redirect(url_for("codes.show"))


@bp.get("/new")
def show() -> ResponseReturnValue:
    """The code that was made just now, once."""
    made = _fresh_codes().pop(session.pop(_TICKET, ""), None)
    if made is None:
        tell(_("A code is shown once. Make another one, and withdraw the lost one."))
        return redirect(url_for("codes.index"))
    return _shown_page(*made)


@bp.post("/withdraw")
def withdraw() -> ResponseReturnValue:
    """Let one pending code work no more, or all that the page showed."""
    which = request.form.getlist("which") or request.form.getlist("each")
    devices.withdraw_codes(current_hub(), which)
    tell(_("What was withdrawn works no more."))
    return redirect(url_for("codes.index"))


def _kit(program: Made, teams: Sequence[str], minutes: int) -> Response:
    """A kit with a new code in it, for the keeper's browser alone: nothing of it stays here."""
    with tempfile.TemporaryDirectory(dir=current_hub().passing) as folder:
        made = Path(folder) / program.kit_name
        kit_with_code(current_hub(), program, reached_address()[0], teams, minutes, made)
        file = made.open("rb")
        made.unlink()  # it is read from now on, and gone with that
    return send_file(file, "application/octet-stream", as_attachment=True, download_name=made.name)


def _list_page(hub: Hub, chosen: Sequence[str], wrong: str = "") -> str:
    teams = devices.teams()
    pending = [
        (each, [teams.get(scope, scope) for scope in each.scopes()])
        for each in devices.pending_codes(hub)
    ]
    choices = [(str(each), _good_for(each)) for each in _DAYS]
    days = Input("days", _("Good for"), "select", str(_DAYS[0]), required=True, choices=choices)
    confidential = {
        scope: [
            each.title
            for each in kinds_of(hub, scope)
            if each.is_confidential and not each.is_in_circles
        ]
        for scope in teams
    }
    return render_template(
        "console/codes.html",
        confidential=confidential,
        teams=teams,
        chosen=chosen,
        wrong=wrong,
        days=days,
        pending=pending,
        kits_page=f"{reached_address()[0]}{url_for('install.show')}",
        kits=[(each, title_of(each)) for each in programs_here(hub)],
    )


def _good_for(days: int) -> str:
    return ngettext("%(days)s day", "%(days)s days", days, days=days)


def _shown_page(code: str, expires: int, teams: Sequence[str]) -> str:
    address, is_reached = reached_address()
    command = f"hongxian join {address} {code}"
    return render_template(
        "console/code.html",
        code=code,
        expires=expires,
        teams=teams,
        address=address,
        only_here=not is_reached,
        command=command,
        drawing=qr(command, _("Address and code as a QR code")),
    )
