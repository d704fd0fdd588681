"""The menu of every page: groups of entries that any part of an app may bring."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from flask import Blueprint, Flask, current_app, request
from flask.sansio.app import App

_KEY = "hongxian_navigation"


@dataclass(frozen=True)
class Entry:
    """One line of the menu; `count` stands beside it unless 0.

    `part` is the heading under which it stands within its group, "" for none.
    """

    title: str
    url: str
    count: int = 0
    part: str = ""

    @property
    def is_here(self) -> bool:
        """Whether the page under way is this one or lies under it."""
        return request.path == self.url or (
            self.url != "/" and request.path.startswith(f"{self.url.rstrip('/')}/")
        )


@dataclass(frozen=True)
class Group:
    """Entries under one heading, "" for none."""

    title: str
    entries: list[Entry] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether its entries are seen at once: what has no heading, and where the page lies."""
        return not self.title or any(entry.is_here for entry in self.entries)

    @property
    def parts(self) -> dict[str, list[Entry]]:
        """The entries under their headings, in the order in which each was brought first."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.part, []).append(entry)
        return found


Source = Callable[[], Iterable[Group]]


def add_source(app: App, source: Source) -> None:
    """Bring groups to the menu, below those brought before; asked anew for each page.

    Groups under one heading become one.
    """
    app.extensions[_KEY].append(source)


def add_entry(room: Blueprint, entry: Callable[[], Entry]) -> None:
    """Bring a room's line to the menu, under no heading."""
    room.record_once(lambda setup: add_source(setup.app, lambda: [Group("", [entry()])]))


def _groups() -> list[Group]:
    merged: dict[str, Group] = {}
    for source in current_app.extensions[_KEY]:
        for group in source():
            merged.setdefault(group.title, Group(group.title)).entries.extend(group.entries)
    return [group for group in merged.values() if group.entries]


def add_to(app: Flask) -> None:
    """Let the base template draw the menu, and a plain thread until an app hangs its own."""
    app.extensions[_KEY] = []
    app.jinja_env.globals.update(menu=_groups, thread_template="hongxian/thread.html")
