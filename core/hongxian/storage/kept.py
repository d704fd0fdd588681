"""What was read out of a database once, kept until anything is written to it, by whomever."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar  # Any: of each question its own answer

from sqlcipher3 import dbapi2 as sqlite

T = TypeVar("T")


class Kept:
    """The answers that were read by one connection."""

    def __init__(self) -> None:
        self._mark: object = None
        self._answers: dict[Hashable, tuple[Hashable, Any]] = {}

    def answer(self, mark: object, what: Hashable, make: Callable[[], T], at: Hashable) -> T:
        """What `make` gives, made anew once the mark or the moment is another; None marks what is not to be kept."""
        if mark is None:
            return make()
        if mark != self._mark:
            self._mark, self._answers = mark, {}
        answers = self._answers
        if what not in answers or answers[what][0] != at:
            # Where it met a later write, another dict took this one's place.
            answers[what] = at, make()
        answer: T = answers[what][1]
        return answer


class KeepingConnection(sqlite.Connection):  # type: ignore[misc]
    """A connection with what was read by it: whichever thread takes it next has that too."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.kept = Kept()
