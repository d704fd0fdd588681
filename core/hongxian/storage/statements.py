"""SQL out of peewee's queries. Of a page after a write a fourth was spent on it, mostly on the names of columns."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Self  # Any: whatever a query is made of

from peewee import SCOPE_VALUES, Context, Expression, Field, Node

_PLAIN = frozenset({str, int, bool, float, date, datetime, time})


class Statement(Context):  # type: ignore[misc]
    """Peewee's own, with a short way for a table's field, and for one that is compared with a plain value."""

    __slots__ = ()

    def sql(self, obj: Any) -> Self:
        """Add a part of a query."""
        is_short = self._adds_field(obj) if isinstance(obj, Field) else self._adds_comparison(obj)
        return self if is_short else super().sql(obj)

    def as_new(self) -> Self:
        """An empty one of the same settings."""
        return type(self)(**self.state.settings)

    def _adds_field(self, field: Field) -> bool:
        """Add `"t1"."name"`, if that is how it is called here."""
        if type(field).__sql__ is not Field.__sql__ or self.state.scope == SCOPE_VALUES:
            return False
        table = field.model._meta.table
        if table._alias:
            self.alias_manager[table] = table._alias
        self._sql.append(f'"{self.alias_manager[table]}"."{field.column_name}"')
        return True

    def _adds_comparison(self, made: Any) -> bool:
        """Add `("t1"."name" = ?)`, if it is one of a field and a plain value."""
        if type(made) is not Expression or type(made.rhs) not in _PLAIN:
            return False
        field, state = made.lhs, self.state
        if not (isinstance(field, Field) and field._coerce) or state.value_literals:
            return False
        value = field.db_value(made.rhs)
        if isinstance(value, Node):
            return False
        operation = (state.operations or {}).get(made.op, made.op)
        self._sql.append("" if made.flat else "(")
        self.sql(field)
        self._sql += [f" {operation} ", state.param or "?", "" if made.flat else ")"]
        self._values.append(value)
        return True
