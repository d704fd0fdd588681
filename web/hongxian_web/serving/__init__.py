"""Serving a WSGI app: one loop reads requests and hands answers out, a few threads answer."""

from hongxian_web.serving.house import Welcomes
from hongxian_web.serving.limits import LIMITS, Limits
from hongxian_web.serving.server import Server
from hongxian_web.serving.tls import tls_context
from hongxian_web.serving.wsgi import behind_proxies, within

__all__ = ["LIMITS", "Limits", "Server", "Welcomes", "behind_proxies", "tls_context", "within"]
