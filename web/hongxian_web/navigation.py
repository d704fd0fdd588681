"""The menu of every page: groups of entries that any part of an app may bring."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from flask import Flask, current_app, request

_KEY = "hongxian_navigation"


@dataclass(frozen=True)
class Entry:
    """One line of the menu; `count` stands beside it unless 0."""

    title: str
    url: str
    count: int = 0

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


Source = Callable[[], Iterable[Group]]


def add_source(app: Flask, source: Source) -> None:
    """Bring groups to the menu, below those brought before; asked anew for each page."""
    app.extensions[_KEY].append(source)


def _groups() -> list[Group]:
    return [group for source in current_app.extensions[_KEY] for group in source() if group.entries]


def add_to(app: Flask) -> None:
    """Let the base template draw the menu, and a plain thread until an app hangs its own."""
    app.extensions[_KEY] = []
    app.jinja_env.globals.update(menu=_groups, thread_template="hongxian/thread.html")
