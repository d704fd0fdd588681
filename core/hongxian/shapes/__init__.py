"""Shapes: what a plugin shows, whoever draws it: a desk, a console, a terminal."""

from hongxian.model.workflow import Tone
from hongxian.shapes.board import Board, Head, Held
from hongxian.shapes.calendar import CalendarEntry
from hongxian.shapes.cells import Button, Link, Masked, Print, Qr, Tag
from hongxian.shapes.chart import Chart
from hongxian.shapes.chat import Chat
from hongxian.shapes.facts import Facts
from hongxian.shapes.grid import Cells, Grid, GridRow
from hongxian.shapes.pages import Pages
from hongxian.shapes.stat import Stat, Stats
from hongxian.shapes.table import Table

__all__ = [
    "Board",
    "Button",
    "CalendarEntry",
    "Cells",
    "Chart",
    "Chat",
    "Facts",
    "Grid",
    "GridRow",
    "Head",
    "Held",
    "Link",
    "Masked",
    "Pages",
    "Print",
    "Qr",
    "Stat",
    "Stats",
    "Table",
    "Tag",
    "Tone",
]
