"""Shapes: what a plugin shows, whoever draws it: a desk, a console, a terminal."""

from hongxian.model.workflow import Tone
from hongxian.shapes.board import Board, Brought, Head, Held
from hongxian.shapes.calendar import CalendarEntry, on_calendar
from hongxian.shapes.cards import Card, Cards
from hongxian.shapes.cells import Button, Go, Link, Masked, Print, Qr, Tag
from hongxian.shapes.chart import Chart
from hongxian.shapes.chat import Chat
from hongxian.shapes.facts import Facts
from hongxian.shapes.grid import Add, Cells, Grid, GridRow, codes_in_brief, row_code
from hongxian.shapes.map import Map, Point
from hongxian.shapes.pages import Pages
from hongxian.shapes.queue import Numbers, Queue
from hongxian.shapes.sheet import Big, Section, Sheet, Signed
from hongxian.shapes.shown import Beside
from hongxian.shapes.stat import Stat, Stats
from hongxian.shapes.table import Table

__all__ = [
    "Add",
    "Beside",
    "Big",
    "Board",
    "Brought",
    "Button",
    "CalendarEntry",
    "Card",
    "Cards",
    "Cells",
    "Chart",
    "Chat",
    "Facts",
    "Go",
    "Grid",
    "GridRow",
    "Head",
    "Held",
    "Link",
    "Map",
    "Masked",
    "Numbers",
    "Pages",
    "Point",
    "Print",
    "Qr",
    "Queue",
    "Section",
    "Sheet",
    "Signed",
    "Stat",
    "Stats",
    "Table",
    "Tag",
    "Tone",
    "codes_in_brief",
    "on_calendar",
    "row_code",
]
