"""Who is there? Asked once this laptop has people, and again after each of them has left."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hongxian.errors import HongxianError
from hongxian_client.desk.desk import Desk, current_desk
from hongxian_client.replica.people import (
    Person,
    minutes_to_lock,
    people,
    person_of,
    refuse_wrong_pin,
)
from hongxian_web import words
from hongxian_web.inputs import Input
from hongxian_web.navigation import back, first_page, ours

bp = Blueprint("lock", __name__)


@bp.get("/who")
def ask() -> ResponseReturnValue:
    """The question who is there."""
    desk, after = current_desk(), ours(request.args.get("after", "")) or first_page()
    return redirect(after) if who_sits_here(desk) or not people() else _page(desk, after)


@bp.post("/who")
def unlock() -> ResponseReturnValue:
    """Let a person in who shows their PIN."""
    desk, chosen = current_desk(), request.form.get("person", "")
    after = ours(request.form.get("after", "")) or first_page()
    person = person_of(chosen)
    if person is None:
        return _page(desk, after, _("Say who you are."), chosen), 400
    try:
        show_pin(desk, person, request.form.get("pin", ""))
    except HongxianError as error:
        return _page(desk, after, words.marked(error.text), chosen), error.status
    if desk.presence.last not in (None, person.id):
        after = first_page()  # where another person was is not where this one left off
    desk.presence.came(person.id)
    return redirect(after)


@bp.post("/lock")
def leave() -> ResponseReturnValue:
    """Lock the desk: whoever was there has left."""
    current_desk().presence.left()
    return to_the_question()


def who_sits_here(desk: Desk) -> Person | None:
    """Who has come and not left, nor been away for too long."""
    return person_of(desk.presence.who(minutes_to_lock()) or "")


def show_pin(desk: Desk, person: Person, pin: str) -> None:
    """Raise `WrongPin` unless it is this person's, or `TooManyAttempts` after many that were not."""
    with desk.throttle.counting(person.id):
        refuse_wrong_pin(person, pin)


def to_the_question() -> Response:
    """Ask who is there; afterwards it goes on at the page under way."""
    session.pop("_flashes", None)  # what is told is for who has left
    after = request.full_path if request.method == "GET" else back()
    if request.headers.get("HX-Request"):
        shown = urlsplit(request.headers.get("HX-Current-URL", ""))
        after = f"{shown.path}?{shown.query}" if shown.query else shown.path
        return Response(headers={"HX-Redirect": url_for("lock.ask", after=after)})
    return redirect(url_for("lock.ask", after=after.removesuffix("?")))


def _page(desk: Desk, after: str, wrong: str = "", chosen: str = "") -> str:
    held = people()
    chosen = chosen or desk.presence.last or (held[0].id if len(held) == 1 else "")
    is_known = chosen in (each.id for each in held)
    attributes = {"inputmode": "numeric", "autocomplete": "off"}
    pin = Input(
        "pin",
        _("PIN"),
        widget="password",
        required=True,
        reasons=[wrong] if wrong else [],
        attributes={**attributes, "autofocus": ""} if is_known else attributes,
    )
    return render_template("desk/lock.html", people=held, chosen=chosen, after=after, pin=pin)
