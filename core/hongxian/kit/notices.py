"""Notices: what a plugin has a leader hear of at once, though they look at something else.

What waits for a person is told of anyway: the desk makes those notices itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar  # Any: the author knows of which model a record is

from hongxian.kit.duties import DutyStore, told_by
from hongxian.plugins.marks import mark, parenthesised
from hongxian.text import Text

NOTICE = "notice"
"""As what functions are marked."""
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Notice:
    """`said` in a few words, which may stand on a screen that is locked: of what kind it is, never who.

    It leads to `record`, and is told once for each `at`.
    """

    said: Text
    record: Any
    at: datetime | str = ""


@dataclass(frozen=True)
class Noticed:
    """A function that tells what is to be heard of now."""

    run: Callable[[Any], Iterable[Notice]]


@parenthesised
def notice() -> Callable[[F], F]:
    """Mark `def called(store)` as telling, as `Notice`s, what stands now and is to be heard of when it is new.

    It may only read, and is asked each quarter of a minute while a page of the desk is in the background.
    """

    def decorate(run: F) -> F:
        return mark(NOTICE, Noticed(run))(run)

    return decorate


def noticed(store: DutyStore) -> Iterator[Notice]:
    """What every plugin tells now; one that breaks is noted, and the others go on."""
    return (each for _, each in told_by(store, NOTICE, Notice))
