"""The people of this laptop: who they are, their PINs, and after how long the desk locks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.errors import AlreadyThere, HongxianError
from hongxian.security.throttle import TooManyAttempts
from hongxian_client.desk.auth.door import person_here
from hongxian_client.desk.auth.lock import show_pin
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.menu import of_laptop
from hongxian_client.replica.people import (
    FEWEST_MINUTES,
    LONGEST_PIN,
    MOST_MINUTES,
    SHORTEST_PIN,
    NameRefused,
    WrongPin,
    add_person,
    minutes_to_lock,
    people,
    person_of,
    remove_person,
    set_minutes_to_lock,
    set_pin,
)
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.inputs import Input
from hongxian_web.navigation import Entry, in_menu

_FIELD_OF: dict[type[HongxianError], str] = {
    NameRefused: "name",
    AlreadyThere: "name",
    WrongPin: "old",
    TooManyAttempts: "old",
}
Reasons = Mapping[str, str]


bp = Blueprint("people", __name__, url_prefix="/people")


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield of_laptop(_("People of this laptop"), url_for("people.index"))


@bp.get("")
def index() -> str:
    """The people, and forms for one more, one's own PIN, and the minutes."""
    return _page({})


@bp.post("")
def add() -> ResponseReturnValue:
    """Add a person; the first of all is there at once."""
    desk, first = current_desk(), not people()
    if request.form.get("pin") != request.form.get("again"):
        return _page({"again": _not_the_same()}), 400
    try:
        made = add_person(desk.replica, request.form.get("name", ""), request.form.get("pin", ""))
    except HongxianError as error:
        return _page(_reasons(error, "pin")), error.status
    if first:
        desk.browsers.renew(made)
    tell(words.filled(_("%(name)s is added."), name=made.name))
    return redirect(url_for("people.index"))


@bp.post("/pin")
def change() -> ResponseReturnValue:
    """Change the PIN of who is there."""
    desk, person = current_desk(), person_here()
    if person is None:
        return redirect(url_for("people.index"))
    if request.form.get("new") != request.form.get("repeated"):
        return _page({"repeated": _not_the_same()}), 400
    try:
        show_pin(person, request.form.get("old", ""))
        changed = set_pin(desk.replica, person, request.form.get("new", ""))
    except HongxianError as error:
        return _page(_reasons(error, "new")), error.status
    desk.browsers.renew(changed)
    tell(_("Your PIN is changed."))
    return redirect(url_for("people.index"))


@bp.post("/<id>/remove")
def remove(id: str) -> ResponseReturnValue:
    """Remove a person; what they wrote keeps their name."""
    gone = person_of(id)
    if gone is not None:
        remove_person(current_desk().replica, id)
        tell(
            words.filled(
                _("%(name)s is removed. What they wrote keeps their name."), name=gone.name
            )
        )
    return redirect(url_for("people.index"))


@bp.post("/minutes")
def wait() -> ResponseReturnValue:
    """Set after how many minutes without a touch the desk locks."""
    minutes = request.form.get("minutes", type=int)
    if minutes is None or not FEWEST_MINUTES <= minutes <= MOST_MINUTES:
        message = _("A whole number from %(least)s to %(most)s.", **_range())
        return _page({"minutes": message}), 400
    set_minutes_to_lock(current_desk().replica, minutes)
    tell(_("Saved."))
    return redirect(url_for("people.index"))


def _range() -> dict[str, int]:
    return {"least": FEWEST_MINUTES, "most": MOST_MINUTES}


def _not_the_same() -> str:
    return _("The two PINs are not the same.")


def _reasons(error: HongxianError, otherwise: str) -> Reasons:
    return {_FIELD_OF.get(type(error), otherwise): words.refused(error)}


def _page(reasons: Reasons) -> str:
    digits = _("%(least)s to %(most)s digits.", least=SHORTEST_PIN, most=LONGEST_PIN)
    adding = [
        Input("name", _("Name"), required=True, value=request.form.get("name", "")),
        _pin("pin", _("PIN"), digits),
        _pin("again", _("The PIN once more")),
    ]
    changing = [
        _pin("old", _("PIN until now")),
        _pin("new", _("New PIN"), digits),
        _pin("repeated", _("The new PIN once more")),
    ]
    minutes = Input(
        "minutes",
        _("Minutes without a touch until it locks"),
        widget="number",
        required=True,
        value=request.form.get("minutes") or str(minutes_to_lock()),
    )
    for each in (*adding, *changing, minutes):
        each.reasons = [reasons[each.name]] if each.name in reasons else []
    return render_template(
        "desk/people.html", people=people(), adding=adding, changing=changing, minutes=minutes
    )


def _pin(name: str, label: str, help: str = "") -> Input:
    attributes = {"inputmode": "numeric", "autocomplete": "off"}
    return Input(name, label, "password", help=help, required=True, attributes=attributes)
