"""What is answered ahead of Flask: the question for news, which laptops ask far more often than any other.

Who asks is proven by what proves it to all the API. Whatever is not simply answered goes on to Flask, which
asks the same, and says what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from peewee import DatabaseError

from hongxian.errors import HongxianError
from hongxian_server.http.contract import TEXT
from hongxian_server.http.signatures import asker_of, proofs
from hongxian_server.hub import Hub
from hongxian_server.sync.news import news_now
from hongxian_server.tables.access import incarnation_if_known

NEWS = ("POST", "/v1/news")


def ahead_of(app: WSGIApplication, hub: Hub) -> WSGIApplication:
    """The app, with that answered first."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) != NEWS:
            return app(environ, start_response)
        token = _news(hub, environ)
        if token is None:
            return app(environ, start_response)
        body = token.encode()
        proven = proofs(hub, environ, environ["PATH_INFO"], 200, body)
        start_response("200 OK", [("Content-Type", TEXT), *proven.items()])
        return [body]

    return answer


def _news(hub: Hub, environ: WSGIEnvironment) -> str | None:
    try:
        with hub:
            by = incarnation_if_known(asker_of(hub, environ).incarnation)
            return news_now(hub, by) if by is not None else None
    except (HongxianError, DatabaseError):
        return None
