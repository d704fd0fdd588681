"""Finding what plugins offer, by whom it may be had, and carrying it out: laptop and hub alike.

An offer that cannot be used is left out and told as an error of its plugin; the others stay. One of
records whose plugin is not here is left out, and is no error: removing a plugin breaks no other.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Collection as Some
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, TypeVar

import peewee

from hongxian.collections.store_protocol import PresentStore
from hongxian.errors import BadPlugin, HongxianError, Refused, Usage
from hongxian.kinds.column import Column
from hongxian.kinds.registry import column_of
from hongxian.model.record import Record
from hongxian.plugins.loading import Plugins
from hongxian.plugins.offers import Action, Asks, Document, Offer, View
from hongxian.plugins.phones import phones_of
from hongxian.plugins.plugin import Plugin
from hongxian.plugins.pointing import wrong_pointers
from hongxian.plugins.sharing import sharings_of
from hongxian.plugins.steps import steps_of
from hongxian.plugins.viewer import Viewer
from hongxian.plugins.voiding import voidings_of
from hongxian.shapes.cells import name_of
from hongxian.shapes.sheet import Sheet
from hongxian.shapes.shown import Shown, with_records
from hongxian.text import Text
from hongxian.words.logs import stands_at
from hongxian.words.nearest import nearest
from hongxian.words.values import Value

Kind = TypeVar("Kind", bound=Offer)
AKind = TypeVar("AKind", bound=Offer, covariant=True)


class OfferingStore(PresentStore, Protocol):
    """A laptop or hub with its plugins."""

    plugins: Plugins
    owners: dict[str, Plugin]


class UnknownOffer(Usage):
    """No plugin here offers this, or not to whoever asks."""

    message = Text(
        "没有名为 {name!r} 的项目。名字最近的：{nearest}",
        "Nothing here is called {name!r}. The nearest names: {nearest}",
    )


class NotOffered(Refused):
    """The record is not in a state that the offer applies to."""

    message = Text(
        "记录 {id} 现在的情况不能用 {name}。可用的：{fitting}",
        "{name} does not apply to record {id} as it is now. Available: {fitting}",
    )


class NotForYou(Refused):
    """What is offered is not for whoever asks for it."""

    message = Text(
        "{name} 不是给这里看的。请在它该用的地方打开。",
        "{name} is not available here. Open it where it is meant to be used.",
    )
    status = 403


class OfferFailed(HongxianError):
    """A plugin failed while doing what it was asked to do."""

    message = Text(
        "插件 {plugin} 在 {name} 出错（{detail}）。没写完的都已撤回；"
        "错误已记下：hongxian plugin list",
        "The plugin {plugin} failed in {name} ({detail}). Whatever it had not finished writing was"
        " undone; the error is kept: hongxian plugin list",
    )
    status = 500


@dataclass(frozen=True)
class Offered(Generic[AKind]):
    """One offer, whose it is, and what it asks for as columns."""

    offer: AKind
    plugin: Plugin
    columns: Mapping[str, Column] = field(repr=False)
    settled: Some[str] = ()
    """Of what it asks for, what a page need not ask."""

    @property
    def name(self) -> str:
        """By which it is called."""
        return f"{self.plugin.name}.{self.offer.run.__name__}"

    @property
    def collection(self) -> str:
        """Of whose records one is needed; "" for none."""
        return name_of(self.offer.of) if self.offer.of else ""

    def is_for(self, viewer: Viewer) -> bool:
        """Whether it is for whoever asks."""
        return viewer.may_have(self.offer.audiences, name_of(self.offer.whose))

    def is_theirs(self, record: Record | None, viewer: Viewer) -> bool | None:
        """Whether it is for who asks about themselves, of this record or of none; None where it does not say."""
        with _blaming(self):
            theirs = self.offer.theirs
            return None if theirs is None else bool(theirs(record, viewer))

    def fits(self, record: Record) -> bool:
        """Whether it is for this record as it is now; raises `OfferFailed`."""
        with _blaming(self):
            return bool(self.offer.when(record))

    def said_of(self, record: Record | None, given: Mapping[str, str]) -> Text | None:
        """What is to be known before it is done, of the record or by what is `given`; raises `OfferFailed`."""
        with _blaming(self):
            if record is None and self.collection:
                return None
            return self.offer.says(record if self.collection else given)

    def beside(self, record: Record) -> object:
        """What stands beside it where it is a record's next step, else None; raises `OfferFailed`."""
        with _blaming(self):
            return self.offer.next(record) if isinstance(self.offer, Action) else None

    def asked_of(self, record: Record | None) -> Offered[AKind]:
        """The same, as it is asked of one record."""
        if record is None:
            return self
        with _blaming(self):
            asks = self.offer.asks_of(record)
        columns = _columns(self.offer, asks)
        return Offered(
            replace(self.offer, asks=asks), self.plugin, columns, self.offer.settled(record)
        )


# -- finding -------------------------------------------------------------------------------------


def offers(
    store: OfferingStore,
    kind: type[Kind],
    viewer: Viewer,
    wanted: Callable[[Offered[Kind]], bool] = lambda _: True,
) -> dict[str, Offered[Kind]]:
    """All of a kind that plugins offer to whoever asks, by name; the first plugin keeps a name.

    Of what is not wanted nobody asks what may be chosen now.
    """
    mine = filter(wanted, declared(store, kind, viewer))
    return {each.name: made for each in mine if (made := as_it_can_be(each)) is not None}


def declared(store: OfferingStore, kind: type[Kind], viewer: Viewer) -> list[Offered[Kind]]:
    """All of a kind that is for whoever asks, without what may be chosen now: no record is asked for it."""
    known = (kind, *store.collections.values())
    found: list[Offered[Kind]] = store.plugins.once(known, lambda: list(_found(store, kind)))
    asks = (viewer.audience, viewer.of, *known)
    return store.plugins.once(asks, lambda: [each for each in found if each.is_for(viewer)])


def _found(store: OfferingStore, kind: type[Kind]) -> Iterator[Offered[Kind]]:
    names: dict[str, str] = {}
    for plugin in store.plugins.all:
        for offer in _declared(store, plugin, kind):
            if _waits_for_a_plugin(store, offer):
                continue
            try:
                made = _offered(store, plugin, offer)
                if made.name in names:
                    holder = names[made.name]
                    raise BadPlugin(detail=f"the plugin {holder} offers {made.name} already")
                names[made.name] = plugin.name
                yield made
            except Exception as error:
                plugin.failed(kind.__name__, error)


def _by_name(store: OfferingStore) -> dict[str, dict[str, Offer]]:
    """Of each plugin here all that it offers to anybody, by kind and name, such as "Action lending.extend"."""

    def found() -> dict[str, dict[str, Offer]]:
        return {
            plugin.name: {
                f"{kind.__name__} {plugin.name}.{each.run.__name__}": each
                for kind in (Action, View, Document)
                for each in _declared(store, plugin, kind)
            }
            for plugin in store.plugins.all
            if plugin.loaded
        }

    return store.plugins.once(("by name", *store.collections.values()), found)


def _varies(offer: Offer) -> bool:
    return any(callable(each.choices) for each in offer.asks.values())


def _as_it_is(offered: Offered[Kind]) -> Offered[Kind]:
    """With what may be chosen now, where that is asked of records; raises what its plugin does."""
    if len(offered.columns) == len(offered.offer.asks):  # what varies has none before it is asked
        return offered
    return replace(offered, columns=_columns(offered.offer, offered.offer.asks))


def as_it_can_be(offered: Offered[Kind]) -> Offered[Kind] | None:
    """With what may be chosen now; None where it is refused (no team yet) or breaks."""
    try:
        return _as_it_is(offered)
    except Refused:
        return None
    except Exception as error:
        offered.plugin.failed(type(offered.offer).__name__, error)
        return None


def _waits_for_a_plugin(store: OfferingStore, offer: Offer) -> bool:
    """Whether it is of another plugin's records by name, and no plugin here brings any of theirs."""
    if not offer.of or not isinstance(offer.of, str):
        return False
    brought = offer.of.partition(".")[0] + "."
    return not any(each.startswith(brought) for each in store.collections)


def _declared(store: OfferingStore, plugin: Plugin, kind: type[Kind]) -> Iterator[Any]:
    """What its functions are marked as, and what follows from its collections."""
    yield from plugin.marked(kind.__name__)
    own = [each for each in store.collections.values() if store.owners.get(each.name) is plugin]
    if kind is Action:
        yield from steps_of(plugin, own)
        yield from voidings_of(plugin, own)
    made = (*sharings_of(plugin, own), *phones_of(store.plugins.all, plugin, own))
    yield from (each for each in made if isinstance(each, kind))


def find_offer(store: OfferingStore, kind: type[Kind], name: str, viewer: Viewer) -> Offered[Kind]:
    """One of them; raises `UnknownOffer` with those that exist, or why it cannot be had now."""
    for each in declared(store, kind, viewer):
        if each.name == name:
            with _blaming(each):
                return _as_it_is(each)
    raise UnknownOffer(name=name, nearest=nearest(name, offers(store, kind, viewer)))


def _offered(store: OfferingStore, plugin: Plugin, offer: Kind) -> Offered[Kind]:
    """An offer with its columns, but for those that vary; raises whatever is wrong with it."""
    made = Offered(offer, plugin, {} if _varies(offer) else _columns(offer, offer.asks))
    if made.collection:
        store.collection(made.collection)
    return made


def _columns(offer: Offer, asks: Asks) -> dict[str, Column]:
    return {name: _column(offer, name, asked) for name, asked in asks.items()}


def _column(offer: Offer, name: str, asked: peewee.Field) -> Column:
    named = copy.copy(asked)  # peewee names a field when a model takes it in, and no model does
    named.name = name
    if callable(named.choices):
        named.choices = named.choices()
    model = getattr(asked, "model", None)
    own = (
        getattr(model._meta, "merges", {}).get(asked.name) if model else None
    )  # as it merges there
    column = column_of(type(offer), named, own)
    if not column.asked_later:
        function, kind = offer.run.__name__, column.kind_name
        raise BadPlugin(detail=f"{function} asks for a {kind}: {name}; use IntegerField")
    return column


# -- carrying it out -----------------------------------------------------------------------------


def carry_out(
    store: OfferingStore,
    offered: Offered[Offer],
    record: Record | None,
    values: Mapping[str, Value],
    viewer: Viewer,
) -> Any:  # Any: of each kind of offer something else, as told here
    """What an action tells, one of a view's shapes, or what a document prints.

    Raises `NotForYou`, what the plugin refuses, and `OfferFailed` for anything else that goes wrong
    in it. An action opens its own transactions: one that it does not end leaves nothing behind.
    """
    offer = offered.offer
    if not offered.is_for(viewer):
        raise NotForYou(name=offered.name)
    with _blaming(offered):
        of_what = [] if record is None else [record]
        asked = {"viewer": viewer} if "viewer" in inspect.signature(offer.run).parameters else {}
        told = offer.run(store, *of_what, **values, **asked)
        if isinstance(offer, View):
            shown = with_records(store, _sound(told))
            for each in wrong_pointers(shown, _by_name(store)):
                offered.plugin.failed(offered.name, each, stands_at(offer.run))
            return shown
        if isinstance(offer, Document):
            return _printable(told)
        return told


def _printable(told: object) -> Sheet | str:
    """What a document prints, if it can be."""
    if isinstance(told, Sheet):
        told.refuse_uneven()
    elif not isinstance(told, str):
        raise TypeError(f"it returned {type(told).__name__}, not a Sheet or the HTML of a page")
    return told


def _sound(shown: object) -> Shown:
    """What a view shows, if it can be drawn."""
    if not isinstance(shown, Shown):
        raise TypeError(f"it returned {type(shown).__name__}, not a Table or another shape")
    shown.refuse_uneven()
    return shown


@contextmanager
def _blaming(offered: Offered[Offer]) -> Iterator[None]:
    """Let refusals through; keep any other error as an error of the plugin and raise `OfferFailed`."""
    try:
        yield
    except HongxianError:
        raise
    except Exception as error:
        offered.plugin.failed(offered.name, error)
        detail = f"{type(error).__name__}: {error}"
        raise OfferFailed(plugin=offered.plugin.name, name=offered.name, detail=detail) from error
