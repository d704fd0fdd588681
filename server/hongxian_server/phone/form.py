"""The form of an offer on a phone: what it asks for, what was typed, what was wrong.

A reference without choices is not asked for: to offer names by their first letters would list people.
"""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_hex
from typing import Any  # Any: what an offer gives

from flask import request

from hongxian.collections.collection import Collection
from hongxian.collections.refusals import told_of
from hongxian.errors import HongxianError, Invalid
from hongxian.kinds.column import Column
from hongxian.kinds.person import PersonColumn
from hongxian.kinds.phone import PhoneColumn
from hongxian.kinds.typed_input import WrongCell
from hongxian.plugins.filling import filled_in
from hongxian.plugins.offering import Offered, carry_out
from hongxian.plugins.offers import Offer
from hongxian.plugins.viewer import PERSON
from hongxian.text import Text
from hongxian.words.values import Values
from hongxian_server.current import current_hub
from hongxian_server.phone.door import who
from hongxian_server.phone.mine import Mine
from hongxian_server.phone.once import ONCE
from hongxian_server.phone.pieces import SENT, photos_sent
from hongxian_server.phone.scanning import CODE
from hongxian_web import words
from hongxian_web.inputs import Input, default_text, input_of, read
from hongxian_web.sent_files import sent_files

_FROM_ELSEWHERE = Text(
    "请先找到您要的那一项，再从那里点进来：这里要先知道“{labels}”。",
    "Find what you want first and come here from there: this has to know {labels}.",
)


class Form:
    """What one request has of an offer's form."""

    def __init__(self, mine: Mine) -> None:
        self.mine = mine
        self.offered = mine.offered.asked_of(mine.record)
        self._read = read(request.values, self.offered.columns)
        self.reasons: Mapping[str, list[Text]] = {}
        self.error: HongxianError | None = None
        self.status = 200
        self.chosen: set[str] = set()
        """What is chosen on what it shows."""

    @property
    def columns(self) -> dict[str, Column]:
        """What it asks for, but for what stands in the record already."""
        settled = self.offered.settled
        return {name: each for name, each in self.offered.columns.items() if name not in settled}

    @property
    def asks(self) -> bool:
        """Whether anything is to be typed or chosen first."""
        return any(each.name in self.reasons or not self._is_given(each) for each in self._shown())

    @property
    def lacks(self) -> bool:
        """Whether something that must be filled in is not."""
        return any(each.required and not self._text(each) for each in self.columns.values())

    @property
    def inputs(self) -> list[Input]:
        """What is typed or chosen."""
        return [self._input(each) for each in self._shown() if each.name not in self.chosen]

    @property
    def drawings(self) -> dict[str, Mapping[str, str]]:
        """Of each what is drawn beside its choices, by their values."""
        asks = self.offered.offer.asks
        return {name: getattr(asks[name], "drawings", {}) for name in self.columns}

    @property
    def given(self) -> dict[str, str]:
        """What the way here has filled in, and nobody types."""
        unseen = [each for each in self.columns.values() if not self._is_typed(each)]
        return {each.name: text for each in unseen if (text := self._text(each))}

    @property
    def things(self) -> list[tuple[str, str]]:
        """Of what the way here has filled in, what the thing is called, with its label."""
        hub, found = current_hub(), list[tuple[str, str]]()
        for name, text in self.given.items():
            column = self.columns[name]
            kind = hub.collections.get(column.reference or "")
            called = hub.name_of(kind.name, text) if kind and _is_of_things(kind) else ""
            if called:
                found.append((words.shown(column.label), called))
        return found

    @property
    def misses(self) -> list[Text | str]:
        """Labels of what nobody types, and the way here has not filled in: it is begun from elsewhere."""
        unseen = (each for each in self.columns.values() if not self._is_typed(each))
        return [each.label for each in unseen if each.required and not self._text(each)]

    @property
    def name(self) -> str:
        """Under which it is sent: that under which it was sent before, or a new one."""
        return request.form.get(ONCE) or token_hex(16)

    @property
    def said(self) -> Text | None:
        """What whoever fills it in is to know first."""
        return self.offered.said_of(self.mine.record, self.given)

    def carry_out(self) -> Any:
        """What the offer answers; raises what it refuses, `Invalid` with all that is wrong."""
        hub, values, reasons = current_hub(), dict[str, Any](), dict[str, list[Text]]()
        typed: Values = values
        photos = photos_sent(self.offered.name, self.columns, request.form)
        photos |= sent_files(self.offered.name, self.columns, request.files)
        for name, column in self.columns.items():
            text = photos.get(name) or self._text(column)
            try:
                column.assign(typed, "", text.replace("\r\n", "\n")) if text else None
            except WrongCell as wrong:
                reasons.setdefault(name, []).append(wrong.why)
        if reasons:
            raise Invalid(collection=self.offered.name, reasons=reasons)
        filled = filled_in(self.offered, typed)
        return carry_out(hub, self.offered, self.mine.record, filled, who())

    def refuse(self, error: HongxianError) -> None:
        """Say what was refused, beside what it is about."""
        self.status = error.status
        if isinstance(error, Invalid):
            self.reasons = error.facts["reasons"]
        seen = {each.name for each in self._shown()}
        if not self.reasons or self.reasons.keys() - seen:
            self.error = error

    @property
    def why_refused(self) -> str:
        """Why, for a page; "" for nothing that does not stand beside what was typed."""
        if self.misses:
            return words.marked(_FROM_ELSEWHERE.format(labels=self.misses))
        if self.error is None:
            return ""
        of = self.offered
        if self.error.facts.get("collection") != of.name:
            return words.refused(self.error)
        return words.marked(told_of(self.error, Text.of(of.offer.title), of.columns))

    def _shown(self) -> list[Column]:
        return [each for each in self.columns.values() if self._is_typed(each)]

    def _is_typed(self, column: Column) -> bool:
        """A code that the way here has brought nobody reads; one that was refused may be mended."""
        is_brought = column.name == CODE and self._is_given(column)
        return column.widget != "reference" and not is_brought

    def _is_given(self, column: Column) -> bool:
        return request.method == "GET" and column.name in request.args

    def _text(self, column: Column) -> str:
        usual = default_text(column) if request.method == "GET" else ""
        return self._read.get(column.name, usual)

    def _input(self, column: Column) -> Input:
        made = input_of(column, self._text(column), self.reasons.get(column.name, ()))
        if made.widget == "file":
            made.value = ""
        return made


def begins_by_hand(offered: Offered[Offer]) -> bool:
    """Whether all that it must be told can be typed: else it is only reached from what it is about."""
    required = (each for each in offered.columns.values() if each.required)
    return all(each.widget != "reference" for each in required)


def _is_of_things(collection: Collection) -> bool:
    """Whether its records are called by no person's name: what a stranger may read who has an id."""
    is_of_people = collection.name == PERSON or any(
        isinstance(each, PhoneColumn | PersonColumn) or each.reference == PERSON
        for each in collection.columns.values()
    )
    return not (collection.confidential or is_of_people)


__all__ = ["SENT", "Form"]
