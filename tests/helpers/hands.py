"""A phone that is let in, without a browser: what it opens and sends goes through the whole app of the hub."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from hongxian.collections.builtin import Phone
from hongxian.model.record import Record
from hongxian_server.hub import Hub
from hongxian_server.ops.phone_pages import publish
from hongxian_server.phone.app import make_phone_pages

_AT = "http://localhost"
_PAGES = f"{_AT}/m"
_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')
_TOLD = re.compile(r'<p class="tell (?:good|stop)"[^>]*>(.*?)</p>', re.S)


class Hand:
    """A phone of one person, or of a merchant or a family; without a record, anybody's."""

    def __init__(self, hub: Hub, record: Record | None = None) -> None:
        self.hub, self._phone = hub, ""
        self._client = make_phone_pages(hub).test_client()
        self.status = 0
        with hub:
            publish(hub, _AT)
        if record is not None:
            self._let_in(record)

    def _let_in(self, record: Record) -> None:
        with self.hub:
            phone = Phone.create(of=record._meta.collection, record=record.id)
        self._phone = phone.id

    def read(self, path: str = "/", **asked: str) -> str:
        """What the page itself says, without markup, and one blank between words."""
        main = self.open(path, **asked).partition("<main")[2].partition("</main>")[0]
        return " ".join(re.sub(r"<[^>]+>", " ", f"<main{main}").split())

    def scan(self, code: str) -> str:
        """Where a code leads; "" for nowhere."""
        self.open()
        token = self._client.get("/token", base_url=_PAGES).get_json()["token"]
        sent = {"code": code, "csrf_token": token}
        answer = self._client.post("/scan", base_url=_PAGES, data=sent)
        self.status = answer.status_code
        return str(answer.get_json().get("to", "")) if answer.is_json else ""

    def open(self, path: str = "/", **asked: str) -> str:
        """A page below `/m`, with its markup; its `status` is kept."""
        with self._client.session_transaction(base_url=_PAGES) as session:
            # as its script does, who proves its key again by itself
            session["proven"] = {self._phone: self.hub.now()} if self._phone else {}
        answer = self._client.get(path, base_url=_PAGES, query_string=asked)
        self.status = answer.status_code
        return unescape(answer.text)

    def do(self, name: str, id: str = "", **values: Any) -> str:
        """Open an action's form and send it: what is told, or why it is refused; "" where there is no such."""
        path = f"/do/{name}/{id}".rstrip("/")
        page = self.open(path, **{k: v for k, v in values.items() if isinstance(v, str)})
        if self.status != 200:
            return ""
        sent = {**dict(_HIDDEN.findall(page)), **values}
        answer = self._client.post(path, base_url=_PAGES, data=sent)
        self.status = answer.status_code
        text = answer.text
        if answer.status_code == 302:
            to = urlsplit(answer.headers["Location"]).path.removeprefix("/m")
            text = self.open(to or "/")
        told = _TOLD.search(text)
        return re.sub(r"<[^>]+>", "", unescape(told[1])).strip() if told else ""
