"""Processes and databases of a simulated world that end in the middle of a statement."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from hongxian.engine.store import Store


class Killed(BaseException):
    """The process ends here; nothing may catch it."""


def _end_process() -> None:
    raise Killed


@contextmanager
def dying(store: Store, end: Callable[[], None] = _end_process) -> Iterator[Callable[[int], None]]:
    """Inside, it may be told before which of the store's next statements its process is to end, or what else.

    Commits are statements too.
    """
    database = store.database
    original, left = database.cursor, [-1]

    def die_at(statements: int) -> None:
        left[0] = statements

    def cursor(*args: Any, **options: Any) -> Any:
        if left[0] == 0:
            end()
        left[0] -= 1
        return original(*args, **options)

    database.cursor = cursor
    try:
        yield die_at
    finally:
        del database.cursor
