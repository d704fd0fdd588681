"""The desk of a test's laptop: pages opened and buttons pressed as a browser without script does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import BinaryIO

from flask.testing import FlaskClient

from hongxian_client.desk.app import make_desk
from hongxian_client.desk.desk import Desk as DeskOfLaptop
from hongxian_client.desk.host import host_of
from hongxian_client.desk.opening import make_opening
from hongxian_testing.laptop import Laptop

CHINESE = "zh-CN"
CLOSES_A_DIALOG = "DIALOG"
"""The method of a form that asks nothing of the desk."""
Filled = str | list[str] | tuple[BinaryIO, str]
"""What an input is filled in with."""


class Desk:
    """A browser that has come in at a laptop's desk."""

    def __init__(self, laptop: Laptop, language: str = CHINESE) -> None:
        self._laptop = laptop
        desk = DeskOfLaptop(laptop.store, host_of(laptop.store))
        app = make_desk(desk)
        app.config.update(SERVER_NAME=desk.host)
        self._browser: FlaskClient = app.test_client()
        self._browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        code = make_opening(laptop.store.folder, "", "").code
        self._browser.get(f"/enter?code={code}")

    def open(self, path: str) -> Page:
        """A page, by its path such as `/c/lending.loan`; raises `AssertionError` where it is not there."""
        return self._shown(path, "GET", {})

    def _shown(self, path: str, method: str, filled: Mapping[str, Filled]) -> Page:
        answer = self._browser.open(
            path,
            method=method,
            data=filled if method == "POST" else None,
            query_string=filled if method == "GET" and filled else None,
            follow_redirects=True,
        )
        why = "\n".join(
            [f"{path}: {answer.status}", *(each.en for each in self._laptop.errors[-1:])]
        )
        assert answer.status_code in (200, 400, 409, 422), f"{why}\n{_read(answer.text).text}"
        return Page(self, answer.request.path, answer.text)


@dataclass(frozen=True)
class Page:
    """What the browser shows."""

    desk: Desk = field(repr=False)
    path: str
    html: str = field(repr=False)

    @property
    def text(self) -> str:
        """What a person reads on it: words as they stand on a line, one blank between what stands apart."""
        return _read(self.html).text

    @property
    def buttons(self) -> list[str]:
        """What can be pressed, by the words on it: links first, then the buttons of forms."""
        read = _read(self.html)
        return [*read.links, *(words for form in read.forms for words, *_ in form.buttons)]

    def press(self, words: str, **filled: Filled) -> Page:
        """Follow a link, or fill in the form that a button is in and press it: the page that follows.

        A file is given as `(BytesIO(content), "IMG_1.jpg")`.
        Raises `LookupError` where nothing has these words, or the form asks for no such thing.
        """
        read = _read(self.html)
        for form in read.forms:
            for each, name, value in form.buttons:
                if each == words and form.method != CLOSES_A_DIALOG:
                    return self._send(form, filled, {name: value} if name else {})
        if words in read.links and not filled:
            return self.desk.open(read.links[words])
        raise LookupError(f"{self.path} has nothing to press called {words!r}: {self.buttons}")

    def _send(self, form: _Form, filled: Mapping[str, Filled], pressed: Mapping[str, str]) -> Page:
        if unknown := filled.keys() - form.asks:
            raise LookupError(f"the form asks for {sorted(form.asks)}, not for {sorted(unknown)}")
        values = {**form.values, **filled, **pressed}
        return self.desk._shown(form.action or self.path, form.method, values)


@dataclass
class _Form:
    """A form of a page: where it goes, what it asks for, what stands in it, and its buttons."""

    action: str = ""
    method: str = "GET"
    asks: set[str] = field(default_factory=set)
    values: dict[str, str | list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    """Of each its words, its name and its value."""


_UNREAD = frozenset({"kbd", "script", "style", "template"})
_ON_THE_LINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i"}
) | {
    *(
        "ins",
        "kbd",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "u",
        "var",
    ),
}
"""Elements that go on with the line: before and behind any other begins another."""


class _Reader(HTMLParser):
    """Takes a page apart; by the standard library, for what the tests of a plugin press is plain."""

    def __init__(self) -> None:
        super().__init__()
        self._said: list[str] = []
        self.forms: list[_Form] = []
        self.links: dict[str, str] = {}
        """Where they lead, by their words."""
        self._outside = _Form()
        self._by_id: dict[str, _Form] = {}
        """Forms that what stands elsewhere on the page names as its own."""
        self._within: list[str] = []
        self._select = self._area = ""
        self._selects = self._outside
        self._pressed: tuple[list[str], Mapping[str, str]] | None = None
        """The words so far of the link or button that is being read, and its attributes."""

    @property
    def text(self) -> str:
        """All that was said, with one blank where there is any, or another line."""
        return " ".join("".join(self._said).split())

    @property
    def _form(self) -> _Form:
        return self.forms[-1] if "form" in self._within else self._outside

    def _of(self, has: Mapping[str, str]) -> _Form:
        """The form that an element says it is of, or the one that it stands in."""
        return self._named(has["form"]) if "form" in has else self._form

    def _named(self, id: str) -> _Form:
        if id not in self._by_id:
            self._by_id[id] = _Form()
            self.forms.append(self._by_id[id])
        return self._by_id[id]

    def _begins(self, has: Mapping[str, str]) -> None:
        """A form begins, which what stood before may have named already."""
        form = self._named(has["id"]) if "id" in has else _Form()
        form.action, form.method = has.get("action", ""), has.get("method", "get").upper()
        self.forms = [*(each for each in self.forms if each is not form), form]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self._breaks(tag)
        if tag in ("form", *_UNREAD):
            self._within.append(tag)
        if tag == "form":
            self._begins(has)
        elif tag == "input":
            self._input(has)
        elif tag == "select":
            self._select = has.get("name", "")
            self._selects = self._of(has)
            self._selects.asks.add(self._select)
        elif tag == "option" and self._select:
            if "selected" in has or self._select not in self._selects.values:
                self._selects.values[self._select] = has.get("value", "")
        elif tag == "textarea":
            self._area = has.get("name", "")
            self._form.asks.add(self._area)
            self._form.values[self._area] = ""
        elif tag == "a" or (
            tag == "button" and has.get("type") != "button" and "disabled" not in has
        ):
            self._pressed = [], has

    def _input(self, has: Mapping[str, str]) -> None:
        name, kind = has.get("name", ""), has.get("type", "text")
        if kind == "submit":
            self._of(has).buttons.append((has.get("value", ""), name, has.get("value", "")))
        elif name:
            self._of(has).asks.add(name)
            if kind not in ("checkbox", "radio", "file") or "checked" in has:
                self._of(has).values[name] = has.get("value", "on" if kind == "checkbox" else "")

    def _breaks(self, tag: str) -> None:
        if tag not in _ON_THE_LINE:
            self._say(" ")

    def _say(self, words: str) -> None:
        self._said.append(words)
        if self._pressed is not None:
            self._pressed[0].append(words)

    def handle_endtag(self, tag: str) -> None:
        self._breaks(tag)
        if tag in ("a", "button") and self._pressed is not None:
            words, has = " ".join("".join(self._pressed[0]).split()), self._pressed[1]
            self._pressed = None
            if tag == "a":
                self.links.setdefault(words, has.get("href", ""))
            else:
                self._of(has).buttons.append((words, has.get("name", ""), has.get("value", "")))
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""
        if tag in self._within:
            self._within.remove(tag)

    def handle_data(self, data: str) -> None:
        if self._area:
            self._form.values[self._area] = data
        elif not _UNREAD.intersection(self._within):
            self._say(data)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader
