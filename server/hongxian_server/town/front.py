"""A town's one address: what lies below a community's name is that community's, the rest the town's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from threading import Event
from wsgiref.types import StartResponse, WSGIEnvironment

import orjson
from flask import Response

from hongxian.errors import HongxianError
from hongxian.words.values import json_safe
from hongxian_server.http.app import ADDRESSES, HEALTH
from hongxian_server.http.community import Community
from hongxian_server.hub import Hub
from hongxian_server.town.folder import OURS
from hongxian_server.town.page import REFUSED, make_page
from hongxian_server.town.town import Town, below, name_in

_NEXT_SECONDS = "5"
"""After which who was told that a community is not served may ask again."""


class Front:
    """The WSGI app of a town, and what serves it."""

    def __init__(self, town: Town, hosts: Sequence[str]) -> None:
        self._town = town
        self._page = make_page(town, hosts)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer of whose address it is."""
        if environ["PATH_INFO"] == HEALTH:
            return Response("ok\n", mimetype="text/plain")(environ, start_response)
        try:
            with self._asked(environ) as (community, within):
                return (community or self._page)(within, start_response)
        except HongxianError as error:
            return self._refused(error, environ, start_response)

    def is_welcome(self, environ: WSGIEnvironment) -> bool:
        """Whether who asks may send more than a few KiB: whom its community knows."""
        try:
            with self._asked(environ) as (community, within):
                return community is not None and community.is_welcome(within)
        except HongxianError:
            return False

    def part_of(self, environ: WSGIEnvironment) -> str:
        """The community's name, if there is such."""
        name = name_in(environ)
        return name if self._town.has(name) else ""

    @contextmanager
    def _asked(
        self, environ: WSGIEnvironment
    ) -> Iterator[tuple[Community | None, WSGIEnvironment]]:
        """Whose address it is, None for the town's own, and the request as they see it; raises as `Town.asked`."""
        name = name_in(environ)
        if name in OURS:
            yield None, environ
        else:
            with self._town.asked(name) as community:
                yield community, below(name, environ)

    def _refused(
        self, error: HongxianError, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """To a laptop as each refusal, to a browser as a page."""
        path = environ["PATH_INFO"]
        without = below(name_in(environ), environ)["PATH_INFO"]  # a laptop may be told no name
        if not (path.startswith(ADDRESSES) or without.startswith(ADDRESSES)):
            return self._page({**environ, REFUSED: error}, start_response)
        told = Response(
            orjson.dumps(json_safe(error.as_json())),
            error.status,
            {"Retry-After": _NEXT_SECONDS},
            mimetype="application/json",
        )
        return told(environ, start_response)

    # -- while it is served ----------------------------------------------------------------------

    def alive(self) -> AbstractContextManager[None]:
        """Open and follow the communities inside."""
        return self._town.alive()

    def open_now(self) -> list[Hub]:
        """The hubs that are served just now."""
        return self._town.open_now()

    def await_releases(self, stop: Event) -> bool:
        """Never."""
        return self._town.await_releases(stop)
