"""Whatever is typed into any form: it is stored and shown as text, or refused in words and kept."""

import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crawling import kind_of, offers_of, pages
from demo_world import PLUGINS
from desks import desk_of, entered
from hongxian.plugins.loading import Plugins
from hongxian_client.replica.replica import Replica
from hongxian_testing.laptop import with_only
from laptops import problems_of
from samples import SAMPLE, Thing

HOSTILE = {
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "long": "长" * 2_000 + "x" * 18_000,  # each 长 is nine letters on its way
    "nul": "a\0b",
    "unseen": "👩‍👩‍👧‍👦\u200b\u202eevil\u2066\u061c\x1b[31m\x07\x7f\ufeff",
    "formula": "=cmd|' /C calc'!A0 {{ 'vu' * 4 }}{% raise %}${'vu' * 4}",
    "number": "9" * 400,
}
TYPED = {"text", "search", "password", "textarea", "date", "time", "datetime-local", "number"}


@dataclass
class Form:
    """A form as a page draws it: where it goes, and its fields with what stands in them."""

    action: str
    method: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)

    def filled_with(self, text: str) -> list[tuple[str, str]]:
        """What a browser sends once the text stands wherever one can type, and in the choices."""
        return [
            (name, text if kind in TYPED or kind == "select" else value)
            for name, kind, value in self.fields
            if name and kind not in ("file", "checkbox")
        ]


class Forms(HTMLParser):
    """The forms of a page's own part."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._in_main = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "main":
            self._in_main = True
        elif self._in_main and tag == "form":
            self.found.append(Form(told.get("action", ""), told.get("method", "get").lower()))
        elif self._in_main and self.found and tag in ("input", "textarea", "select"):
            kind = told.get("type", "text") if tag == "input" else tag
            self.found[-1].fields.append((told.get("name", ""), kind, told.get("value", "")))


@pytest.fixture(scope="module")
def laptop(demo_year: Path, tmp_path_factory: pytest.TempPathFactory) -> Replica:
    folder = shutil.copytree(demo_year, tmp_path_factory.mktemp("hostile") / "laptop")
    laptop = Replica.open(folder, plugins=with_only((SAMPLE, *PLUGINS)))
    with laptop:
        laptop.create(Thing, [{"name": "示例·甲001", "scope": "team-1"}])
    return laptop


@pytest.fixture(scope="module")
def forms(laptop: Replica) -> list[tuple[str, Form]]:
    """Every form of the desk that one can type into, one of each kind, with its page."""
    browser = entered(desk_of(laptop))
    with laptop:
        seeds = list(offers_of(laptop))
    found: dict[tuple[str, tuple[str, ...]], tuple[str, Form]] = {}
    for address, text in pages(browser, ["/", *seeds]):
        parsed = Forms()
        parsed.feed(text)
        for form in parsed.found:
            form.action = urljoin(address, form.action)
            names = tuple(name for name, kind, _ in form.fields if kind in TYPED)
            if names:
                found.setdefault((kind_of(form.action), names), (address, form))
    return list(found.values())


@pytest.mark.thorough
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_form_is_broken_by_what_is_typed_into_it(
    laptop: Replica, forms: list[tuple[str, Form]], text: str
) -> None:
    browser = entered(desk_of(laptop))
    assert len(forms) > 80, "the forms of every collection and action are found"
    wrong = [
        f"{page} {form.method} {form.action}: {problem}"
        for page, form in forms
        for problem in problems_with(browser, form, text)
    ]
    assert not wrong, "\n".join(wrong)
    assert not problems_of(laptop)


def problems_with(browser: FlaskClient, form: Form, text: str) -> Iterator[str]:
    """Send a form filled with a text; what is wrong with the answer."""
    sent = form.filled_with(text)
    if form.method == "post":
        answer = browser.post(form.action, data=_many(sent))
    else:
        answer = browser.get(form.action, query_string=_many(sent))
    if answer.status_code >= 500:
        yield f"{answer.status_code}"
    if answer.status_code == 302:
        answer = browser.get(answer.headers["Location"])
        if answer.status_code != 200:
            yield f"then {answer.status_code}"
    elif form.method == "post" and _is_refused(answer) and not _holds(answer.text, text):
        yield "what was typed is gone"
    if "<script>alert" in answer.text or "<img src=x" in answer.text or "vuvuvuvu" in answer.text:
        yield "what was typed became markup"


def _is_refused(answer: TestResponse) -> bool:
    """Whether the form came back; it does not where the record is no longer as the form needs it."""
    return answer.status_code in (400, 422) and "<form" in answer.text.partition("<main")[2]


def _many(sent: list[tuple[str, str]]) -> dict[str, list[str]]:
    many: dict[str, list[str]] = {}
    for name, value in sent:
        many.setdefault(name, []).append(value)
    return many


def _holds(page: str, text: str) -> bool:
    """Whether a page holds a text, as a browser would read it."""
    return str(escape(text)) in page or text in unescape(page)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_joining_with_anything_is_refused_in_words_and_keeps_it(tmp_path: Path, text: str) -> None:
    browser = entered(desk_of(Replica.open(tmp_path, plugins=Plugins(installed=False))))
    answer = browser.post("/join", data={"url": text, "code": text, "name": text})
    assert 400 <= answer.status_code < 500
    assert "<script>alert" not in answer.text
    assert _holds(answer.text, text.strip())


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_an_import_of_anything_is_tried_or_refused_in_words(laptop: Replica, text: str) -> None:
    browser = entered(desk_of(laptop))
    for name in (f"{text[:50]}.csv", f"{text[:50]}.xlsx", text[:50]):
        for sheet in (f"name,note\n{text},{text}\n", text, f"{text}\n{text}\n"):
            data = {"sheet": (io.BytesIO(sheet.encode("utf-8", "replace")), name), "scope": text}
            answer = browser.post("/c/sample.thing/sheets/try", data=data)
            assert answer.status_code < 500
            assert "<script>alert" not in answer.text
    for address in (f"/c/{text[:300]}", f"/view/{text[:300]}", f"/month?month={text[:300]}"):
        answer = browser.get(address.replace("#", "%23"))
        assert answer.status_code < 500
        assert "<script>alert" not in answer.text
