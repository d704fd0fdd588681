"""The red thread along the top of each page: whether the hub is in reach, and what is not sent yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _

from hongxian.storage.setting import get_settings
from hongxian_client.desk.desk import Desk
from hongxian_client.replica import outbox
from hongxian_client.review.conflicts import count_open
from hongxian_client.text.format import moment, shown_moment
from hongxian_web.navigation import Entry, back, in_menu
from hongxian_web.telling import tell

MOST_KNOTS = 12
"""Knots that are drawn; the number beside them tells the rest."""


@dataclass(frozen=True)
class Thread:
    """What the line says."""

    joined: bool
    in_reach: bool
    last_sync: str
    unsent: int
    moving: tuple[int, int] | None

    @property
    def knots(self) -> int:
        """How many are drawn: one for each change that is not sent yet."""
        return min(self.unsent, MOST_KNOTS)


def room(desk: Desk) -> Blueprint:
    """The line itself, the button in it, and the menu's entries for what needs a person."""
    thread = Blueprint("thread", __name__)

    def state() -> Thread:
        settings = get_settings()
        return Thread(
            joined=bool(settings.get("token")),
            in_reach=desk.in_reach,
            last_sync=shown_moment(moment(settings.get("last_sync"))),
            unsent=outbox.count(outbox.UNSENT, outbox.DEFERRED),
            moving=desk.moving,
        )

    in_menu(thread)(_entries)

    @thread.record_once
    def hang(setup: Any) -> None:
        setup.app.jinja_env.globals.update(thread=state, sync_line_template="desk/thread.html")

    @thread.get("/thread")
    def piece() -> str:
        return render_template("desk/thread.html")

    @thread.post("/sync")
    def sync_now() -> Any:
        """Wake the loop; the line tells when it has been to the hub."""
        desk.sync_soon()
        if request.headers.get("HX-Request"):
            return render_template("desk/thread.html", under_way=True)
        tell(_("Syncing. The line at the top tells when it is done."))
        return redirect(back())

    return thread


def _entries() -> list[Entry]:
    return [
        Entry(_("Needs attention"), "/attention", outbox.count(outbox.REFUSED)),
        Entry(_("Conflicts"), "/conflicts", count_open()),
    ]
