"""Teams: which there are, another one, another name."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from peewee import fn

from hongxian.errors import Refused
from hongxian.wire.digest import Digest
from hongxian_server.console.enrolling.shown_to import kinds_of
from hongxian_server.console.formatting import reasons
from hongxian_server.console.overview.cards import card_of
from hongxian_server.current import current_hub
from hongxian_server.membership import devices
from hongxian_server.tables.access import Incarnation, incarnations
from hongxian_server.tables.membership import scopes_held
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.inputs import Input
from hongxian_web.navigation import Entry, in_menu, ours

bp = Blueprint("teams", __name__, url_prefix="/console/teams")


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("Teams"), url_for("teams.index"), icon="people")


@bp.get("")
def index() -> str:
    """The list of teams, with a form for one more."""
    return _list_page()


@bp.post("")
def add() -> ResponseReturnValue:
    """Add a team."""
    name = request.form.get("name", "")
    try:
        devices.add_team(current_hub(), name)
    except Refused as error:
        return _list_page(name, error), error.status
    tell(
        words.filled(
            _("The team %(name)s is there. Now make a code for its laptop."), name=name.strip()
        )
    )
    return redirect(ours(request.form.get("next", "")) or url_for("teams.index"))


@bp.get("/<scope>")
def show(scope: str) -> str:
    """One team, with its laptops."""
    return _team_page(scope)


@bp.post("/<scope>")
def rename(scope: str) -> ResponseReturnValue:
    """Give a team another name."""
    name = request.form.get("name", "")
    try:
        named = devices.rename_team(current_hub(), scope, name)
    except Refused as error:
        return _team_page(scope, name, error), error.status
    tell(words.filled(_("The team is called %(name)s now."), name=named))
    return redirect(url_for("teams.index"))


@bp.get("/<scope>/hand-over")
def hand_over(scope: str) -> str:
    """The road from a team's laptop to its next leader's: a code, a last sync, an end."""
    hub, scope = current_hub(), devices.scope_of_team(scope)
    codes = [each for each in devices.pending_codes(hub) if scope in each.scopes()]
    return render_template(
        "console/hand_over.html",
        scope=scope,
        team=devices.teams()[scope],
        laptops=[card_of(hub, each) for each in _laptops_of(scope) if not each.revoked],
        code_until=codes[0].expires if codes else None,
    )


def _list_page(typed: str = "", error: Refused | None = None) -> str:
    records = dict(
        Digest.select(Digest.scope, fn.SUM(Digest.count)).group_by(Digest.scope).tuples()
    )
    rows = [
        (scope, name, sum(not each.revoked for each in _laptops_of(scope)), records.get(scope, 0))
        for scope, name in devices.teams().items()
    ]
    return render_template("console/teams.html", rows=rows, name=_name(typed, error))


def _team_page(scope: str, typed: str | None = None, error: Refused | None = None) -> str:
    scope = devices.scope_of_team(scope)
    name = devices.teams()[scope]
    return render_template(
        "console/team.html",
        scope=scope,
        team=name,
        laptops=[card_of(current_hub(), each) for each in _laptops_of(scope)],
        kinds=kinds_of(current_hub(), scope),
        name=_name(name if typed is None else typed, error),
    )


def _laptops_of(scope: str) -> list[Incarnation]:
    gone = Incarnation.left_behind | Incarnation.fenced
    every = incarnations().where(~gone).order_by(Incarnation.number)
    return [each for each in every if scope in scopes_held(each.laptop)]


def _name(typed: str, error: Refused | None) -> Input:
    why = reasons(error) if error else ()
    return Input("name", _("Name of the team"), value=typed, required=True, reasons=why)
