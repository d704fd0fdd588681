"""The hub's Flask app for machines: the sync API, health and metrics."""

from __future__ import annotations

from flask import Flask

from hongxian_server.current import serve_hub
from hongxian_server.http import api, errors, health
from hongxian_server.hub import Hub

BODY_BYTES = 64 * 2**20
"""Bytes of a request as it travels."""
ADDRESSES = (f"{api.bp.url_prefix}/", "/healthz", "/metrics")
"""What the addresses begin with that it answers."""


def make_app(hub: Hub) -> Flask:
    """The app of one hub."""
    app = Flask("hongxian_server")
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    serve_hub(app, hub)
    for blueprint in (api.bp, health.bp, errors.bp):
        app.register_blueprint(blueprint)
    return app
