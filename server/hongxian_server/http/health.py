"""Whether the hub is well, and its numbers, for those who watch over it."""

from __future__ import annotations

import shutil

from flask import Blueprint, Response, current_app, jsonify
from flask.blueprints import BlueprintSetupState
from marshmallow import fields, validate

from hongxian.errors import StorageFailed
from hongxian.text import Text
from hongxian.wire.message import Message, told
from hongxian_server.current import current_hub, hub_of
from hongxian_server.http.contract import JSON, Content, promises
from hongxian_server.ops.metrics import Metrics

LEAST_FREE_BYTES = 128 * 2**20
"""Bytes that must be free on the disk of the data folder for the hub to call itself well."""
_LITTLE = Text("磁盘只剩 {free} MB", "only {free} MB of the disk are free")
_METRICS = "hongxian_metrics"

bp = Blueprint("health", __name__)


@bp.record_once
def _keep_metrics(setup: BlueprintSetupState) -> None:
    setup.app.extensions[_METRICS] = Metrics(hub_of(setup.app))


def current_metrics() -> Metrics:
    """The numbers of the app under way."""
    metrics: Metrics = current_app.extensions[_METRICS]
    return metrics


class Health(Message):
    """That all is well: else it is refused."""

    status: str = told(fields.String(validate=validate.Equal("ok")), "ok, and nothing else.")


@bp.get("/healthz")
@promises(Content(JSON, "It can.", Health), from_anyone=True)
def healthz() -> Response:
    """Whether the hub can read its database and has room to write to it."""
    with current_hub() as hub:
        hub.database.execute_sql("SELECT 1").fetchone()
    free = shutil.disk_usage(hub.folder).free
    if free < LEAST_FREE_BYTES:
        raise StorageFailed(path=str(hub.folder), detail=_LITTLE.format(free=free // 2**20))
    return jsonify(Health(status="ok"))


@bp.get("/metrics")
@promises(Content("text/plain", "Prometheus' text format."), from_anyone=True)
def metrics() -> Response:
    """Numbers for Prometheus."""
    with current_hub():
        text = current_metrics().text()
    return Response(text, mimetype="text/plain; version=0.0.4; charset=utf-8")
