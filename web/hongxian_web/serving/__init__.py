"""Serving a WSGI app: one loop reads requests and hands answers out, a few threads answer."""

from hongxian_web.serving.following import Following, follow_with
from hongxian_web.serving.house import Welcomes
from hongxian_web.serving.limits import LIMITS, Limits
from hongxian_web.serving.server import Server
from hongxian_web.serving.tls import tls_context
from hongxian_web.serving.wsgi import behind_proxies, within

__all__ = [
    "LIMITS",
    "Following",
    "Limits",
    "Server",
    "Welcomes",
    "behind_proxies",
    "follow_with",
    "tls_context",
    "within",
]
