"""Undo on the console: what one laptop wrote since a time is shown first, then put back."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.collections.local_time import local_now, moment_of
from hongxian.writing.putting_back import Step
from hongxian_server.console.laptops import found_laptop
from hongxian_server.current import current_hub
from hongxian_server.history.names import names_of
from hongxian_server.history.undo import planned
from hongxian_server.history.undo import undo as carry_out
from hongxian_server.hub import Hub
from hongxian_server.tables.access import Incarnation, incarnations_of
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
    named = names_of(hub, (step.key for step in steps[:SHOWN]))
    return render_template(
        "console/undo.html",
        access=access,
        since=since.isoformat("T", "minutes"),
        rows=[_row(hub, step, named[step.key]) for step in steps[:SHOWN]],
        count=len(steps),
        doing=sum(step.does_anything for step in steps),
    )


@bp.post("")
def put_back(number: int) -> ResponseReturnValue:
    """Put it back, and tell what could not be."""
    hub, access, since = current_hub(), found_laptop(number), _since(request.form.get("since"))
    steps = _planned(hub, access, since)
    refused = carry_out(hub, steps)
    done = sum(step.does_anything for step in steps) - len(refused)
    said = _("Put back of what %(name)s wrote: %(count)s")
    tell(words.filled(said, count=done, name=access.name))
    named = names_of(hub, (step.key for step, _why in refused[:TOLD]))
    for step, why in refused[:TOLD]:
        told = _("%(record)s could not be put back: %(why)s")
        tell(words.filled(told, record=named[step.key], why=why), kind=WRONG)
    return redirect(url_for("laptops.show", number=number))


def _planned(hub: Hub, access: Incarnation, since: datetime) -> list[Step]:
    return planned(hub, incarnations_of(access.laptop), moment_of(since))


def _since(typed: str | None) -> datetime:
    """A moment in the community's time; an hour ago for none that can be read."""
    try:
        return datetime.fromisoformat(typed or "").replace(tzinfo=None)
    except ValueError:
        return local_now(current_hub()).replace(second=0) - timedelta(hours=1)


def _row(hub: Hub, step: Step, name: str) -> tuple[str, str, str, str]:
    """Collection, record, what is done, and what stays."""
    stays = "; ".join(dict.fromkeys(words.shown(why) for why in step.stays.values()))
    title = words.shown(hub.collections[step.collection].title)
    return title, name, words.shown(step.said), stays
