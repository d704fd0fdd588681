"""The sync API under `/v1`: a view for each message of the protocol."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Blueprint, Response, jsonify, request

from hongxian.errors import PageRefused, Unauthorized
from hongxian.logs import logger, phase
from hongxian.row import json_safe
from hongxian.wire.enrol import EnrolRequest
from hongxian.wire.incarnation import RenumberRequest
from hongxian.wire.message import Message
from hongxian.wire.page import Page, stream
from hongxian.wire.reconcile import BucketsRequest, RepairRequest
from hongxian.wire.round import RoundRequest
from hongxian_server.current import current_hub, current_throttle
from hongxian_server.history.past import history_of
from hongxian_server.http.health import current_metrics
from hongxian_server.http.openapi import document
from hongxian_server.hub import Hub
from hongxian_server.people import devices
from hongxian_server.sync import enrol as enrolment
from hongxian_server.sync import incarnation, reconcile, session
from hongxian_server.sync.request import read_request
from hongxian_server.tables.access import Access

log = logger(__name__)
OPEN_BYTES = 256 * 2**20
"""Bytes of a request once all of its frames are opened."""
JSON_BYTES = 4_096
"""Bytes of a request that is JSON: an enrolment's code and name."""
STREAM = "application/x-hongxian"

bp = Blueprint("api", __name__, url_prefix="/v1")


@dataclass(frozen=True)
class Asked:
    """A laptop's request: whom it asks, who asks, the envelope as it came, and the pages."""

    hub: Hub
    access: Access
    envelope: Any
    pages: list[Page]


@bp.post("/enrol")
def enrol() -> Response:
    """Use an enrolment code up."""
    hub, throttle, address = current_hub(), current_throttle(), request.remote_addr or ""
    throttle.refuse_if_many(address)
    asked = EnrolRequest.load(_json())
    with hub, throttle.counting(address):
        return jsonify(enrolment.enrol(hub, asked))


@bp.post("/round")
def sync_round() -> Response:
    """One sync round."""
    with _asked("round") as asked:
        wanted = RoundRequest.load(asked.envelope)
        reply = session.run_round(asked.hub, asked.access, wanted, asked.pages)
    return _streamed(*reply)


@bp.post("/buckets")
def buckets() -> Response:
    """Compare digests by buckets."""
    with _asked("buckets") as asked:
        wanted = BucketsRequest.load(asked.envelope)
        reply = reconcile.compare_buckets(asked.hub, asked.access, wanted)
    return _streamed(reply, [])


@bp.post("/repair")
def repair() -> Response:
    """Offer and fetch single records."""
    with _asked("repair") as asked:
        wanted = RepairRequest.load(asked.envelope)
        reply = reconcile.repair(asked.hub, asked.access, wanted, asked.pages)
    return _streamed(*reply)


@bp.post("/renumber")
def renumber() -> Response:
    """Give a restored or cloned laptop a life of its own."""
    with _asked("renumber") as asked:
        wanted = RenumberRequest.load(asked.envelope)
        reply = incarnation.renumber(asked.hub, asked.access, wanted)
    return _streamed(reply, [])


@bp.get("/history/<collection>/<id>")
def history(collection: str, id: str) -> Response:
    """A record's history from the journal, newest first."""
    with current_hub() as hub:
        found = history_of(hub, devices.writer_of(_access()), collection, id)
    return jsonify(json_safe(found))


@bp.get("/openapi.json")
def openapi() -> Response:
    """This description."""
    return jsonify(document())


@contextmanager
def _asked(name: str) -> Iterator[Asked]:
    """The request under way, within its hub and timed; a stranger's bytes are not even opened."""
    with current_hub() as hub:
        access = _access()
        with current_metrics().timing(name):
            body = io.BytesIO(request.get_data(cache=False))
            with phase(log, "request") as counts:
                envelope, frames = read_request(body, OPEN_BYTES)
                pages = list(frames)
                rows = sum(page.rows for page in pages)
                counts.update(kind=name, device=access.number, pages=len(pages), rows=rows)
            yield Asked(hub, access, envelope, pages)


def _streamed(message: Message, pages: list[bytes]) -> Response:
    return Response(stream(message, pages), mimetype=STREAM)


def _access() -> Access:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized()
    return devices.enter(token.strip())


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
