"""Ways through an app: the menu of every page, which each blueprint adds to, and the way back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Blueprint, Flask, current_app, request, url_for

from hongxian_web.icons import PLAIN, known_icon

FIRST_PAGE = "FIRST_PAGE"
"""In an app's configuration: the endpoint of its first page."""
_MENU = "hongxian_menu"
_OURS = re.compile(r"/(?![/\\])[^\\\x00-\x1f]*")
"""A path of this site. Browsers take a backslash for a slash and leave tabs and line ends out."""


@dataclass(frozen=True)
class Entry:
    """One line of the menu; `count` stands beside it unless 0.

    `group` is the line that it stands below, "" for none, and `icon` that line's drawing. `at_foot` is what
    is of the machine and not of the work; `rare` is what stands behind "more".
    """

    title: str
    url: str
    count: int = 0
    icon: str = PLAIN
    group: str = ""
    at_foot: bool = False
    rare: bool = False

    @property
    def is_here(self) -> bool:
        """Whether the page under way is this one or lies under it."""
        here = request.root_path + request.path
        return here == self.url or (self.url != "/" and here.startswith(f"{self.url.rstrip('/')}/"))


@dataclass(frozen=True)
class Group:
    """A line of the menu and what stands below it while one of that is open."""

    title: str
    icon: str
    at_foot: bool
    entries: list[Entry] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where its line leads: to the first page below it."""
        return (self.daily or self.entries)[0].url

    @property
    def count(self) -> int:
        """What waits on all its pages."""
        return sum(entry.count for entry in self.entries)

    @property
    def is_open(self) -> bool:
        """Whether the page under way is one of it."""
        return any(entry.is_here for entry in self.entries)

    @property
    def daily(self) -> list[Entry]:
        """What is seen below its line while it is open."""
        return [entry for entry in self.entries if not entry.rare]

    @property
    def rare(self) -> list[Entry]:
        """What is unfolded below that by "more"."""
        return [entry for entry in self.entries if entry.rare]

    @property
    def unfolds(self) -> bool:
        """Whether anything is seen below its line: not while it is shut, nor where the line says all."""
        return self.is_open and len(self.entries) > 1


Source = Callable[[], Iterable[Entry]]


def in_menu(blueprint: Blueprint) -> Callable[[Source], Source]:
    """Let what a function yields stand in the menu, below what was brought before; it is asked
    anew for each page."""

    def bring(source: Source) -> Source:
        blueprint.record_once(lambda setup: setup.app.extensions[_MENU].append(source))
        return source

    return bring


def _groups() -> list[Group]:
    merged: dict[str, Group] = {}
    for source in current_app.extensions[_MENU]:
        for each in source():
            title = each.group or each.title
            group = merged.setdefault(title, Group(title, each.icon, each.at_foot))
            group.entries.append(each)
    return list(merged.values())


def first_page() -> str:
    """The address of the app's first page."""
    return url_for(current_app.config[FIRST_PAGE])


def back() -> str:
    """The page of ours that a form names as `next`, else the first page; never another site's."""
    return ours(request.form.get("next", "")) or first_page()


def ours(address: str) -> str:
    """An address if it is a path of ours, else ""."""
    return address if _OURS.fullmatch(address) else ""


def with_query(address: str, asked: Mapping[str, object]) -> str:
    """An address that asks for something by names which are not ours: `url_for` would take a field
    that is called `name` for a part of the path."""
    return f"{address}?{urlencode(asked)}" if asked else address


def add_to(app: Flask, first: str) -> None:
    """Let templates draw the menu, lead to the endpoint `first`, and draw a plain line until an
    app hangs its own."""
    app.config[FIRST_PAGE] = first
    app.extensions[_MENU] = []
    app.jinja_env.filters.update(with_query=with_query, known_icon=known_icon)
    app.jinja_env.globals.update(
        menu=_groups, first_page=first_page, sync_line_template="hongxian/sync_line.html"
    )
