"""Undo on the console: what one laptop wrote since a time is shown first, then put back."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian_server.console.laptops import found_laptop
from hongxian_server.current import current_hub
from hongxian_server.history.search import is_confidential
from hongxian_server.history.undo import Step, Way, planned
from hongxian_server.history.undo import undo as carry_out
from hongxian_server.hub import Hub
from hongxian_server.membership.devices import numbers_of
from hongxian_server.tables.access import Access
from hongxian_web import words
from hongxian_web.flashes import WRONG, tell

bp = Blueprint("undo", __name__, url_prefix="/console/laptops/<int:number>/undo")
SHOWN = 200
"""Records that one page lists; all of them are put back."""
TOLD = 5
"""Refusals that are told one by one."""


@bp.get("")
def show(number: int) -> str:
    """What would be put back since a time; an hour ago, unless one is asked for."""
    hub, access, since = current_hub(), found_laptop(number), _since(request.args.get("since"))
    steps = _planned(hub, access, since)
    return render_template(
        "console/undo.html",
        access=access,
        since=since.isoformat("T", "minutes"),
        rows=[_row(hub, step) for step in steps[:SHOWN]],
        count=len(steps),
    )


@bp.post("")
def put_back(number: int) -> ResponseReturnValue:
    """Put it back, and tell what could not be."""
    hub, access, since = current_hub(), found_laptop(number), _since(request.form.get("since"))
    steps = _planned(hub, access, since)
    refused = carry_out(hub, steps)
    done = len(steps) - len(refused)
    said = _("Put back of what %(name)s wrote: %(count)s")
    tell(words.filled(said, count=done, name=access.name))
    for step, why in refused[:TOLD]:
        told = _("%(record)s could not be put back: %(why)s")
        tell(words.filled(told, record=_row(hub, step)[1], why=why), kind=WRONG)
    return redirect(url_for("laptops.show", number=number))


def _planned(hub: Hub, access: Access, since: datetime) -> list[Step]:
    return planned(hub, numbers_of(access.laptop), int(since.timestamp() * 1000))


def _since(typed: str | None) -> datetime:
    """A moment in this machine's zone; an hour ago for none that can be read."""
    try:
        return datetime.fromisoformat(typed or "").replace(tzinfo=None)
    except ValueError:
        return datetime.now().replace(second=0, microsecond=0) - timedelta(hours=1)


def _row(hub: Hub, step: Step) -> tuple[str, str, str, str]:
    """Collection, record, what is done, and what stays; of a confidential record no more than its id."""
    collection = hub.collections[step.collection]
    named = {} if is_confidential(hub, step.collection) else collection.names_of([step.id])
    ways = {
        Way.DELETE: _("is deleted"),
        Way.BRING_BACK: _("is brought back"),
        Way.EDIT: _("is put back"),
    }
    stays = "; ".join(dict.fromkeys(words.shown(why) for why in step.stays.values()))
    way = _("stays as it is") if "" in step.stays or not _does(step) else ways[step.way]
    return words.shown(collection.title), named.get(step.id, step.id[:8]), way, stays


def _does(step: Step) -> bool:
    return bool(step.values) or step.way is Way.DELETE
