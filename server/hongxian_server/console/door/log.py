"""The keeper's log on a page: what was done at the hub, who did it, from where and when."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from hongxian_server.tables.keeper_log import entries, first_broken_entry
from hongxian_web.inputs import Input
from hongxian_web.navigation import Entry, in_menu

PAGE = 50
"""Lines."""
LONGEST = 100
"""Characters of what is searched for."""

bp = Blueprint("keeper_log", __name__, url_prefix="/console/log")


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("Keeper's log"), url_for("keeper_log.show"), icon="clipboard")


@bp.get("")
def show() -> str:
    """The newest entries, or those that bear what is searched for."""
    part, start = request.args.get("part", "").strip()[:LONGEST], request.args.get("start", "")
    before = int(start) if start.isascii() and start.isdigit() and len(start) < 16 else None
    found = entries(part, before, PAGE + 1)
    further = ""
    if len(found) > PAGE:
        further = url_for("keeper_log.show", part=part or None, start=found[PAGE - 1].number)
    return render_template(
        "console/door/log.html",
        entries=found[:PAGE],
        part=Input("part", _("Act, name or address"), value=part),
        broken=first_broken_entry(),
        further=further,
    )
