"""The manual of leaders and clerks says what the pages say, in both languages, and every page leads to it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from pkgutil import iter_modules

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from PIL import Image

import hongxian_plugins
from desks import CHINESE, desk_of, entered
from hongxian.plugins.loading import Plugins
from hongxian.security.code import EnrolmentCode
from hongxian.text import EN, LANGUAGES, ZH, Language
from hongxian_client.desk.app import make_desk
from hongxian_client.replica.replica import Replica
from hongxian_plugins import roster
from hongxian_server.console.app import make_console
from hongxian_server.hub import Hub
from hongxian_testing.laptop import open_laptop
from hongxian_web.manual.pages import HERE, READERS, ManualPage, about, anchor_of, pages
from hongxian_web.manual.rendering import rendered
from places import TOP

PAGES = [page for language in LANGUAGES for page in pages(language).values()]
BOLD = re.compile(r"\*\*(.+?)\*\*")
FILLED = re.compile(r"%\(\w+\)s|%%|\{[^}]*\}")
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)]+)\)")
NO_PAGES = {"web", "static", "language", "type_size", "help", "auth", "wall"}
"""Blueprints, and endpoints without one, that draw no page which anybody could ask about."""
PICTURES_BYTES = 550_000

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.language}/{page.name}")
in_each_language = pytest.mark.parametrize("language", LANGUAGES)


def plain(said: str) -> str:
    return said.strip(" …。.?？：:").casefold()


@cache
def said_in_both() -> list[tuple[str, str]]:
    """What catalogs, `Text` and refusals say: Chinese and English."""
    found = []
    for folder in ("core", "web", "server", "client", "plugins"):
        for path in (TOP / folder).rglob("translations/*.po"):
            with path.open("rb") as file:
                for each in read_po(file, locale="zh_Hans_CN"):
                    many = isinstance(each.id, tuple)
                    found.append((each.string[0], each.id[0]) if many else (each.string, each.id))
        for path in (TOP / folder).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(call, ast.Call) and len(call.args) > 1:
                    told = [each.value for each in call.args[:2] if isinstance(each, ast.Constant)]
                    if len(told) == 2 and all(isinstance(each, str) for each in told):
                        found.append((told[0], told[1]))
    return found


@cache
def said_on_pages(language: Language) -> list[re.Pattern[str]]:
    """The same in one language, with room where something is filled in."""
    rooms = {FILLED.sub("\0", plain(each[language == EN])) for each in said_in_both()}
    return [
        re.compile(re.escape(each).replace("\0", ".+"))
        for each in rooms
        if each and ("\0" not in each or len(each.replace("\0", "")) > 1)
    ]


@pytest.fixture
def apps(tmp_path: Path) -> dict[str, Flask]:
    """The desk of a laptop that has joined nobody yet, and a hub's console before a log-in."""
    hub = Hub.init(tmp_path / "hub", "示例社区", plugins=Plugins(installed=False))
    laptop = Replica.open(tmp_path / "laptop", plugins=Plugins(installed=False))
    with hub:
        console = make_console(hub, ["localhost"])
    return {"leader": make_desk(desk_of(laptop)), "clerk": console}


@each_page
def test_what_a_page_prints_bold_is_said_by_the_program(page: ManualPage) -> None:
    known = said_on_pages(page.language)
    strange = [
        each
        for each in BOLD.findall(page.text)
        if not any(said.fullmatch(plain(each)) for said in known)
    ]
    assert not strange


@each_page
def test_links_and_pictures_of_the_manual_are_there(page: ManualPage) -> None:
    here = HERE / page.language / f"{page.name}.md"
    for is_picture, target in LINK.findall(page.text.replace("[//]: #", "")):
        path, _, anchor = target.partition("#")
        file = (here.parent / path).resolve() if path else here
        assert file.is_relative_to(HERE / page.language), "it is shown without a network"
        assert file.is_file(), target
        assert (file.suffix == ".png") == bool(is_picture)
        heads = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.M) if anchor else []
        assert not anchor or anchor in map(anchor_of, heads), target


@in_each_language
def test_the_pictures_of_one_language_are_wide_enough_and_light(language: Language) -> None:
    drawn = list((HERE / language / "pictures").glob("*"))
    for each in drawn:
        with Image.open(each) as picture:
            assert picture.width >= 900
    assert sum(each.stat().st_size for each in drawn) < PICTURES_BYTES


def test_both_languages_have_the_same_pages_about_the_same() -> None:
    assert list(pages(ZH)) == list(pages(EN))
    for reader in READERS:
        assert {name: where[0] for name, where in about(ZH, reader).items()} == {
            name: where[0] for name, where in about(EN, reader).items()
        }
    assert len([each for each in pages(ZH) if each.startswith("leader/")]) == 10


def parts_with_pages(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and (found := rule.endpoint.rpartition("."))[2]:
            yield rule.endpoint, found[0] or found[2]


@pytest.mark.parametrize("reader", READERS)
def test_each_page_of_desk_and_console_is_told_of(reader: str, apps: dict[str, Flask]) -> None:
    told = about(ZH, reader)
    untold = {
        blueprint
        for endpoint, blueprint in parts_with_pages(apps[reader])
        if blueprint not in NO_PAGES and not {endpoint, blueprint} & told.keys()
    }
    assert not untold


def test_what_the_manual_is_about_exists(apps: dict[str, Flask]) -> None:
    plugins = {f"plugin:{each.name}" for each in iter_modules(hongxian_plugins.__path__)}
    for reader in READERS:
        app = apps[reader]
        known = app.view_functions.keys() | app.blueprints.keys() | {"locked"}
        told = about(ZH, reader).keys()
        assert {each for each in told if not each.startswith("plugin:")} <= known
    assert {each for each in about(ZH, "leader") if each.startswith("plugin:")} == plugins


def test_the_whole_manual_is_read_before_joining_and_before_a_log_in(
    tmp_path: Path, apps: dict[str, Flask]
) -> None:
    laptop = Replica.open(tmp_path / "laptop", plugins=Plugins(installed=False))
    browsers = {"leader": entered(desk_of(laptop)), "clerk": apps["clerk"].test_client()}
    for reader, browser in browsers.items():
        for name, page in pages(ZH).items():
            answer = browser.get(f"/help/{name}", headers=CHINESE)
            assert answer.status_code == 200
            assert f"<h1>{page.title}</h1>" in answer.text
            for picture in re.findall(r'src="(/help/picture/[^"]+)"', answer.text):
                with browser.get(picture, headers=CHINESE) as drawn:
                    assert drawn.mimetype == "image/png"
        booklet = browser.get(f"/help/print/{reader}", headers=CHINESE).text
        own = [each for each in pages(ZH).values() if each.reader in (reader, "")]
        assert [booklet.index(f"<h2>{each.title}</h2>") for each in own]
        inside = set(re.findall(r'href="#([^"]+)"', booklet)) - {"main", "menu"}
        assert inside <= set(re.findall(r'id="([^"]+)"', booklet))
        assert browser.get("/help/leader/none").status_code == 404
        assert browser.get("/help/picture/..%2f..%2fpages.py").status_code == 404


def test_a_page_leads_to_what_is_told_of_it(tmp_path: Path) -> None:
    browser = entered(desk_of(open_laptop(tmp_path, roster)))
    for address, told in {
        "/": "/help/leader/02-today",
        "/c/roster.person": "/help/leader/03-people",
        "/laptop/stick": "/help/leader/07-offline#by-a-stick",
        "/nowhere": "/help/",
    }.items():
        assert f'href="{told}" target="_blank"' in browser.get(address).text


def test_nothing_in_the_manual_becomes_markup_or_leads_out_of_it(apps: dict[str, Flask]) -> None:
    text = "# 一\n\n<script>x</script> [a](javascript:x) [b](https://example.org) [c](../../pages.py)\n"
    with apps["leader"].test_request_context("/"):
        shown = rendered(ManualPage(ZH, "leader/x", text))
    assert "<script" not in shown
    assert "href" not in shown


def test_help_asks_nothing_of_another_machine(apps: dict[str, Flask]) -> None:
    answer = apps["clerk"].test_client().get("/help/print/clerk")
    assert answer.headers["Content-Security-Policy"].startswith(
        "default-src 'self'; img-src 'self' data:;"
    )
    assert not re.findall(r'(?:src|href)="https?:', answer.text)


@each_page
def test_an_enrolment_code_that_a_page_shows_could_be_one(page: ManualPage) -> None:
    for code in re.findall(r"`([0-9A-Z]{5}(?:-[0-9A-Z]{5})+)`", page.text):
        assert str(EnrolmentCode.typed(code)) == code
