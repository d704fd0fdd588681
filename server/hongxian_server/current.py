"""The hub that the app under way serves: sync API and console keep it with their extensions."""

from __future__ import annotations

from flask import Flask, current_app
from flask.sansio.app import App

from hongxian.errors import CodeRefused, Refused
from hongxian.security.throttle import Throttle
from hongxian.wire.hub.identity import HubStatement
from hongxian_server.hub import Hub
from hongxian_server.membership.pace import SharedTries

_HUB = "hongxian_hub"
_THROTTLE = "hongxian_throttle"
_AUTHORITY = "hongxian_authority"
_STATEMENT = "hongxian_statement"


def serve_hub(
    app: Flask, hub: Hub, authority: str = "", wrong: type[Refused] = CodeRefused
) -> None:
    """Make an app the app of this hub, with a count of its own of wrong codes and passwords, which `wrong` tells of.

    `authority` is the certificate (PEM) that vouches for the one it is served under, where that is
    the hub's own. Raises `KeyLost`.
    """
    app.extensions[_AUTHORITY] = authority
    app.extensions[_STATEMENT] = HubStatement.signed(hub.identity.key, authority)
    app.extensions[_HUB] = hub
    # Over a file one process serves, and what it counts in memory is all there is.
    elsewhere = SharedTries(hub, app.import_name) if hub.database.postgres else None
    app.extensions[_THROTTLE] = Throttle(hub.now, wrong, elsewhere)


def hub_of(app: App) -> Hub:
    """The hub of an app that is being set up."""
    hub: Hub = app.extensions[_HUB]
    return hub


def current_hub() -> Hub:
    """The hub of the app under way."""
    return hub_of(current_app)


def current_authority() -> str:
    """The certificate of the hub's own authority (PEM); "" where the app is served under no such."""
    authority: str = current_app.extensions[_AUTHORITY]
    return authority


def current_statement() -> HubStatement:
    """Who the hub of the app under way says it is."""
    statement: HubStatement = current_app.extensions[_STATEMENT]
    return statement


def current_throttle() -> Throttle:
    """What slows down whoever guesses at the app under way."""
    throttle: Throttle = current_app.extensions[_THROTTLE]
    return throttle
