"""The red thread along the top of each page: whether the hub is in reach, and what is not sent yet."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.errors import KeyLost
from hongxian.model.stamp import ClockWrong
from hongxian.text import Text
from hongxian_client.desk.auth.lock import seconds_to_lock
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.review.notices import notices
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.unsent import outbox
from hongxian_client.text.format import moment, shown_moment
from hongxian_client.transport.link import NotTheHub
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.navigation import back

MOST_KNOTS = 8
"""Knots that are drawn; the number beside them tells the rest."""
_MOVING_SECONDS, _SHORTEST_SECONDS, _LONGEST_SECONDS = 2, 15, 300
"""After which an open page asks for the line anew: it is told besides when there is another to show."""

bp = Blueprint("sync_line", __name__)


@dataclass(frozen=True)
class SyncLine:
    """What the line says."""

    joined: bool
    in_reach: bool
    impostor: Text | None
    """Why what answers in the hub's place is not believed."""
    own_trouble: Text | None
    """What is wrong on this laptop, without whose mending it cannot sync: its key is lost, or its clock wrong."""
    is_live: bool
    """Whether the hub rings; else it is asked from time to time."""
    last_sync: str
    unsent: int
    moving: tuple[int, int] | None

    @property
    def trouble(self) -> str:
        """What a person must know of and mend before it can sync; "" for nothing."""
        if self.own_trouble:
            return words.shown(self.own_trouble)
        if self.impostor:
            answers = _("What answers at the hub's address is not believed:")
            return f"{answers} {words.shown(self.impostor)}"
        return ""

    @property
    def more(self) -> str:
        """What there is no room for in the line."""
        last = _("last sync %(moment)s", moment=self.last_sync)
        if self.in_reach:
            return (
                _("What others save comes at once")
                if self.is_live
                else _("What others save is asked for every half minute; %(last)s", last=last)
            )
        return _("Your work is safe on this laptop; %(last)s", last=last)

    @property
    def asked_in(self) -> int:
        """Seconds after which it is asked for anew: well before the desk locks, for it tells what was touched.

        A page that is told nothing, for nobody looks at it, asks often for what waits.
        """
        if self.moving:
            return _MOVING_SECONDS
        left = 0 if "notices" in request.args else seconds_to_lock()
        half = _LONGEST_SECONDS if left is None else int(left / 2)
        return min(max(half, _SHORTEST_SECONDS), _LONGEST_SECONDS)

    @property
    def knots(self) -> int:
        """How many are drawn: one for each change that is not sent yet."""
        return min(self.unsent, MOST_KNOTS)


@bp.record_once
def _hang(setup: BlueprintSetupState) -> None:
    setup.app.jinja_env.globals.update(sync_line_template="desk/sync_line.html")


@bp.app_template_global()
def sync_line() -> SyncLine:
    """How things stand between this laptop and its hub."""
    desk, state = current_desk(), LaptopState.read()
    return SyncLine(
        joined=bool(state.hub_key),
        in_reach=desk.in_reach,
        is_live=desk.is_live(),
        impostor=desk.last.facts["detail"] if isinstance(desk.last, NotTheHub) else None,
        own_trouble=desk.last.text if isinstance(desk.last, KeyLost | ClockWrong) else None,
        last_sync=shown_moment(moment(state.last_sync)),
        unsent=outbox.count(*outbox.OPEN),
        moving=desk.moving,
    )


@bp.get("/sync-line")
def piece() -> str:
    """The line itself, for a page that is open; for one that is not looked at, with what waits now."""
    if "notices" not in request.args:
        return render_template("desk/sync_line.html")
    return render_template("desk/sync_line.html", notices=list(notices(current_desk().replica)))


@bp.post("/sync")
def sync_now() -> ResponseReturnValue:
    """Wake the loop; the line tells when it has been to the hub."""
    current_desk().sync_soon()
    if request.headers.get("HX-Request"):
        return render_template("desk/sync_line.html", under_way=True)
    tell(_("Syncing. The line at the top tells when it is done."))
    return redirect(back())
