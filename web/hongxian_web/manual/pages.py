"""The manual's files as they lie beside this one: a folder for each language, in it one for each reader.

A line `[//]: # (help: stick.show people)` below a heading, which Markdown does not show, names the pages that this
part is about: endpoints, blueprints, or `plugin:NAME` for what a plugin shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hongxian.text import Language

HERE = Path(__file__).parent
READERS = ("leader", "clerk")
"""Whom a booklet is for; each has a folder."""
WORDS = "words"
"""The page of words, which ends each booklet."""
_HEADING = re.compile(r"^(#{1,3}) (.+)$", re.MULTILINE)
_ABOUT = re.compile(r"^\[//\]: # \(help: ([^)]+)\)$", re.MULTILINE)


@dataclass(frozen=True)
class ManualPage:
    """One file: `name` is its path without its ending, `leader/01-start`."""

    language: Language
    name: str
    text: str

    @property
    def title(self) -> str:
        """Its first heading."""
        found = _HEADING.search(self.text)
        return found[2] if found else self.name

    @property
    def reader(self) -> str:
        """Whose booklet it belongs to; "" for a page of all."""
        return self.name.rpartition("/")[0]

    def parts(self) -> Iterator[tuple[str, list[str]]]:
        """Of each part the anchor, "" for the page itself, and what it is about."""
        heads = list(_HEADING.finditer(self.text))
        ends = [each.start() for each in heads[1:]] + [len(self.text)]
        for head, end in zip(heads, ends, strict=True):
            about = " ".join(_ABOUT.findall(self.text, head.end(), end)).split()
            yield ("" if head[1] == "#" else anchor_of(head[2])), about


def anchor_of(heading: str) -> str:
    """The anchor of a heading, as GitHub and the site make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@cache
def pages(language: Language) -> dict[str, ManualPage]:
    """Every page by its name, in the order of a booklet."""
    folder = HERE / language
    found = {
        file.relative_to(folder).with_suffix("").as_posix(): file.read_text("utf-8")
        for file in sorted(folder.rglob("*.md"))
    }
    return {name: ManualPage(language, name, text) for name, text in found.items()}


def booklet(language: Language, reader: str) -> list[ManualPage]:
    """The pages of one reader, the words last."""
    all_pages = pages(language)
    return [each for each in all_pages.values() if each.reader == reader] + [all_pages[WORDS]]


def picture_file(language: Language, name: str) -> Path | None:
    """A picture of the manual; None where there is none of that name."""
    known = {each.name: each for each in (HERE / language / "pictures").glob("*.png")}
    return known.get(name)


@cache
def about(language: Language, reader: str) -> dict[str, tuple[str, str]]:
    """Where one reader's manual tells of a page: by endpoint, blueprint or plugin, the manual's page and anchor."""
    return {
        each: (page.name, anchor)
        for page in pages(language).values()
        if page.reader == reader
        for anchor, told in page.parts()
        for each in told
    }
