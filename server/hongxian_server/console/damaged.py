"""Records that the hub's disk changed and no laptop has given back yet: which, and the keeper's word on them."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian_server.current import current_hub
from hongxian_server.history.names import names_of
from hongxian_server.ops import scrub
from hongxian_server.tables.damaged import all_damaged
from hongxian_web import words
from hongxian_web.flashes import tell

SHOWN = 100
"""Records that are named; the word counts for all of them."""

bp = Blueprint("damaged", __name__, url_prefix="/console/damaged")


@bp.get("")
def index() -> str:
    """All that waits for a laptop's copy."""
    hub, waiting = current_hub(), all_damaged()
    keys = [(each.collection, each.record) for each in waiting[:SHOWN]]
    names = names_of(hub, keys)
    return render_template(
        "console/damaged.html",
        count=len(waiting),
        records=[(words.shown(hub.title_of(key[0])), names[key]) for key in keys],
    )


@bp.post("")
def accept() -> ResponseReturnValue:
    """Take all of them as they stand there."""
    count = scrub.accept(current_hub())
    tell(words.filled(_("Records that are taken as they stand: %(n)s"), n=str(count)))
    return redirect(url_for("damaged.index"))
