"""The manual and the API reference as a site: whole, and with nothing from elsewhere."""

import re
import subprocess
import sys
from html import unescape
from html.parser import HTMLParser
from importlib import import_module
from inspect import cleandoc
from pathlib import Path

import griffe
import pytest

import hongxian.plugins.hooks
from hongxian.words.names import ROOMS
from places import TOP

CODE = griffe.load("hongxian", search_paths=[TOP / "core"])
PUBLIC = [f"{room}.{name}" for room in ROOMS for name in import_module(room).__all__]
HOOKS = [
    name
    for name, value in vars(hongxian.plugins.hooks).items()
    if hasattr(value, f"{hongxian.plugins.hooks.PROJECT}_spec")
]
LOADS = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "src"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` builds it: a link or a name that leads nowhere ends it."""
    folder = tmp_path_factory.mktemp("site")
    mkdocs = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    said = subprocess.run(mkdocs, cwd=TOP, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    return folder


@pytest.fixture(scope="module")
def told(site: Path) -> dict[str, str]:
    """What the API reference says of each name: its text from there to the next name."""
    page = (site / "api.html").read_text("utf-8")
    _before, *parts = re.split(r'id="(hongxian(?:\.\w+)+)"', page)
    texts = (" ".join(unescape(re.sub(r"<[^>]+>", "", part)).split()) for part in parts[1::2])
    return dict(zip(parts[::2], texts, strict=True))


def first_sentences(documented: griffe.Object | griffe.Alias) -> str:
    """The first paragraph of a docstring as a page shows it, or "" without one."""
    if not documented.docstring:
        return ""
    paragraph = cleandoc(documented.docstring.value).partition("\n\n")[0]
    return " ".join(paragraph.replace("`", "").split())


@pytest.mark.parametrize("name", PUBLIC)
def test_the_reference_tells_what_each_public_name_is(told: dict[str, str], name: str) -> None:
    says = first_sentences(CODE[name.removeprefix("hongxian.")])
    assert says, f"{name} has no docstring"
    assert says in told[name]


def test_the_reference_tells_of_each_hook(told: dict[str, str]) -> None:
    assert HOOKS
    for name in HOOKS:
        says = first_sentences(CODE["plugins"]["hooks"][name])
        assert says, f"the hook {name} has no docstring"
        assert says in told[f"hongxian.plugins.hooks.{name}"]


class Loaded(HTMLParser):
    """The addresses of what a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if address := dict(attrs).get(LOADS.get(tag, "")):
            self.addresses.append(address)


def test_the_site_loads_nothing_from_elsewhere(site: Path) -> None:
    outside = re.compile(r"^(\w+:)?//")
    pages = sorted(site.rglob("*.html"))
    assert site / "index.html" in pages
    for page in pages:
        loaded = Loaded()
        loaded.feed(page.read_text("utf-8"))
        assert loaded.addresses
        assert not [each for each in loaded.addresses if outside.match(each)], page.name
    for sheet in site.rglob("*.css"):
        named = re.findall(r"""(?:url\(|@import )["']?([^"')]+)""", sheet.read_text("utf-8"))
        assert not [each for each in named if outside.match(each)], sheet.name
