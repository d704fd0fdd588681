"""Laptops: who has synced and what they had not sent; their teams; the end of one's access."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.errors import Refused
from hongxian.model.circle import team_of_circle
from hongxian.security.pin_code import QuestionRefused
from hongxian.text import Text
from hongxian_server.console.enrolling.shown_to import kinds_of
from hongxian_server.console.formatting import reasons
from hongxian_server.console.overview.cards import card_of
from hongxian_server.current import current_hub
from hongxian_server.intake.quotas import held_rights
from hongxian_server.membership import circles, devices
from hongxian_server.sync.releases import report_of
from hongxian_server.tables.access import Access, Incarnation, incarnations, live_ones
from hongxian_server.tables.membership import standing_of
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.inputs import Input
from hongxian_web.navigation import Entry, in_menu

bp = Blueprint("laptops", __name__, url_prefix="/console/laptops")


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("Laptops"), url_for("laptops.index"), icon="laptop")


@bp.get("")
def index() -> str:
    """Every laptop, those whose access has ended last."""
    ended = (Access.revoked, Incarnation.fenced, Incarnation.left_behind)
    every = incarnations().order_by(*ended, Incarnation.number)
    hub = current_hub()
    rows = [(each, _teams_of(each), state_of(each), card_of(hub, each)) for each in every]
    return render_template("console/laptops.html", rows=rows)


@bp.get("/<int:number>")
def show(number: int) -> str:
    """One laptop, with its teams."""
    return _laptop_page(found_laptop(number))


@bp.post("/<int:number>/name")
def rename(number: int) -> ResponseReturnValue:
    """Give a laptop another name; everybody sees it."""
    access, name = found_laptop(number), request.form.get("name", "")
    try:
        named = devices.rename(current_hub(), number, name)
    except Refused as error:
        return _laptop_page(access, name=_name(name, error)), error.status
    tell(words.filled(_("The laptop is called %(name)s now."), name=named))
    return redirect(url_for("laptops.show", number=number))


@bp.get("/<int:number>/join")
def ask_to_join(number: int) -> str:
    """What a laptop comes to hold by being let into a team, before it is."""
    access, scope = found_laptop(number), devices.scope_of_team(request.args.get("team", ""))
    return render_template(
        "console/join.html",
        access=access,
        scope=scope,
        team=devices.teams()[scope],
        kinds=kinds_of(current_hub(), scope),
    )


@bp.post("/<int:number>/teams")
def regroup(number: int) -> ResponseReturnValue:
    """Let a laptop into a team, or take it out of one."""
    access = found_laptop(number)
    if "grant" in request.form:
        devices.grant(current_hub(), number, request.form["grant"])
        tell(
            words.filled(
                _("%(name)s is let in; the team's data comes at its next sync."), name=access.name
            )
        )
    else:
        devices.withdraw(current_hub(), number, request.form.get("withdraw", ""))
        tell(
            words.filled(
                _("%(name)s is taken out; the data leaves it at its next sync."), name=access.name
            )
        )
    return redirect(url_for("laptops.show", number=number))


@bp.post("/<int:number>/pin-code")
def answer_question(number: int) -> ResponseReturnValue:
    """The code for a person of this laptop who forgot their PIN."""
    access = found_laptop(number)
    try:
        code = devices.make_pin_code(current_hub(), number, request.form.get("question", ""))
    except QuestionRefused as error:
        return _laptop_page(access, words.marked(error.text)), error.status
    return render_template("console/pin_code.html", access=access, code=code)


@bp.post("/<int:number>/retire")
def retire(number: int) -> ResponseReturnValue:
    """End an old number of a laptop that goes on under another."""
    access = found_laptop(number)
    devices.retire(current_hub(), number)
    said = _("Number %(number)s is retired; %(name)s goes on under its other one.")
    tell(words.filled(said, number=str(number), name=access.name))
    return redirect(url_for("laptops.index"))


@bp.post("/<int:number>/circles")
def hand_circles_over(number: int) -> ResponseReturnValue:
    """Let another laptop of its team into all circles that this one is of."""
    access, to = found_laptop(number), found_laptop(request.form.get("to", 0, type=int))
    count = circles.hand_over(current_hub(), number, to.number)
    said = _("Circles that %(to)s is let into, of those of %(name)s: %(n)s")
    tell(words.filled(said, to=to.name, name=access.name, n=str(count)))
    return redirect(url_for("laptops.show", number=number))


@bp.get("/<int:number>/revoke")
def ask(number: int) -> str:
    """What the end of a laptop's access would mean, before it ends."""
    access = found_laptop(number)
    rights = [
        f"{words.shown(collection.title)} · {words.shown(column.label)}: "
        f"{amount} {words.shown(column.unit)}".strip()
        for collection, column, amount in held_rights(current_hub(), access.laptop)
    ]
    return render_template(
        "console/revoke.html", access=access, teams=_teams_of(access), rights=rights
    )


@bp.post("/<int:number>/revoke")
def revoke(number: int) -> ResponseReturnValue:
    """End a laptop's access."""
    access = found_laptop(number)
    devices.revoke(current_hub(), number)
    tell(words.filled(_("The access of %(name)s has ended."), name=access.name))
    return redirect(url_for("laptops.index"))


def state_of(access: Incarnation) -> str:
    """A word for how things stand with a number."""
    words_of = {"revoked": _("revoked"), "retired": _("old number"), "live": _("in use")}
    return words_of[access.state]


def found_laptop(number: int) -> Incarnation:
    """A laptop by its number; ends the request with 404 for one that is none."""
    one = incarnations().where(Incarnation.number == number) if number < 2**63 else None
    found: Incarnation | None = one.get_or_none() if one is not None else None
    if found is None:
        abort(404)
    return found


def _name(typed: str, error: Refused | None = None) -> Input:
    why = reasons(error) if error else ()
    return Input("name", _("Name of the laptop"), value=typed, required=True, reasons=why)


def _laptop_page(access: Incarnation, wrong: str = "", name: Input | None = None) -> str:
    theirs = _teams_of(access)
    others = {scope: name for scope, name in devices.teams().items() if scope not in theirs}
    question = Input(
        "question",
        _("Question on its desk"),
        value=request.form.get("question", ""),
        help=_(
            "The screen shows it under “Forgot your PIN?” or “Forgot the passphrase?”. "
            "Make sure of who asks: a passphrase guards all that is on the laptop."
        ),
        required=True,
        reasons=[wrong] if wrong else [],
        attributes={"autocomplete": "off"},
    )
    return render_template(
        "console/laptop.html",
        access=access,
        teams=theirs,
        others=others,
        card=card_of(current_hub(), access),
        name=name or _name(access.name),
        runs=[
            (one["name"], one["version"], Text(**one["error"]) if one["error"] else None)
            for one in report_of(access)
        ],
        question=question,
        may_retire=not (access.revoked or access.fenced) and _other_numbers(access),
        takers=_takers(access),
    )


def _other_numbers(access: Incarnation) -> bool:
    """Whether its laptop goes on under another number as well."""
    others = (Incarnation.laptop == access.laptop) & (Incarnation.id != access.id)
    return bool(live_ones().where(others).exists())


def _takers(access: Incarnation) -> list[tuple[int, str]]:
    """Laptops that may be let into its circles: those of the teams of these."""
    standing = standing_of(access.laptop)
    teams = {team_of_circle(scope) for scope, serial in standing.items() if serial > 0} - {None}
    return [
        (each.number, each.name)
        for each in live_ones().order_by(Incarnation.number)
        if each.laptop != access.laptop and teams & devices.named_scopes(each.laptop).keys()
    ]


def _teams_of(access: Incarnation) -> dict[str, str]:
    return devices.named_scopes(access.laptop)
