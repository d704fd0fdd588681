"""The API's description, kept beside the routes it describes; a test holds the two together."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import orjson

from hongxian.version import __version__


def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    data: dict[str, Any] = orjson.loads(
        files("hongxian_server.http").joinpath("openapi.json").read_bytes()
    )
    data["info"]["version"] = __version__
    return data
