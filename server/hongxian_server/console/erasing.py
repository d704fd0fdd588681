"""Erasing for good on the console: looked at first, then done; and for how long all else is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.collections.builtin import Erasure
from hongxian.errors import RecordUnknown, UnknownCollection
from hongxian.plugins.viewer import PERSON
from hongxian_server.current import current_hub
from hongxian_server.history.erasing import answerer, erase, receipts, referring, with_referring
from hongxian_server.history.erasing_fields import title_of
from hongxian_server.history.names import names_of
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.ops.person import give_person_file
from hongxian_server.ops.tidy import KEPT_DAYS, keep_for
from hongxian_web import words
from hongxian_web.flashes import WRONG, tell
from hongxian_web.inputs import Input
from hongxian_web.navigation import Entry, in_menu

bp = Blueprint("erasing", __name__, url_prefix="/console/erasing")
SHOWN = 200
"""Erasures that the page lists; all of them count."""
LONGEST_NAME: int = Erasure.by.max_length


@dataclass(frozen=True)
class Planned:
    """A record that is to be erased, as the page shows it, with what refers to it."""

    collection: str
    record: str
    title: str
    name: str
    referring: list[tuple[str, str, list[str]]]
    """Collection, its title, and the names of its records that refer to it."""


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("Erasing"), url_for("erasing.index"), icon="person")


@bp.get("")
def index() -> ResponseReturnValue:
    """What was erased, a form that asks for a record, and what would go with the one that is asked for."""
    return _page(request.args)


@bp.post("")
def do() -> ResponseReturnValue:
    """Erase what the page has shown, for good."""
    hub, typed = current_hub(), request.form
    name, id, by = typed.get("collection", ""), typed.get("record", ""), typed.get("by", "").strip()
    found = _referring(hub, name, id)
    if found is None or not _may_answer(by):
        return _page(typed)
    erase(hub, with_referring((name, id), found, typed.getlist("with")), by)
    tell(_("Erased here. Each laptop lets go of it with its next sync."))
    return redirect(url_for("erasing.index"))


@bp.post("/keep")
def keep() -> ResponseReturnValue:
    """Keep from now on for so many days what was deleted or written over."""
    days = request.form.get("days", "", type=str).strip()
    if days.isascii() and days.isdigit() and len(days) < 6 and int(days) in KEPT_DAYS:
        keep_for(current_hub(), int(days))
        tell(_("Kept for so long from now on. What is older goes within the hour."))
    else:
        tell(_("A whole number of days, at most ten years."), kind=WRONG)
    return redirect(url_for("erasing.index"))


@bp.post("/person")
def person() -> ResponseReturnValue:
    """All that the hub has of a person, to be given to them."""
    hub, id = current_hub(), request.form.get("person", "").strip()
    with TemporaryDirectory(dir=hub.passing) as folder:
        path = Path(folder) / "person.zip"
        try:
            give_person_file(hub, PERSON, id, path)
        except (RecordUnknown, UnknownCollection):
            tell(_("The hub knows no such person."), kind=WRONG)
            return redirect(url_for("erasing.index"))
        content = BytesIO(path.read_bytes())
    return send_file(content, as_attachment=True, download_name=path.name)


def _page(typed: Mapping[str, str]) -> ResponseReturnValue:
    hub, name, id = current_hub(), typed.get("collection", ""), typed.get("record", "").strip()
    found = _referring(hub, name, id) if name or id else {}
    by = Input("by", _("Who answers for it"), value=typed.get("by", ""), required=True)
    if "by" in typed and not _may_answer(by.value.strip()):
        by.reasons = [_("A name of at most %(most)s letters.", most=LONGEST_NAME)]
    planned = _planned(hub, name, id, found) if found is not None and id else None
    listed = list(receipts(hub))
    page = render_template(
        "console/erasing.html",
        inputs=_inputs(hub, name, id, wrong=found is None),
        planned=planned,
        by=by,
        whom=Input("person", _("The person's id"), required=True),
        days=HubState.read().keep_days,
        receipts=[
            (
                each,
                words.shown(title_of(hub, each.collection)),
                each.record[-12:],
                words.shown(answerer(each.by)),
            )
            for each in listed[:SHOWN]
        ],
        further=len(listed[SHOWN:]),
    )
    return page, 400 if found is None or by.reasons else 200


def _referring(hub: Hub, name: str, id: str) -> dict[str, list[str]] | None:
    """What refers to a record that the hub knows of; None for any other."""
    if name not in hub.owners:
        return None
    try:
        return referring(hub, name, id)
    except RecordUnknown:
        return None


def _may_answer(by: str) -> bool:
    return bool(by) and by.isprintable() and len(by) <= LONGEST_NAME


def _inputs(hub: Hub, name: str, id: str, *, wrong: bool) -> Sequence[Input]:
    titles = [(each, words.shown(hub.title_of(each))) for each in sorted(hub.owners)]
    of_what = Input("collection", _("Collection"), "select", name, required=True, choices=titles)
    record = Input("record", _("The record's id"), value=id, required=True)
    record.help = _("The journal shows it, and hongxian on a laptop.")
    if wrong:
        record.reasons = [_("The hub knows no such record of this collection.")]
    return of_what, record


def _planned(hub: Hub, name: str, id: str, found: Mapping[str, Sequence[str]]) -> Planned:
    named = names_of(hub, [(name, id), *((each, of) for each, ids in found.items() for of in ids)])
    return Planned(
        name,
        id,
        words.shown(hub.title_of(name)),
        named[name, id],
        [
            (each, words.shown(hub.title_of(each)), [named[each, of] for of in ids])
            for each, ids in found.items()
        ],
    )
