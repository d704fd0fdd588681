"""The desk that the app under way shows: kept with the app's extensions."""

from __future__ import annotations

from flask import Flask, current_app
from flask.sansio.app import App

from hongxian_client.desk.desk import Desk

_DESK = "hongxian_desk"


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
