"""What plugins offer beyond records: finding an offer, reading what it asks for, carrying it out.

The same for the command line and the pages. An offer that cannot be used is left out and told as
a trouble of its plugin; the others stay.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import peewee

from hongxian.errors import BadPlugin, HongxianError, Invalid, Refused, Usage
from hongxian.kinds.column import Column
from hongxian.kinds.registry import column_of
from hongxian.kinds.schema import Checker
from hongxian.plugins.offers import Action, Chart, Document, Table, View
from hongxian.plugins.plugin import Plugin
from hongxian.row import Row
from hongxian.text import Text
from hongxian.values import Value, Values
from hongxian_client.replica.replica import Replica
from hongxian_client.text.assignments import Assignment, column_values
from hongxian_client.text.format import record_as_json
from hongxian_client.text.query import find_row

ACTIONS, VIEWS, DOCUMENTS = "hongxian_actions", "hongxian_views", "hongxian_documents"
"""The hooks by which plugins offer."""
_TYPES: dict[str, type[Action] | type[View] | type[Document]] = {
    ACTIONS: Action,
    VIEWS: View,
    DOCUMENTS: Document,
}


class UnknownOffer(Usage):
    """No plugin here offers this."""

    message = Text(
        "没有名为 {name!r} 的项目。现有：{known}",
        "Nothing here is called {name!r}. There are: {known}",
    )


class NotOffered(Refused):
    """The record is not as the offer needs it."""

    message = Text(
        "记录 {id} 现在的情况不能用 {name}。可用的：{fitting}",
        "{name} is not for record {id} as it is now. These are: {fitting}",
    )


class OfferFailed(HongxianError):
    """A plugin broke while it did what was asked for."""

    message = Text(
        "插件 {plugin} 在 {name} 出错（{detail}）。没写完的都已撤回；"
        "错误已记下：hongxian plugin list",
        "The plugin {plugin} broke at {name} ({detail}). What it had not finished writing was"
        " taken back; the error is kept: hongxian plugin list",
    )
    status = 500


@dataclass(frozen=True)
class Offered:
    """One offer, whose it is, and what it asks for as columns."""

    offer: Action | View | Document
    plugin: Plugin
    columns: Mapping[str, Column] = field(repr=False)

    @property
    def name(self) -> str:
        """By which it is called."""
        return self.offer.name

    @property
    def collection(self) -> str:
        """Of whose records one is needed; "" for none."""
        return self.offer.collection

    def fits(self, replica: Replica, row: Row) -> bool:
        """Whether it is for this record as it is now; raises `OfferFailed`."""
        if not isinstance(self.offer, Action):
            return True
        with _blaming(self):
            record = record_as_json(replica.collection(self.collection), row)
            return bool(self.offer.fits(record))


# -- finding -------------------------------------------------------------------------------------


def offers(replica: Replica, hook: str) -> dict[str, Offered]:
    """All that plugins offer by one of the three hooks, by name; the first plugin keeps a name."""
    found: dict[str, Offered] = {}
    for plugin, answer in replica.plugins.answers(hook):
        try:
            listed = list(answer or ())
        except Exception as error:
            plugin.failed(hook, error)
            continue
        for offer in listed:
            try:
                made = _offered(replica, hook, plugin, offer)
                if made.name in found:
                    holder = found[made.name].plugin.name
                    raise BadPlugin(detail=f"the plugin {holder} offers {made.name} already")
                found[made.name] = made
            except Exception as error:
                plugin.failed(hook, error)
    return found


def find_offer(replica: Replica, hook: str, name: str) -> Offered:
    """One of them; raises `UnknownOffer` with those that exist."""
    found = offers(replica, hook)
    if name not in found:
        raise UnknownOffer(name=name, known=list(found) or "-")
    return found[name]


def find_record(replica: Replica, offered: Offered, id: str) -> Row:
    """The record that is meant; raises `RecordUnknown`, or `NotOffered` if it is not for this one."""
    row = find_row(replica.collection(offered.collection), id)
    if not offered.fits(replica, row):
        fitting = list(_fitting(replica, offered.collection, row)) or "-"
        raise NotOffered(name=offered.name, id=row.id, fitting=fitting)
    return row


def _fitting(replica: Replica, collection: str, row: Row) -> Iterator[str]:
    """The names of the actions that are for a record as it is now."""
    for each in offers(replica, ACTIONS).values():
        with suppress(OfferFailed):
            if each.collection == collection and each.fits(replica, row):
                yield each.name


def _offered(replica: Replica, hook: str, plugin: Plugin, offer: object) -> Offered:
    """An offer with its columns; raises whatever is wrong with it."""
    if not isinstance(offer, _TYPES[hook]):
        wanted, given = _TYPES[hook].__name__, type(offer).__name__
        raise BadPlugin(detail=f"{hook} answers with {wanted}s, not with {given}")
    columns = {name: _column(offer, name, asked) for name, asked in offer.asks.items()}
    made = Offered(offer, plugin, columns)
    if made.collection:
        replica.collection(made.collection)
    return made


def _column(offer: Action | View | Document, name: str, asked: peewee.Field) -> Column:
    named = copy.copy(asked)  # peewee names a field when a model takes it in, and no model does
    named.name = name
    column = column_of(type(offer), named, None)
    if not column.asked_later:
        raise BadPlugin(
            detail=f"{offer.name} asks for a {column.kind_name}: {name}; use IntegerField"
        )
    return column


# -- what it asks for ----------------------------------------------------------------------------


def values_for(replica: Replica, offered: Offered, given: Sequence[Assignment]) -> Values:
    """All that it asks for, as its fields read it (a `DateField` a date); what is blank by default.

    Raises `UnknownField`, or `Invalid` with every field that is wrong or missing.
    """
    typed = column_values(replica, offered.name, offered.columns, given)
    filled = {name: value for name, value in typed.items() if value not in (None, frozenset())}
    sets = {name: value for name, value in filled.items() if isinstance(value, frozenset)}
    plain = {name: value for name, value in filled.items() if name not in sets}
    plain, reasons = Checker(offered.columns).check_one(plain, whole=True)
    reasons = {name: why for name, why in reasons.items() if name not in sets}
    if reasons:
        raise Invalid(collection=offered.name, reasons=reasons)
    return {
        name: sets.get(name)
        or (asked.python_value(plain[name]) if name in plain else _default(asked))
        for name, asked in offered.offer.asks.items()
    }


def _default(asked: peewee.Field) -> Value:
    return asked.default() if callable(asked.default) else asked.default


# -- carrying it out -----------------------------------------------------------------------------


def carry_out(
    replica: Replica, offered: Offered, row: Row | None, values: Mapping[str, Value]
) -> Any:  # Any: of each kind of offer something else, as told here
    """What an action tells, a view's `Table` or `Chart`, or a document's HTML.

    Raises what the plugin refuses, and `OfferFailed` for anything else that goes wrong in it. An
    action opens its own transactions: one that it does not end leaves nothing behind.
    """
    offer = offered.offer
    with _blaming(offered):
        if isinstance(offer, View):
            of_what = [row.id] if row else []
            return _sound(offer.run(replica, *of_what, **values))
        told = offer.run(replica, row.id if row else None, **values)
        if isinstance(offer, Document) and not isinstance(told, str):
            raise TypeError(f"it returned {type(told).__name__}, not the HTML of a page")
        return told


def _sound(shown: object) -> Table | Chart:
    """What a view shows, if it has a cell for each header, or a number for each label."""
    if isinstance(shown, Chart):
        if any(len(numbers) != len(shown.labels) for _title, numbers in shown.series):
            raise ValueError(f"a series has not {len(shown.labels)} numbers, one for each label")
        return shown
    if not isinstance(shown, Table):
        raise TypeError(f"it returned {type(shown).__name__}, not a Table or a Chart")
    if any(len(row) != len(shown.headers) for row in shown.rows):
        raise ValueError(f"a row has not {len(shown.headers)} cells, one for each header")
    if shown.ids and len(shown.ids) != len(shown.rows):
        raise ValueError(f"{len(shown.ids)} ids for {len(shown.rows)} rows")
    return shown


@contextmanager
def _blaming(offered: Offered) -> Iterator[None]:
    """Let refusals through; keep any other error as a trouble of the plugin and raise `OfferFailed`."""
    try:
        yield
    except HongxianError:
        raise
    except Exception as error:
        offered.plugin.failed(offered.name, error)
        detail = f"{type(error).__name__}: {error}"
        raise OfferFailed(plugin=offered.plugin.name, name=offered.name, detail=detail) from error
