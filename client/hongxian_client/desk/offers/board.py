"""A board of a plugin's, drawn: a free place is pressed to fill it, or what is on its way is put there.

Nothing of it needs a script: which record is on its way stands in the address.
"""

from __future__ import annotations

from flask import render_template, request, url_for
from markupsafe import Markup

from hongxian.collections.local_time import local_now
from hongxian.model.workflow import Tone
from hongxian.plugins.offering import offers
from hongxian.plugins.offers import Action
from hongxian.shapes.board import Board, Head, Held
from hongxian.shapes.cells import Button, name_of
from hongxian.text import Text
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.offers.cells import address_of, cell_of
from hongxian_client.plugins.offers import leader
from hongxian_web import words
from hongxian_web.navigation import with_query

MOVING = "moving"
"""In an address: the record that is on its way to another place."""


def drawn_board(shown: Board, rows: int | None) -> Markup:
    """A board with so many of its rows as safe HTML."""
    page = _Page(shown)
    return Markup(
        render_template(
            "desk/board.html",
            board=shown,
            page=page,
            places=list(shown.places())[:rows],
            legend=_legend(shown),
            books=_books(shown),
            now=f"{local_now(current_desk().replica):%H:%M}",
            address=address_of,
            note=words.marked(shown.note),
            about=cell_of(shown.about) if shown.about else "",
        )
    )


def _legend(board: Board) -> list[tuple[Tone, Text | str]]:
    """Each state on it once, by its colour and word."""
    return list(dict.fromkeys((each.tone, each.state) for each in board.held if each.state))


def _books(board: Board) -> Text | str:
    """What a press on a free place does, as the action calls itself; "" where it does nothing."""
    found = offers(current_desk().replica, Action, leader(current_desk().replica)).get(board.book)
    return found.offer.title if found else ""


class _Page:
    """The addresses of one drawing of a board."""

    def __init__(self, board: Board) -> None:
        self._board = board
        asked = request.args.get(MOVING)
        self.moving = next((each for each in board.held if each.id == asked and each.moves), None)
        self._args = {name: value for name, value in request.args.items() if name != MOVING}
        self.here = with_query(request.path, self._args)
        """This page with nothing on its way."""

    def record(self, held: Held) -> str:
        return url_for("records.show", name=name_of(self._board.of), id=held.id)

    def start(self, held: Held) -> str:
        """This page with a record on its way."""
        return with_query(request.path, {**self._args, MOVING: held.id})

    def fill(self, row: Head, column: Head) -> str:
        """The form of the action that fills a place."""
        return address_of(Button("", self._board.book, self._board.values_of(row, column)))

    @property
    def book(self) -> str:
        """The action that fills a place at once."""
        return url_for("offers.do", name=self._board.book)

    @property
    def put(self) -> str:
        """The action that brings what is on its way to a place."""
        return url_for("offers.do", name=self._board.move, id=self.moving.id if self.moving else "")
