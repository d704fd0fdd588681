"""The hub's Flask app for machines: the sync API, health and metrics."""

from __future__ import annotations

from flask import Flask, Response, request

from hongxian.words.logs import logger
from hongxian_server.current import serve_hub
from hongxian_server.http import api, channel, errors, health
from hongxian_server.http.ahead import ahead_of
from hongxian_server.hub import Hub

log = logger(__name__)
BODY_BYTES = 64 * 2**20
"""Bytes of a request as it travels."""
HEALTH = "/healthz"
ADDRESSES = (f"{api.bp.url_prefix}/", HEALTH, "/metrics")
"""What the addresses begin with that it answers."""


def make_app(hub: Hub, authority: str = "") -> Flask:
    """The app of one hub; `authority` is the certificate (PEM) of which laptops learn by its word."""
    app = Flask("hongxian_server")
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    serve_hub(app, hub, authority)
    for blueprint in (api.bp, channel.bp, health.bp, errors.bp):
        app.register_blueprint(blueprint)
    app.after_request(_noted)
    app.wsgi_app = ahead_of(app.wsgi_app, hub)  # type: ignore[method-assign, assignment]
    return app


def _noted(response: Response) -> Response:
    """Log an answer, by the rule of its address: the address itself may hold what somebody wrote."""
    rule, size = request.url_rule or "?", request.content_length or 0
    log.debug("answered page=%s received=%d status=%d", rule, size, response.status_code)
    return response
