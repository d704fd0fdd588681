"""The sync API under `/v1`: a view for each message of the protocol."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

import orjson
from flask import Blueprint, Response, current_app, jsonify, request

from hongxian.errors import (
    CodeRefused,
    DeviceRevoked,
    NonceOld,
    NotAllowed,
    OtherTeams,
    PageRefused,
    RecordUnknown,
    Unauthorized,
    UnknownCollection,
)
from hongxian.security.throttle import TooManyAttempts, network_of
from hongxian.wire.enrol import EnrolReply, EnrolRequest
from hongxian.wire.files import DownloadRequest, FilesReply, UploadRequest
from hongxian.wire.history import HistoryEntry
from hongxian.wire.hub.identity import HubStatement
from hongxian.wire.incarnation import LeaveReply, LeaveRequest
from hongxian.wire.message import Message
from hongxian.wire.page import Page, stream, weighed
from hongxian.wire.reconcile import BucketsReply, BucketsRequest, RepairReply, RepairRequest
from hongxian.wire.releases import (
    PluginsReply,
    PluginsRequest,
    ReleasePart,
    ReleasePartRequest,
)
from hongxian.wire.round import RoundReply, RoundRequest
from hongxian.words.logs import logger, phase
from hongxian.words.values import Json, json_safe
from hongxian_server.current import current_hub, current_statement, current_throttle
from hongxian_server.history.record_history import history_of
from hongxian_server.http.contract import JSON, STREAM, Content, promises
from hongxian_server.http.health import current_metrics
from hongxian_server.http.openapi import document
from hongxian_server.http.room import Room
from hongxian_server.http.signatures import (
    asker_of,
    enrolling,
    sign_answers,
    whole,
)
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.sync import enrol as enrolment
from hongxian_server.sync import files, incarnation, reconcile, releases, session
from hongxian_server.sync.request import read_request
from hongxian_server.tables.access import Incarnation
from hongxian_server.tables.keeper_log import Actor, Road, acting
from hongxian_server.tables.membership import writer_of

log = logger(__name__)
ROOM = Room(256 * 2**20)
"""For what all requests under way open to."""
JSON_BYTES = 4_096
"""Bytes of a request that is JSON: an enrolment's code and name."""

bp = Blueprint("api", __name__, url_prefix="/v1")
sign_answers(bp)


M = TypeVar("M", bound=Message)


@dataclass(frozen=True)
class Asked(Generic[M]):
    """A laptop's request: whom it asks, who asks, what it says, and the pages behind that."""

    hub: Hub
    by: Incarnation
    message: M
    pages: list[Page]


@bp.get("/hub")
@promises(Content(JSON, "The hub's key, and what it vouches for.", HubStatement), from_anyone=True)
def identity() -> Response:
    """Who this hub is."""
    return jsonify(current_statement())


@bp.post("/enrol")
@promises(
    Content(JSON, "What the laptop keeps.", EnrolReply),
    takes=Content(JSON, "At most 4 KiB.", EnrolRequest),
    refuses=(CodeRefused, DeviceRevoked, NonceOld, OtherTeams, TooManyAttempts, Unauthorized),
    from_anyone=True,
)
def enrol() -> Response:
    """Use an enrolment code up; signed by the key that is enrolled."""
    hub, address = current_hub(), request.remote_addr or ""
    with current_throttle().counting(network_of(address)), hub:
        asked = EnrolRequest.load(_json())
        asker = enrolling(hub, request.environ, asked.key)
        with acting(Actor(Road.LAPTOP, asked.name, address)):
            return jsonify(enrolment.enrol(hub, asker, asked))


@bp.post("/round")
@promises(
    Content(STREAM, "Verdicts, and pages of the feed.", RoundReply, many=True),
    takes=Content(STREAM, "Transactions, in pages.", RoundRequest, many=True),
)
def sync_round() -> Response:
    """One sync round.

    Transactions come in, verdicts and what is new go out; digests at the end.
    """
    with _asked("round", RoundRequest) as asked:
        reply = session.run_round(asked.hub, asked.by, asked.message, asked.pages)
    return _streamed(*reply)


@bp.post("/buckets")
@promises(
    Content(STREAM, "What lies in the buckets that differ.", BucketsReply),
    takes=Content(STREAM, "One scope and collection's sums.", BucketsRequest),
    refuses=(NotAllowed, UnknownCollection),
)
def buckets() -> Response:
    """Compare digests by buckets."""
    with _asked("buckets", BucketsRequest) as asked:
        reply = reconcile.compare_buckets(asked.hub, asked.by, asked.message)
    return _streamed(reply, [])


@bp.post("/repair")
@promises(
    Content(STREAM, "What was fetched, in pages.", RepairReply, many=True),
    takes=Content(
        STREAM, "What is offered, in pages, and what is wanted.", RepairRequest, many=True
    ),
    refuses=(NotAllowed, UnknownCollection),
)
def repair() -> Response:
    """Offer and fetch single records.

    Offers are taken while the hub is recovering.
    """
    with _asked("repair", RepairRequest) as asked:
        reply = reconcile.repair(asked.hub, asked.by, asked.message, asked.pages)
    return _streamed(*reply)


@bp.post("/plugins")
@promises(
    Content(STREAM, "The releases, and the program, that it is to run.", PluginsReply),
    takes=Content(STREAM, "What it runs.", PluginsRequest),
)
def plugins() -> Response:
    """Tell which plugins a laptop runs, and hear which releases of them it is to run."""
    with _asked("plugins", PluginsRequest) as asked:
        reply = releases.take_report(asked.hub, asked.by, asked.message)
    return _streamed(reply, [])


@bp.post("/release")
@promises(
    Content(STREAM, "The bytes.", ReleasePart),
    takes=Content(STREAM, "Which bytes of which release.", ReleasePartRequest),
    refuses=(NotAllowed,),
)
def release() -> Response:
    """Fetch a part of a plugin's release, or of a program file."""
    with _asked("release", ReleasePartRequest) as asked:
        reply = releases.part_of(asked.hub, asked.by, asked.message)
    return _streamed(reply, [])


@bp.post("/leave")
@promises(
    Content(STREAM, "What was taken in of it.", LeaveReply),
    takes=Content(STREAM, "What has not been acknowledged.", LeaveRequest),
)
def leave() -> Response:
    """Tell a restored or copied laptop, which leaves its incarnation, what need not go out again."""
    with _asked("leave", LeaveRequest) as asked:
        reply = incarnation.leave(asked.hub, asked.by, asked.message)
    return _streamed(reply, [])


@bp.post("/upload")
@promises(
    Content(STREAM, "How it stands with each.", FilesReply),
    takes=Content(STREAM, "Bytes of files that records name.", UploadRequest),
)
def upload() -> Response:
    """Take bytes of files in.

    They are sent whole for each record that names them, from where they had come to.
    """
    with _asked("upload", UploadRequest) as asked:
        reply = files.take_files(asked.hub, asked.by, asked.message)
    return _streamed(reply, [])


@bp.post("/download")
@promises(
    Content(STREAM, "Bytes of each.", FilesReply),
    takes=Content(STREAM, "Which files of which records.", DownloadRequest),
)
def download() -> Response:
    """Give bytes of files, each as a record's that the laptop may see."""
    with _asked("download", DownloadRequest) as asked:
        reply = files.give_files(asked.hub, asked.by, asked.message)
    return _streamed(reply, [])


@bp.get("/history/<collection>/<id>")
@promises(
    Content(JSON, "The entries.", HistoryEntry, many=True),
    refuses=(RecordUnknown, UnknownCollection),
)
def history(collection: str, id: str) -> Response:
    """A record's history from the journal, newest first."""
    with current_hub() as hub:
        by = devices.incarnation_of(hub, asker_of(hub, request.environ))
        found = history_of(hub, writer_of(by), collection, id)
    return jsonify(json_safe(found))


@bp.get("/openapi.json")
@promises(Content(JSON, "An OpenAPI 3.1 document."), from_anyone=True)
def openapi() -> Response:
    """This description."""
    return jsonify(document(current_app._get_current_object()))  # type: ignore[attr-defined]


@contextmanager
def _asked(name: str, kind: type[M]) -> Iterator[Asked[M]]:
    """The request under way, within its hub and timed; a stranger's bytes are not even opened."""
    with current_hub() as hub:
        asker = asker_of(hub, request.environ)
        with current_metrics().timing(name), _opened() as frames:
            with phase(log, "request") as counts:
                message, rest = read_request(frames, kind)
                pages = list(rest)
                rows = sum(page.rows for page in pages)
                by = devices.incarnation_of(hub, asker)
                counts.update(kind=name, device=by.number, pages=len(pages), rows=rows)
            try:
                with acting(Actor(Road.LAPTOP, by.name, request.remote_addr or "")):
                    yield Asked(hub, by, message, pages)
            finally:
                pages.clear()  # a refusal's traceback has them still when there is room for the next


@contextmanager
def _opened() -> Iterator[Iterator[Json]]:
    """The request's frames, with room for what they open to; raises `PageRefused` for too much."""
    weight, frames = weighed(whole(request.environ["wsgi.input"]))
    with ROOM.taking(weight.memory):
        yield frames


def _streamed(message: Message, pages: list[bytes]) -> Response:
    return Response(b"".join(stream(message, pages)), mimetype=STREAM)  # it is signed whole


def _json() -> Json:
    """The request's JSON, small and sound: the standard library's reader takes NaN and lone
    surrogates, and overflows on deep nesting. Raises `PageRefused`."""
    text = whole(request.environ["wsgi.input"]).read(JSON_BYTES + 1)
    if len(text) > JSON_BYTES:
        raise PageRefused(detail=f"more than {JSON_BYTES} bytes of JSON")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise PageRefused(detail=f"not JSON ({error})") from None
