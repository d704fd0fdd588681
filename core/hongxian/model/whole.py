"""Whole records out of queries.

Peewee puts their fields' names together anew for each query, looks each column of the answer up again, and sets each
value as if somebody changed it: that took longer than to read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any  # Any: of the driver's cursor and its values only their use is known

import peewee

Load = Callable[[Any], object]


def loads_of(fields: Sequence[peewee.Field]) -> list[tuple[str, Load]]:
    """What makes a field's value of the one that the driver gives, of those for which that is not the same."""
    same = (peewee.CharField.adapt, peewee.IntegerField.adapt)
    return [
        (each.name, each.python_value)
        for each in fields
        if type(each).python_value is not peewee.Field.python_value or type(each).adapt not in same
    ]


class _Records(peewee.CursorWrapper):  # type: ignore[misc]
    """Records of a model out of rows that have all of its fields, in their order."""

    populated: bool

    def __init__(self, cursor: Any, model: type[peewee.Model]) -> None:
        super().__init__(cursor)
        self._model = model
        self._names, self._loads = model._meta.whole()

    def __iter__(self) -> Iterator[peewee.Model]:
        self.fill_cache()
        return iter(self.row_cache)

    def fill_cache(self, n: int = 0) -> None:
        """All at once, however few are asked for."""
        if not self.populated:
            self.row_cache += map(self.process_row, self.cursor.fetchall())
            self.count, self.populated = len(self.row_cache), True
            self.cursor.close()

    def process_row(self, row: Sequence[object]) -> peewee.Model:
        """One that nobody has changed yet."""
        data = dict(zip(self._names, row, strict=True))
        for name, load in self._loads:
            data[name] = load(data[name])
        record: peewee.Model = object.__new__(self._model)
        record.__data__, record.__rel__, record._dirty = data, {}, set()
        return record


class Whole(peewee.ModelSelect):  # type: ignore[misc]
    """A query for whole records, until it asks for anything else."""

    def __sql_selection__(self, ctx: peewee.Context, is_subquery: bool = False) -> peewee.Context:
        if is_subquery or not self._is_default:
            return super().__sql_selection__(ctx, is_subquery)
        meta = self.model._meta
        return ctx.literal(meta.listed(ctx.alias_manager[meta.table]))

    def _get_model_cursor_wrapper(self, cursor: Any) -> peewee.CursorWrapper:
        if self._is_default and len(self._from_list) == 1 and not self._joins:
            return _Records(cursor, self.model)
        return super()._get_model_cursor_wrapper(cursor)
