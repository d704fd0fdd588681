"""What waits for the keeper's word: deletions of much, and records that nobody can vouch for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian_server.console.laptops import found_laptop
from hongxian_server.current import current_hub
from hongxian_server.history.names import names_of
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.ops.held import (
    MOST_RECORDS,
    Held,
    What,
    held_for_keeper,
    let_pass,
    lists_held,
    refuse,
    set_ceiling,
)
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.navigation import Entry, in_menu

bp = Blueprint("held", __name__, url_prefix="/console/held")
SHOWN = 100
"""Records that are named of one laptop and collection; the word counts for all of them."""


@dataclass(frozen=True)
class Shown:
    """What one laptop has waiting in one collection, as the page shows it."""

    key: str
    is_deletion: bool
    laptop: str
    url: str
    title: str
    count: int
    since: int
    names: list[str]


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("Waits for you"), url_for("held.index"), lists_held(), icon="bell")


@bp.get("")
def index() -> str:
    """All that waits, each with what is to be decided."""
    hub = current_hub()
    return render_template(
        "console/held.html",
        waiting=[_shown(hub, each) for each in held_for_keeper(hub)],
        state=HubState.read(),
    )


@bp.post("/ceiling")
def change_ceiling() -> ResponseReturnValue:
    """How much a laptop may delete unasked from now on."""
    form = request.form
    set_ceiling(
        current_hub(),
        _within(MOST_RECORDS, form.get("records", type=int)),
        _within(100, form.get("percent", type=int)),
    )
    return redirect(url_for("held.index"))


def _within(most: int, typed: int | None) -> int | None:
    return None if typed is None else min(most, max(0, typed))


@bp.post("")
def decide() -> ResponseReturnValue:
    """The keeper's word on what one laptop has waiting in one collection."""
    hub, key = current_hub(), request.form.get("key")
    chosen = [each for each in held_for_keeper(hub) if _key(each) == key]
    if not chosen:
        abort(404)
    if "take" in request.form:
        let_pass(hub, chosen)
        tell(_TOLD[chosen[0].what]())
    else:
        refuse(hub, chosen)
        tell(_("Refused. Its laptop learns of it with its next sync."))
    return redirect(url_for("held.index"))


_TOLD = {
    What.DELETION: lambda: _("Let pass: they are deleted when the laptop syncs next."),
    What.OFFER: lambda: _("Taken; every laptop gets them with its next sync."),
}


def _key(held: Held) -> str:
    return f"{held.what} {held.device} {held.collection}"


def _shown(hub: Hub, held: Held) -> Shown:
    ids = list(dict.fromkeys(held.ids))
    named = names_of(hub, ((held.collection, id) for id in ids[:SHOWN]))
    return Shown(
        key=_key(held),
        is_deletion=held.what is What.DELETION,
        laptop=found_laptop(held.device).name,
        url=url_for("laptops.show", number=held.device),
        title=words.shown(hub.title_of(held.collection)),
        count=len(ids),
        since=held.since,
        names=list(named.values()),
    )
