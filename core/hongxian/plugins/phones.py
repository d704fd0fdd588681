"""Phones as offers: a leader lets somebody's phone in by a code that it scans, and ends one that is lost.

Whose phones may be let in follows from what plugins offer to "self": people, and merchants where a plugin has
something for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from peewee import ModelSelect

from hongxian.codes import phones_address, signed_qr
from hongxian.collections.builtin import Phone
from hongxian.collections.collection import Collection
from hongxian.collections.groups import group
from hongxian.collections.local_time import local_now, local_today
from hongxian.collections.store_protocol import PresentStore, present_store
from hongxian.days import day_in_words
from hongxian.errors import Refused
from hongxian.model.record import Record
from hongxian.plugins.of_collection import OfCollection
from hongxian.plugins.offers import Action, Document, Offer, View
from hongxian.plugins.plugin import Plugin
from hongxian.shapes.cells import Button, Go, Print, Tag, name_of
from hongxian.shapes.facts import Facts
from hongxian.shapes.sheet import Sheet
from hongxian.shapes.shown import Beside
from hongxian.shapes.table import Table
from hongxian.text import Text

LETS_IN = "hongxian.phone"
"""For what the codes are signed."""
HOURS_ON_SCREEN, DAYS_ON_PAPER = 2, 14
MOST_PHONES = 5
"""Of one person at once."""
_TITLE = Text("手机", "Phones")
_CODE = Text("本人用手机扫一扫", "Scan it with their phone")
_UNTIL = Text("有效到", "Good until")
_ONCE = Text(
    "一个码只能进一部手机。请当面给本人扫，不要拍照转发。",
    "One code lets one phone in. Show it to the person themself, and do not pass a photo of it on.",
)
_NO_PAGES = Text(
    "社区还没有开通手机页，请社区管理员在主机的管理页里开通。",
    "The community has no pages for phones yet; the clerk opens them on the hub's console.",
)
_PAPER, _ON_PAPER = (
    Text("打印给本人", "Print it for them"),
    Text("给本人扫的手机码", "Code for their phone"),
)
_END, _ENDED = Text("停用", "End it"), Text("已停用", "Ended")
_DONE = Text("已停用：那部手机再也进不来", "Ended: that phone comes in no more")
_HEADS = (Text("加入", "Let in"), Text("最近用过", "Last used"), "")


def phones_of(
    plugins: Iterable[Plugin], plugin: Plugin, collections: Iterable[Collection]
) -> Iterator[Offer]:
    """What a leader does about the phones of a plugin's own people, where any plugin offers something to them."""
    own = list(collections)
    if own:
        theirs = {
            name_of(offer.whose)
            for each in plugins
            for kind in (View, Action)
            for offer in each.marked(kind.__name__)
            if "self" in offer.audiences
        }
        for collection in own:
            if collection.name in theirs:
                yield from _Phones(plugin.name, collection).offers()


class _Phones(OfCollection):
    def offers(self) -> Iterator[Offer]:
        of = self.collection.model
        yield View(title=_TITLE, run=self.named(self._phones), of=of, page=True, icon="telephone")
        yield Action(title=_END, run=self.named(self._end_phone), of=Phone, when=self._is_theirs)
        yield Document(title=_ON_PAPER, run=self.named(self._phone_sheet), of=of, when=_has_pages)

    def _phones(self, store: PresentStore, record: Record) -> Beside | Table:
        table = Table(_HEADS, [self._row(store, each) for each in phones_let_in(record)])
        if not phones_address(store):
            return Table(_HEADS, table.rows, note=_NO_PAGES)
        until = local_now(store) + timedelta(hours=HOURS_ON_SCREEN)  # its second makes each another
        code = Facts(
            [(_CODE, signed_qr(store, LETS_IN, record, until)), (_UNTIL, f"{until:%Y-%m-%d %H:%M}")]
        )
        printed = Print(_PAPER, self.name_of(self._phone_sheet), record.id)
        return Beside([code, table], presses=[printed], foot=[_ONCE])

    def _row(self, store: PresentStore, phone: Phone) -> list[object]:
        today = local_today(store)
        days = [day_in_words(day, today) if day else "" for day in (phone.since, phone.used)]
        end = Button(_END, self.name_of(self._end_phone), id=phone.id, at_once=True)
        return [*days, Tag(_ENDED) if phone.ended else end]

    def _is_theirs(self, phone: Phone) -> bool:
        return str(phone.of) == self.collection.name and not phone.ended

    def _end_phone(self, store: PresentStore, phone: Phone) -> Go:
        store.edit(Phone, {phone.id: {"ended": True}})
        return Go(_DONE, view=self.name_of(self._phones), id=phone.record)

    def _phone_sheet(self, store: PresentStore, record: Record) -> Sheet:
        if not phones_address(store):
            raise Refused(_NO_PAGES)
        until = local_now(store) + timedelta(days=DAYS_ON_PAPER)
        code = signed_qr(store, LETS_IN, record, until)
        name = self.collection.names_of([record.id]).get(record.id, "")
        return Sheet(_CODE, [name, code, Facts([(_UNTIL, until)])], note=_ONCE)


def phones_let_in(record: Record) -> list[Phone]:
    """The phones of somebody, by whichever of their doubles they came in, the newest first."""
    return list(phones_let_in_as(record).order_by(Phone.id.desc()))


def phones_let_in_as(record: Record) -> ModelSelect:
    """The same, to be narrowed down."""
    name = str(record._meta.collection)
    theirs = (Phone.of == name) & Phone.record.in_(sorted(group(name, record.id)))
    return Phone.select().where(theirs)


def _has_pages(record: object) -> bool:
    return bool(phones_address(present_store()))
