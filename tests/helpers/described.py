"""Holding what a hub takes and gives against its own description of it."""

import io
import json
from collections.abc import Iterator
from typing import Any, ClassVar

from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.exceptions import HTTPException

from hongxian.wire.page import read_stream
from hongxian_server.http.openapi import document

JSON, STREAM, TEXT = "application/json", "application/x-hongxian", "text/plain"


class Described(FlaskClient):
    """A client that lets nothing pass that is not as the hub describes it."""

    seen: ClassVar[set[str]] = set()
    """The paths with their statuses, and the words of messages and pages that came by."""

    def open(self, *args: Any, **more: Any) -> Any:
        answer = super().open(*args, **more)
        told = document(self.application)
        operation = self._operation(told, answer.request)
        if operation is not None:
            path, promised = operation
            self.seen.add(f"{path} {answer.status_code}")
            answered = promised["responses"][str(answer.status_code)]
            self.seen.update(words_of(check(told, answered, answer.mimetype, answer.data)))
            if answer.status_code == 200 and "requestBody" in promised:
                sent = more.get("data") or json.dumps(more["json"]).encode()
                [media] = promised["requestBody"]["content"]
                self.seen.update(words_of(check(told, promised["requestBody"], media, sent)))
        return answer

    def _operation(self, told: dict[str, Any], request: Any) -> tuple[str, Any] | None:
        """What is told of a request's path and method; None for what is no route."""
        routes = self.application.url_map.bind("localhost")
        try:
            rule, _ = routes.match(request.path, request.method, return_rule=True)
        except HTTPException:
            return None
        path = rule.rule.replace("<", "{").replace(">", "}")
        return path, told["paths"][path][request.method.lower()]


def words_of(said: Any) -> Iterator[str]:
    """The status, the verdicts and the kinds of pages in a stream."""
    for each in said if isinstance(said, list) else ():
        yield from (each[name] for name in ("status", "kind") if name in each)
        yield from (verdict["verdict"] for verdict in each.get("outcome", {}).get("others", ()))


def check(told: dict[str, Any], body: dict[str, Any], media: str, data: bytes) -> Any:
    """What a body holds; raises `ValidationError` or `KeyError` where that is not as it is told."""
    schema = body["content"][media]["schema"]
    if media == STREAM:
        return check_stream(told, schema["contentSchema"], data)
    if media == JSON:
        value: Any = json.loads(data)
    else:
        value = data.decode()
    _validate(told, schema, value)
    return value


def check_stream(told: dict[str, Any], opened: dict[str, Any], data: bytes) -> list[Any]:
    """What a stream's frames hold, likewise; `opened` is the schema of their list."""
    frames = list(read_stream(io.BytesIO(data)))
    _validate(told, opened, frames)
    return frames


def _validate(told: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    Draft202012Validator({**schema, "components": told["components"]}).validate(value)
