"""What answers in the hub's place, as far as it can be told: login pages, redirects, proxies.

Nothing of it is believed; a person reads it to know what to do.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from email.message import Message
from urllib.parse import urljoin, urlsplit

from hongxian.text import NOTHING, Text

Headers = Mapping[str, str] | Message
"""Of an answer; whichever library read them, names of any case are found."""
REDIRECTS = (301, 302, 303, 307, 308)
MOVED = (301, 302, 307, 308)
"""Redirects that may lead to the same hub, encrypted."""
_LOG_IN_FIRST = 511
"""Network Authentication Required (RFC 6585)."""
_PROXY_ASKS = 407
_MOST_BYTES = 8192
_MOST_TOLD = 120
_TITLE = re.compile(r"<title[^>]{0,80}>([^<]{0,400})", re.IGNORECASE)
_CHARSET = re.compile(rb"charset=[\"']?([a-zA-Z0-9_-]{1,20})")
_PAGE = Text(
    "一个网页，多半是无线网的登录页{title}：请打开浏览器登录这个网络",
    "a web page, most likely a Wi-Fi's login page{title}: open a browser and log in to the network",
)
_CALLED = Text("“{title}”", " called “{title}”")
_SENDS_ON = Text(
    "它要转到 {where}：若是无线网的登录页，请在浏览器里登录；若主机搬到了那里，请改用那个网址",
    "it sends on to {where}: if that is a Wi-Fi's login page, log in with a browser; if the hub has "
    "moved there, give that address",
)
_PROXY = Text("中间的代理要求登录（HTTP 407）", "a proxy in between asks for a log-in (HTTP 407)")


def plain(said: str) -> str:
    """What a stranger said, as it may be shown: one line, bounded, nothing that steers a terminal."""
    line = " ".join(said[: 4 * _MOST_TOLD].split())
    shown = "".join(each for each in line if unicodedata.category(each)[0] != "C")
    return shown if len(shown) <= _MOST_TOLD else f"{shown[:_MOST_TOLD]}…"


def what_answers(status: int, headers: Headers, data: bytes) -> Text | None:
    """What it is that answers; None for what may be a hub or a proxy that has none behind it."""
    if status in REDIRECTS:
        return _SENDS_ON.format(where=plain(headers.get("Location", "")) or "?")
    if status == _PROXY_ASKS:
        return _PROXY
    is_page = "html" in headers.get("Content-Type", "") or data.lstrip()[:1] == b"<"
    if status == _LOG_IN_FIRST or (is_page and status < 500):
        title = "" if headers.get("Content-Encoding") else _title(headers, data[:_MOST_BYTES])
        return _PAGE.format(title=_CALLED.format(title=title) if title else NOTHING)
    return None


def moved_to(url: str, path: str, location: str) -> str | None:
    """The address of the same machine, encrypted, where a redirect of a plain one leads there."""
    try:
        asked, told = urlsplit(url), urlsplit(urljoin(url + path, location))
        same = (told.scheme, told.hostname, told.query) == ("https", asked.hostname, "")
        is_port = told.port != 0
    except ValueError:
        return None
    if asked.scheme != "http" or not (same and is_port) or told.path != asked.path + path:
        return None
    return f"https://{told.netloc}{asked.path}"


def _title(headers: Headers, data: bytes) -> str:
    """What a page is called, in whichever charset it names."""
    told = _CHARSET.search(headers.get("Content-Type", "").encode()) or _CHARSET.search(data)
    try:
        text = data.decode(told[1].decode() if told else "utf-8", errors="replace")
    except LookupError:
        text = data.decode(errors="replace")
    found = _TITLE.search(text)
    return plain(html.unescape(found[1])) if found else ""
