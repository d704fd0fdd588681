"""Finding the pages of an app by its own links, one of each kind, so that new pages are found too."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from flask.testing import FlaskClient

from hongxian.plugins.offering import Offered, offers
from hongxian.plugins.offers import Action, Document, Offer, View
from hongxian_client.replica.replica import Replica
from hongxian_client.text.query import select_rows
from offering import LEADER

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)\d[\d-]*(?=/|$)")
_BESIDE_A_LIST = re.compile(r"^/c/[^/*]+/(?=(?!new$)[a-z]+$)")
_OF_THE_MANUAL = re.compile(r"(?<=/help/)(?!print)\w+/[\w-]+$")
_FILE = re.compile(r"\.(xlsx|csv|json|css|js|svg|hx|crt)$|/wrong/|/file/[a-z_]+$")
_LOOKED_AT = 60
"""Records of a collection among which one is sought that an action fits."""


class _Links(HTMLParser):
    """The addresses that a page leads to, and the forms of what its buttons do."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href")
        if tag == "a" and address and not address.startswith("#"):
            self.found.append(address)
        pressed = dict(attrs).get("action") if tag == "form" else None
        if pressed and pressed.startswith("/do/"):
            self.found.append(pressed)


def kind_of(address: str) -> str:
    """What tells one page from another of its kind: its path, whichever record it is of.

    What stands beside a list (its sheets, its paper) differs by nothing but the records; pages of the manual by
    their words, all of which its print has.
    """
    path = _OF_THE_MANUAL.sub("*", urlsplit(address).path)
    return _BESIDE_A_LIST.sub("/c/*/", _ID.sub("*", path))


def pages(client: FlaskClient, seeds: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Every page that can be reached from these, the first of its kind: its address and its text.

    Each must answer, at worst with what cannot be done now.
    """
    waiting, seen = deque(seeds), set()
    while waiting:
        address = waiting.popleft()
        kind = kind_of(address) + ("?" if "go=1" in address else "")
        if kind in seen or _FILE.search(urlsplit(address).path):
            continue
        seen.add(kind)
        answer = client.get(address)
        if answer.status_code == 302:
            waiting.append(urljoin(address, answer.headers["Location"]))
            continue
        refused_in_words = answer.status_code == 400 and "tell stop" in answer.text
        assert answer.status_code == 200 or refused_in_words, (address, answer.text)
        assert answer.mimetype == "text/html", address
        if "<html" not in answer.text:  # a piece, which the page that links it takes in
            continue
        yield address, answer.text
        links = _Links()
        links.feed(answer.text)
        waiting += [urljoin(address, each) for each in links.found]


def offers_of(laptop: Replica) -> Iterator[str]:
    """The addresses of all that plugins offer, each for a record that it fits, its form filled in."""
    kinds: tuple[tuple[type[Offer], str], ...] = (
        (View, "view"),
        (Action, "do"),
        (Document, "print"),
    )
    for kind, place in kinds:
        for name, offered in offers(laptop, kind, LEADER).items():
            record = ""
            if offered.collection and kind is not View:
                record = _record_for(laptop, offered)
                if not record:
                    continue
            elif offered.collection:
                continue  # stands on its record's page
            address = f"/{place}/{name}{record}"
            yield address
            if kind is not Action and (typed := _typed(laptop, offered)):
                yield f"{address}?{urlencode({'go': 1, **typed})}"


def _record_for(laptop: Replica, offered: Offered[Offer]) -> str:
    collection = laptop.collection(offered.collection)
    for row in select_rows(laptop, collection, [], limit=_LOOKED_AT):
        if offered.fits(collection.model.get_by_id(row.id)):
            return f"/{row.id}"
    return ""


def _typed(laptop: Replica, offered: Offered[Offer]) -> dict[str, str]:
    """Something to answer what an offer must be told."""
    typed = {}
    for name, column in offered.columns.items():
        if column.required and column.reference:
            [row] = select_rows(laptop, laptop.collection(column.reference), [], limit=1)
            typed[name] = row.id
        elif column.required and column.choices:
            typed[name] = str(column.choices[0][0])
    return typed
