"""The API's description, OpenAPI 3.1: made of the app's routes, their contracts and the messages."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus

from flask import Flask
from werkzeug.routing import Rule

from hongxian.errors import HongxianError, StorageFailed
from hongxian.version import __version__
from hongxian.wire.bundle import BundleReply
from hongxian.wire.refusal import Refusal
from hongxian.words.values import JsonObject
from hongxian_server.http.contract import JSON, STREAM, Content, Contract, Errors, contract_of

_ABOUT = (
    "The sync API between laptops and a hub. What streams, stamps and pages are is told in "
    "docs/protocol.md. In JSON answers integers beyond 2^53 are strings; inside streams they are "
    f"JSON integers. A stick carries the streams of /v1/round; its answer is a {BundleReply.__name__}."
)
_SIGNED = "Hongxian LAPTOP:DRAWN:NONCE:SALT:SHA256:PROOF, as docs/protocol.md tells."
_IN_PATHS: dict[str, JsonObject] = {
    "collection": {
        "description": "A collection's name: plugin.thing.",
        "schema": {"type": "string"},
    },
    "token": {"description": "What the last answer told as `news`.", "schema": {"type": "string"}},
    "id": {"description": "A record's id.", "schema": {"type": "string", "format": "uuid"}},
}


@lru_cache(maxsize=1)
def document(app: Flask) -> JsonObject:
    """The description of an app; made when it is first asked for, for that takes a while."""
    from apispec import APISpec
    from apispec.ext.marshmallow import MarshmallowPlugin

    from hongxian_server.http.schemas import describe_messages, name_of

    plugin = MarshmallowPlugin(schema_name_resolver=name_of)
    spec = APISpec(
        "Hongxian hub",
        __version__,
        "3.1.0",
        plugins=[plugin],
        info={
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        servers=[{"url": "/"}],
    )
    spec.components.security_scheme(
        "device",
        {"type": "apiKey", "in": "header", "name": "Authorization", "description": _SIGNED},
    )
    describe_messages(spec, plugin)
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            [method] = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            view = app.view_functions[rule.endpoint]
            path = re.sub("<(.*?)>", r"{\1}", rule.rule)
            spec.path(path, operations={method.lower(): _operation(rule, view)})
    return dict(spec.to_dict())


def _operation(rule: Rule, view: Callable[..., object]) -> JsonObject:
    contract = contract_of(view)
    summary, _, more = inspect.cleandoc(view.__doc__ or "").partition("\n\n")
    told: JsonObject = {
        "operationId": view.__name__,
        "summary": summary.removesuffix("."),
        "security": [] if contract.from_anyone else [{"device": []}],
        "responses": _responses(contract),
    }
    if more:
        told["description"] = more
    if contract.takes is not None:
        told["requestBody"] = {"required": True, **_body(contract.takes)}
    if rule.arguments:
        told["parameters"] = [
            {"name": name, "in": "path", "required": True, **_IN_PATHS[name]}
            for name in sorted(rule.arguments)
        ]
    return told


def _responses(contract: Contract) -> JsonObject:
    refusal = {"content": {JSON: {"schema": _ref(Refusal.__name__)}}}
    told = {HTTPStatus.OK: _body(contract.gives)} | {
        status: {"description": " ".join(why), **refusal}
        for status, why in _refusals(contract).items()
    }
    return {str(int(status)): told[status] for status in sorted(told)}


def _refusals(contract: Contract) -> dict[int, list[str]]:
    """Why a view may not do what is asked, by HTTP status."""
    why: dict[int, list[str]] = {}
    errors: Errors = (*contract.refuses, StorageFailed)
    for error in errors:
        why.setdefault(error.status, []).append(f"`{error.__name__}`: {_summary(error)}")
    if contract.takes is not None:
        why[HTTPStatus.REQUEST_ENTITY_TOO_LARGE] = [
            "The body is larger than 64 MiB, or than 4 KiB from who is no device."
        ]
    why[HTTPStatus.INTERNAL_SERVER_ERROR] = ["`HubProblem`: something broke at the hub."]
    why[HTTPStatus.SERVICE_UNAVAILABLE] = ["`HubProblem`: the hub is busy; try again later."]
    return why


def _summary(error: type[HongxianError]) -> str:
    return inspect.cleandoc(error.__doc__ or "").partition("\n")[0]


def _body(content: Content) -> JsonObject:
    return {"description": content.says, "content": {content.media: {"schema": _schema(content)}}}


def _schema(content: Content) -> JsonObject:
    if content.message is None:
        return {"type": "object" if content.media == JSON else "string"}
    message = _ref(content.message.__name__)
    if content.media == STREAM:
        return {
            "type": "string",
            "contentMediaType": STREAM,
            "description": "Frames: the message, and the pages behind it.",
            "contentSchema": {
                "type": "array",
                "minItems": 1,
                "prefixItems": [message],
                **({"items": _ref("Page")} if content.many else {"maxItems": 1}),
            },
        }
    return {"type": "array", "items": message} if content.many else message


def _ref(name: str) -> JsonObject:
    return {"$ref": f"#/components/schemas/{name}"}
