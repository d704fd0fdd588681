"""The pages' words and parts: all in both languages, none from elsewhere."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from places import TOP

WEB = TOP / "web" / "hongxian_web"
PACKAGES = sorted(
    folder.parent
    for top in ("web", "server", "client")
    for folder in (TOP / top).rglob("translations")
)
"""Every folder whose pages have a catalog."""
PAGES = [
    path for top in ("web", "server", "client") for path in (TOP / top).rglob("templates/**/*.html")
]
SHEETS = sorted((TOP / "plugins").rglob("*.html"))
"""What plugins print: Chinese, or in both languages on one paper."""
LOADED = [
    path
    for top in ("web", "server", "client", "plugins")
    for path in (TOP / top).rglob("*")
    if path.suffix in (".js", ".css", ".svg") and path.parent.name != "vendor"
]
"""What pages load, but for what others wrote."""
MANIFESTS = sorted(
    path
    for top in ("web", "server", "client", "plugins", "tests")
    for path in (TOP / top).rglob("vendor/manifest.json")
)
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
ELSEWHERE = re.compile(r"""(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}|url\(\s*["']?https?:""")


def said_in(package: Path) -> dict[str, str]:
    """Every string of a package's code and templates, with a place where it is said."""
    found: dict[str, str] = {}
    for file, line, message, *_ in extract_from_dir(package, METHODS, keywords=KEYWORDS):
        for each in message if isinstance(message, tuple) else (message,):
            found.setdefault(each, f"{file}:{line}")
    return found


def own_catalog_of(package: Path) -> dict[str, str]:
    """The Chinese of a package's own pages."""
    found: dict[str, str] = {}
    for path in sorted((package / "translations").glob("*.po")):
        with path.open("rb") as file:
            for each in read_po(file, locale="zh_Hans_CN"):
                if each.id:
                    ids, strings = (
                        (each.id, each.string)
                        if isinstance(each.id, tuple)
                        else ((each.id,), (each.string,))
                    )
                    found.update(dict.fromkeys(ids, strings[0]))
    return found


def catalog_of(package: Path) -> dict[str, str]:
    """The Chinese that a package's pages can show: its own, and what all pages share."""
    return {**own_catalog_of(WEB), **own_catalog_of(package)}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_every_string_of_the_pages_is_translated(package: Path) -> None:
    catalog = catalog_of(package)
    missing = {text: place for text, place in said_in(package).items() if not catalog.get(text)}
    assert not missing


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_translation_has_the_placeholders_of_its_string(package: Path) -> None:
    odd = {
        english: chinese
        for english, chinese in catalog_of(package).items()
        if set(PLACEHOLDER.findall(english)) != set(PLACEHOLDER.findall(chinese))
    }
    assert not odd


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_no_translation_is_kept_of_what_no_page_says(package: Path) -> None:
    said = said_in(package)
    unsaid = [english for english in own_catalog_of(package) if english not in said]
    assert not unsaid


def test_every_folder_of_pages_has_a_catalog() -> None:
    folders = {
        page.parents[[each.name for each in page.parents].index("templates")] for page in PAGES
    }
    assert {folder.parent for folder in folders} <= set(PACKAGES)


@pytest.mark.parametrize("page", [*PAGES, *SHEETS, *LOADED], ids=lambda page: page.name)
def test_no_template_names_an_outside_address(page: Path) -> None:
    text = page.read_text("utf-8").replace(
        "http://www.w3.org/2000/svg", ""
    )  # a name, not asked for
    assert not ELSEWHERE.findall(text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_template_has_script_or_style_in_it(page: Path) -> None:
    assert not re.findall(
        r"<script(?![^>]* src=)|<style|\son[a-z]+=|\sstyle=", page.read_text("utf-8")
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_template_writes_chinese_of_its_own(page: Path) -> None:
    """But for the name of the language itself."""
    text = page.read_text("utf-8").replace(">中文<", "><")
    assert not re.findall("[\u3400-\u9fff]", text)


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.parent.parent.name)
def test_every_vendored_file_is_the_one_that_the_manifest_names(manifest: Path) -> None:
    told = json.loads(manifest.read_text("utf-8"))
    assert all(each["name"] and each["version"] and each["licence"] for each in told)
    listed = {each["file"]: each["sha256"] for each in told}
    there = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in manifest.parent.iterdir()
        if path != manifest
    }
    assert there == listed
