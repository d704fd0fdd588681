"""The kinds of fields: how their values are checked, stored and carried."""

from hongxian.kinds.boolean import BooleanColumn
from hongxian.kinds.column import Column, Widget
from hongxian.kinds.integer import IntegerColumn
from hongxian.kinds.moments import DateColumn, DateTimeColumn, TimeColumn
from hongxian.kinds.text import TextColumn
from hongxian.kinds.typed_input import WrongCell, halfwidth

__all__ = [
    "BooleanColumn",
    "Column",
    "DateColumn",
    "DateTimeColumn",
    "IntegerColumn",
    "TextColumn",
    "TimeColumn",
    "Widget",
    "WrongCell",
    "halfwidth",
]
