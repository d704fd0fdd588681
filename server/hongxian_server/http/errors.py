"""Everything that goes wrong is answered as JSON that says what happened and what to do."""

from __future__ import annotations

import peewee
from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from hongxian.errors import HongxianError
from hongxian.storage.failure import storage_failure
from hongxian.text import Text
from hongxian.wire.refusal import Refusal
from hongxian.words.logs import logger
from hongxian.words.values import json_safe
from hongxian_server.http.health import current_metrics

log = logger(__name__)

bp = Blueprint("errors", __name__)


@bp.app_errorhandler(HongxianError)
def refused(error: HongxianError) -> tuple[Response, int]:
    """A refusal, in its own words."""
    current_metrics().refusals.labels(type(error).__name__).inc()
    return jsonify(json_safe(error.as_json())), error.status


@bp.app_errorhandler(HTTPException)
def not_accepted(error: HTTPException) -> tuple[Response, int]:
    """What Flask itself does not accept: no such address, a body that is too large."""
    said = Text(f"请求不被接受（{error.code}）。", f"{error.name}: {error.description}")
    refusal = Refusal(error=error.name.replace(" ", ""), message=said, facts={})
    return jsonify(refusal), error.code or 500


@bp.app_errorhandler(Exception)
def broken(error: Exception) -> tuple[Response, int]:
    """What broke here: later, where the database was busy or its disk is full."""
    if (failure := storage_failure(error)) is not None:
        return refused(failure)
    log.exception("failed method=%s page=%s", request.method, request.url_rule or "?")
    busy = isinstance(error, peewee.OperationalError)
    said = Text(
        "社区主机出了问题，请稍后再试；您的数据仍在本机。",
        "The hub had a problem; try again later. Your data is still on the laptop.",
    )
    facts = {"kind": type(error).__name__}
    return jsonify(Refusal(error="HubProblem", message=said, facts=facts)), 503 if busy else 500
