"""Sealed files: what a revoked laptop had not sent is looked at, and let in or dropped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.errors import FileRefused, HongxianError
from hongxian_server.console.journal.values import value_after
from hongxian_server.current import current_hub
from hongxian_server.history.search import is_confidential
from hongxian_server.hub import Hub
from hongxian_server.ops.sealed import (
    Sealed,
    Unsent,
    drop,
    let_in,
    plain_values,
    take_in,
    waiting,
)
from hongxian_web import words
from hongxian_web.flashes import WRONG, tell
from hongxian_web.inputs import Input
from hongxian_web.navigation import Entry, in_menu

bp = Blueprint("sealed", __name__, url_prefix="/console/sealed")
TOLD = 5
"""Refusals that are told one by one."""


@dataclass(frozen=True)
class Shown:
    """One change as the page shows it."""

    what: str
    title: str
    facts: list[tuple[str, str, str]]
    """Label, what stands now, and what the laptop wrote."""


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("Sealed files"), url_for("sealed.index"), icon="shield-lock")


@bp.get("")
def index() -> str:
    """The files that wait, and the form that takes one in."""
    return _page()


@bp.post("")
def take() -> ResponseReturnValue:
    """Take a file in; it stays sealed until it is decided."""
    given = request.files.get("file")
    if given is None or not given.filename:
        return _page(_("Choose the file that the laptop wrote.")), 400
    try:
        take_in(current_hub(), given.read())
    except FileRefused as error:
        return _page(words.marked(error.facts["detail"])), error.status
    except HongxianError as error:
        return _page(words.marked(error.text)), error.status
    return redirect(url_for("sealed.index"))


@bp.post("/<name>")
def decide(name: str) -> ResponseReturnValue:
    """Let in what is ticked, or drop the file."""
    hub = current_hub()
    found = next((each for each in waiting(hub) if each.name == name), None)
    if found is None:
        abort(404)
    if "drop" in request.form:
        drop(hub, name)
        tell(_("Dropped."))
        return redirect(url_for("sealed.index"))
    places = {int(each) for each in request.form.getlist("places") if each.isdigit()}
    left = let_in(hub, found, places)
    tell(words.filled(_("Let in: %(count)s"), count=len(places) - len(left)))
    for change, why in left[:TOLD]:
        told = _("%(record)s was not let in: %(why)s")
        tell(words.filled(told, record=_title(hub, change), why=words.shown(why)), kind=WRONG)
    return redirect(url_for("sealed.index"))


def _page(wrong: str = "") -> str:
    hub = current_hub()
    given = Input(
        "file", _("The sealed file"), "file", required=True, reasons=[wrong] if wrong else []
    )
    files = [(each, _all_shown(hub, each)) for each in waiting(hub)]
    return render_template("console/sealed.html", given=given, files=files)


def _all_shown(hub: Hub, sealed: Sealed) -> list[Shown]:
    return [_shown(hub, each) for each in sealed.changes]


def _shown(hub: Hub, change: Unsent) -> Shown:
    what = _("New") if change.new else _("Deleted") if change.deletes else _("Changed")
    collection = hub.collections.get(change.collection)
    if collection is None or is_confidential(hub, change.collection):
        return Shown(what, _title(hub, change), [])
    row = collection.rows_by_id([change.id]).get(change.id)
    facts = []
    for name, value in plain_values(collection, change.values).items():
        if change.new and value in (None, "", collection.default_of(name)):
            continue
        column = collection.columns[name]
        now = value_after(column, row.values.get(name)) if row else ""
        facts.append((words.shown(column.label), now, value_after(column, value)))
    return Shown(what, _title(hub, change), facts)


def _title(hub: Hub, change: Unsent) -> str:
    """The list, and what the record is called there or in the file; of confidential ones part of the id."""
    collection = hub.collections.get(change.collection)
    if collection is None:
        return f"{change.collection} {change.id[:8]}"
    name = None
    if not is_confidential(hub, change.collection):
        written = change.values.get(collection.naming) if collection.naming else None
        name = collection.names_of([change.id]).get(change.id) or written
    return f"{words.shown(collection.title)} {name or change.id[:8]}"
