"""The hub's Flask app: the sync API, health, metrics and the API's own description."""

from __future__ import annotations

import io
import logging
import shutil
from collections.abc import Callable
from typing import Any

import orjson
import peewee
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from hongxian.errors import HongxianError, PageRefused, StorageFailed, Unauthorized
from hongxian.row import json_safe
from hongxian.security.throttle import Throttle
from hongxian.wire.envelope import (
    BucketsRequest,
    EnrolReply,
    EnrolRequest,
    RenumberRequest,
    RepairRequest,
    RoundRequest,
    load,
)
from hongxian.wire.page import Page, stream
from hongxian_server.history.past import history_of, taken_of
from hongxian_server.http.openapi import document
from hongxian_server.hub import Hub
from hongxian_server.ops.metrics import Metrics
from hongxian_server.people import devices
from hongxian_server.sync import reconcile, session
from hongxian_server.tables.access import Access

BODY_BYTES = 64 * 2**20
"""Bytes of a request as it travels."""
OPEN_BYTES = 256 * 2**20
"""Bytes of a request once all of its frames are opened."""
JSON_BYTES = 4_096
"""Bytes of a request that is JSON: an enrolment's code and name."""
LEAST_FREE_BYTES = 128 * 2**20
"""Bytes that must be free on the disk of the data folder for the hub to call itself well."""
STREAM = "application/x-hongxian"
Answer = Callable[[Access, Any, list[Page]], session.Reply]
"""From who asks, the envelope and the pages to the reply's envelope and its encoded pages."""
log = logging.getLogger("hongxian.hub")


def make_app(hub: Hub) -> Flask:
    """The app of one hub."""
    app = Flask("hongxian_server")
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    metrics, throttle = Metrics(hub), Throttle(hub.now)
    _add_errors(app, metrics)

    def streaming(name: str, action: Answer) -> Response:
        with hub:
            access = _access()  # a stranger's bytes are not even opened
            with metrics.timing(name):
                data, pages = session.read_request(_body(), OPEN_BYTES)
                reply, encoded = action(access, data, list(pages))
        return Response(stream(reply, encoded), mimetype=STREAM)

    @app.post("/v1/enrol")
    def enrol() -> Response:
        """Use an enrolment code up."""
        throttle.refuse_if_many(request.remote_addr or "")
        data = load(EnrolRequest, _json())
        with hub, throttle.counting(request.remote_addr or ""):
            made = devices.enrol(hub, data["code"], data["name"], data["known"])
        return jsonify(EnrolReply().dump({**vars(made), "clock": hub.now()}))

    @app.post("/v1/round")
    def sync_round() -> Response:
        """One sync round."""
        return streaming(
            "round",
            lambda access, data, pages: session.run_round(
                hub, access, load(RoundRequest, data), pages
            ),
        )

    @app.post("/v1/buckets")
    def buckets() -> Response:
        """Compare digests by buckets."""
        return streaming(
            "buckets",
            lambda access, data, pages: reconcile.compare_buckets(
                hub, access, load(BucketsRequest, data)
            ),
        )

    @app.post("/v1/repair")
    def repair_records() -> Response:
        """Offer and fetch single records."""
        return streaming(
            "repair",
            lambda access, data, pages: reconcile.repair(
                hub, access, load(RepairRequest, data), pages
            ),
        )

    @app.post("/v1/renumber")
    def renumber() -> Response:
        """Give a restored or cloned laptop a life of its own."""

        def action(access: Access, data: Any, pages: list[Page]) -> session.Reply:
            asked = load(RenumberRequest, data)
            told = taken_of(access, asked["prints"])
            made = devices.renumber(hub, access, asked["known"])
            return {"number": made.number, "token": made.token, **told}, []

        return streaming("renumber", action)

    @app.get("/v1/history/<collection>/<id>")
    def history(collection: str, id: str) -> Response:
        """A record's history from the journal, newest first."""
        with hub:
            found = history_of(hub, devices.writer_of(_access()), collection, id)
        return jsonify(json_safe(found))

    @app.get("/v1/openapi.json")
    def openapi() -> Response:
        """This description."""
        return jsonify(document())

    @app.get("/healthz")
    def healthz() -> Response:
        """Whether the hub can read its database and has room to write to it."""
        with hub:
            hub.database.execute_sql("SELECT 1").fetchone()
        free = shutil.disk_usage(hub.folder).free
        if free < LEAST_FREE_BYTES:
            raise StorageFailed(path=str(hub.folder), detail=f"{free // 2**20} MB free")
        return jsonify({"status": "ok"})

    @app.get("/metrics")
    def numbers() -> Response:
        """Numbers for Prometheus."""
        with hub:
            return Response(metrics.text(), mimetype="text/plain; version=0.0.4; charset=utf-8")

    return app


def _access() -> Access:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized()
    return devices.enter(token.strip())


def _body() -> io.BytesIO:
    return io.BytesIO(request.get_data(cache=False))


def _json() -> Any:
    """The request's JSON, small and sound: the standard library's reader takes NaN and lone
    surrogates, and overflows on deep nesting. Raises `PageRefused`."""
    text = request.get_data(cache=False)
    if len(text) > JSON_BYTES:
        raise PageRefused(detail=f"{len(text)} bytes of JSON; at most {JSON_BYTES}")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise PageRefused(detail=f"not JSON ({error})") from None


def _add_errors(app: Flask, metrics: Metrics) -> None:
    """Everything that goes wrong is answered as JSON that says what happened and what to do."""

    @app.errorhandler(HongxianError)
    def refused(error: HongxianError) -> tuple[Response, int]:
        metrics.refusals.labels(type(error).__name__).inc()
        return jsonify(json_safe(error.as_json())), error.status

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> tuple[Response, int]:
        message = {
            "zh": f"请求不被接受（{error.code}）。",
            "en": f"{error.name}: {error.description}",
        }
        return jsonify(
            {"error": error.name.replace(" ", ""), "message": message, "facts": {}}
        ), error.code or 500

    @app.errorhandler(Exception)
    def broken(error: Exception) -> tuple[Response, int]:
        log.exception("%s %s failed", request.method, request.path)
        busy = isinstance(error, peewee.OperationalError)
        message = {
            "zh": "社区主机出了问题，请稍后再试；您的数据仍在本机。",
            "en": "The hub had a problem; try again later. Your data is still on the laptop.",
        }
        body = {"error": "HubProblem", "message": message, "facts": {"kind": type(error).__name__}}
        return jsonify(body), 503 if busy else 500
