"""Who forgot their PIN gets another: by another person of this laptop, or by a code of the hub's keeper."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from hongxian.errors import HongxianError
from hongxian.security.throttle import TooManyAttempts
from hongxian_client.desk.auth.lock import show_pin
from hongxian_client.desk.desk import current_desk
from hongxian_client.replica.forgotten_pin import (
    MINUTES,
    PinCodeRefused,
    question_of,
    reset_by_keeper,
)
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.people import (
    LONGEST_PIN,
    SHORTEST_PIN,
    Deed,
    Note,
    Person,
    WrongPin,
    notes,
    people,
    person_of,
    reset_pin,
)
from hongxian_client.text.format import moment, shown_moment
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.inputs import Input

_WEEK = 7 * 24 * 3_600_000
"""Milliseconds for which a new PIN is told before anybody unlocks."""

bp = Blueprint("forgotten", __name__, url_prefix="/forgotten")


@bp.get("")
def choose() -> ResponseReturnValue:
    """Ask who forgot their PIN, where there is more than one who may have."""
    held = people()
    if len(held) == 1:
        return redirect(url_for("forgotten.ask", id=held[0].id))
    return render_template("desk/forgotten_who.html", people=held)


@bp.get("/<id>")
def ask(id: str) -> str:
    """The ways to a new PIN for one person."""
    return _page(_found(id))


@bp.post("/<id>/person")
def by_person(id: str) -> ResponseReturnValue:
    """A new PIN that another person confirms by their own."""
    person = _found(id)
    helper = person_of(request.form.get("helper", ""))
    if helper is None or helper.id == person.id:
        return _page(person, helper=_("Say who you are.")), 400

    def confirm(pin: str) -> None:
        show_pin(helper, request.form.get("own", ""))
        reset_pin(current_desk().replica, person, pin, Deed.RESET, helper.name)

    return _reset(person, confirm, WrongPin, "own")


@bp.post("/<id>/code")
def by_code(id: str) -> ResponseReturnValue:
    """A new PIN by the code that the keeper told for this person's question."""
    desk, person = current_desk(), _found(id)

    def confirm(pin: str) -> None:
        with desk.throttle.counting(f"code {person.id}"):
            reset_by_keeper(desk.replica, person, request.form.get("code", ""), pin)

    return _reset(person, confirm, PinCodeRefused, "code")


@bp.app_template_global()
def people_notes() -> Iterator[Markup]:
    """What was done with the people of this laptop, the newest first, in words."""
    return map(_told, notes())


@bp.app_template_global()
def new_pins() -> Iterator[Markup]:
    """Whose PIN is another one since a week, and by whom."""
    now = current_desk().replica.now()
    return (
        _told(each)
        for each in notes()
        if each.deed not in (Deed.ADDED, Deed.REMOVED) and now - each.at < _WEEK
    )


def _told(note: Note) -> Markup:
    sentences = {
        Deed.ADDED: _("%(when)s: %(by)s added %(name)s.")
        if note.by
        else _("%(when)s: %(name)s was added."),
        Deed.REMOVED: _("%(when)s: %(by)s removed %(name)s."),
        Deed.RESET: _("%(when)s: %(by)s gave %(name)s a new PIN."),
        Deed.RESET_BY_KEEPER: _("%(when)s: %(name)s got a new PIN by a code of the hub's keeper."),
        Deed.RESET_BY_COMMAND: _("%(when)s: %(name)s got a new PIN by the command line."),
    }
    when = shown_moment(moment(note.at))
    return words.filled(sentences[Deed(note.deed)], when=when, by=note.by, name=note.name)


def _found(id: str) -> Person:
    person = person_of(id)
    if person is None:
        abort(404)
    return person


def _reset(
    person: Person, confirm: Callable[[str], None], wrong: type[WrongPin], field: str
) -> ResponseReturnValue:
    """Confirm the new PIN that was typed, and go to the question who is there."""
    pin = request.form.get(f"new_{field}", "")
    if pin != request.form.get(f"again_{field}"):
        return _page(person, **{f"again_{field}": _("The two PINs are not the same.")}), 400
    try:
        confirm(pin)
    except HongxianError as error:
        where = field if isinstance(error, (wrong, TooManyAttempts)) else f"new_{field}"
        return _page(person, **{where: words.refused(error)}), error.status
    tell(words.filled(_("%(name)s has a new PIN."), name=person.name))
    return redirect(url_for("lock.ask"))


def _page(person: Person, **reasons: str) -> str:
    others = [each for each in people() if each.id != person.id]
    has_hub = bool(LaptopState.read().hub_sealing)
    helper = Input(
        "helper",
        _("Your name"),
        "select",
        request.form.get("helper", others[0].id if len(others) == 1 else ""),
        required=True,
        choices=[(each.id, each.name) for each in others],
    )
    code = Input("code", _("Code of the keeper"), required=True, attributes={"autocomplete": "off"})
    by_person = [helper, _pin("own", _("Your own PIN")), *_new_pin("own")]
    by_code = [code, *_new_pin("code")]
    for each in (*by_person, *by_code):
        each.reasons = [reasons[each.name]] if each.name in reasons else []
    return render_template(
        "desk/forgotten.html",
        person=person,
        by_person=by_person if others else [],
        by_code=by_code if has_hub else [],
        question=question_of(current_desk().replica, person) if has_hub else "",
        minutes=MINUTES,
        laptop=LaptopState.read().number,
    )


def _new_pin(way: str) -> list[Input]:
    digits = _("%(least)s to %(most)s digits.", least=SHORTEST_PIN, most=LONGEST_PIN)
    return [
        _pin(f"new_{way}", _("New PIN"), digits),
        _pin(f"again_{way}", _("The new PIN once more")),
    ]


def _pin(name: str, label: str, help: str = "") -> Input:
    attributes = {"inputmode": "numeric", "autocomplete": "off"}
    return Input(name, label, "password", help=help, required=True, attributes=attributes)
