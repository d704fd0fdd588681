"""Who is there? Asked once this laptop has people, and again after each of them has left."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hongxian.errors import HongxianError
from hongxian_client.desk.browsers import current_browser
from hongxian_client.desk.desk import current_desk
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
    after = ours(request.args.get("after", "")) or first_page()
    return redirect(after) if who_sits_here() or not people() else _page(after)


@bp.post("/who")
def unlock() -> ResponseReturnValue:
    """Let a person in who shows their PIN."""
    chosen = request.form.get("person", "")
    after = ours(request.form.get("after", "")) or first_page()
    person = person_of(chosen)
    if person is None:
        return _page(after, _("Say who you are."), chosen), 400
    try:
        show_pin(person, request.form.get("pin", ""))
    except HongxianError as error:
        return _page(after, words.refused(error), chosen), error.status
    if current_browser().last not in ("", person.id):
        after = first_page()  # where another person was is not where this one left off
    current_desk().browsers.renew(person)
    return redirect(after)


@bp.post("/lock")
def leave() -> ResponseReturnValue:
    """Lock the desk for this browser: whoever was there has left."""
    current_desk().browsers.renew()
    return to_the_question()


def who_sits_here() -> Person | None:
    """Who came, and did not leave, was not away for too long, and has the same PIN still."""
    person = current_desk().browsers.who(minutes_to_lock())
    return person if person in people() else None


def seconds_to_lock() -> float | None:
    """Until the desk locks, if nothing is touched; None where nobody is asked for a PIN."""
    return current_desk().browsers.left(minutes_to_lock())


def show_pin(person: Person, pin: str) -> None:
    """Raise `WrongPin` unless it is this person's, or `TooManyAttempts` after many that were not."""
    with current_desk().throttle.counting(person.id):
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


def _page(after: str, wrong: str = "", chosen: str = "") -> str:
    held = people()
    chosen = chosen or current_browser().last or (held[0].id if len(held) == 1 else "")
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
