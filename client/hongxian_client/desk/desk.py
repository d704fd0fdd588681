"""What every page of the desk works with: the laptop, and its sync loop while one runs."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any  # Any: of a room above this one

from flask import Flask, current_app
from flask.sansio.app import App

from hongxian.errors import HongxianError
from hongxian.security.throttle import Throttle
from hongxian.wire.sticks import sticks
from hongxian_client.desk.browsers import Browsers
from hongxian_client.desk.pages import Pages
from hongxian_client.replica.people import WrongPin
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.report import Report

_DESK = "hongxian_desk"
"""Under which an app keeps its desk, among its extensions."""


@dataclass
class Desk:
    """One laptop's desk."""

    replica: Replica
    host: str
    """Its own name, under which alone it answers."""
    last: Report | HongxianError | None = None
    """What the last sync did, or why it failed; None before the first."""
    moving: tuple[int, int] | None = None
    """Of the sync under way, records moved and records left; None between syncs."""
    due: tuple[int, int, int] | None = None
    """When the duties were counted last, after which stamp of the laptop's own, and how many there were."""
    bringing: dict[str, Any] = field(default_factory=dict)
    """The sheet that was uploaded last, by the name under which it is kept, and what is known of it."""
    carrying: Any = None
    """The file of a sync by stick that was written or read last."""
    sticks: Callable[[], list[Path]] = sticks
    """Finds the sticks that are in this machine."""
    sync_soon: Callable[[], None] = field(default=lambda: None)
    """Wakes the sync loop."""
    was_joined: Callable[[], None] = field(default=lambda: None)
    """Tells that the laptop has joined a community: its sync loop may begin."""
    read_texts: Callable[..., None] = field(default=lambda *collections: None)
    """Reads what a search had to look through by hand, in the background."""
    begin_anew: Callable[[], None] = field(default=lambda: None)
    """Ends the desk, to begin it again with the plugins that came."""
    end: Callable[[], None] = field(default=lambda: None)
    """Ends the desk, for good."""
    clearing: IO[bytes] | None = None
    """Closed when this process ends: what takes Hongxian off the machine waits for that."""
    change_over: Callable[[], None] = field(default=lambda: None)
    """Ends the desk, for the launcher to start the version that is in place."""
    secret: str = field(default_factory=secrets.token_hex)
    """With which the tokens of its forms are signed."""
    is_live: Callable[[], bool] = field(default=lambda: False)
    """Whether the hub rings when there is something new; else the sync loop asks from time to time."""
    pages: Pages = field(default_factory=Pages)
    """Those that are open."""
    browsers: Browsers = field(init=False)
    """Those that were let in, and who sits at each."""
    throttle: Throttle = field(init=False)
    """Counts wrong PINs by person."""

    def __post_init__(self) -> None:
        self.browsers = Browsers(self.replica.now)
        self.throttle = Throttle(self.replica.now, WrongPin)

    @property
    def in_reach(self) -> bool:
        """Whether the hub answered last time."""
        return isinstance(self.last, Report)


def show_desk(app: Flask, desk: Desk) -> None:
    """Make an app the app of this desk."""
    app.extensions[_DESK] = desk


def desk_of(app: App) -> Desk:
    """The desk of an app that is being set up."""
    desk: Desk = app.extensions[_DESK]
    return desk


def current_desk() -> Desk:
    """The desk of the app under way."""
    return desk_of(current_app)
