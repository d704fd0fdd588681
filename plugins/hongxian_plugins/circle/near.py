"""What is open now near a gate, by minutes, a kind a button; the same for the chat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, time

from peewee import CharField

from hongxian import Reference, Store, Text, local_now, local_today, view
from hongxian.contracts import Occasion, given
from hongxian.doubles import Doubles
from hongxian.shapes import Beside, Card, Cards, Chat, Go, Print
from hongxian.text import joined
from hongxian_plugins.circle.hours import spans_text
from hongxian_plugins.circle.opening import Opening, Standing, calendar_note
from hongxian_plugins.circle.records import VENUE, Venue
from hongxian_plugins.circle.trades import CHOICES, TIERS, TRADES, trade_of
from hongxian_plugins.circle.walking import Walking, gate_here, gates

FROM = Reference(
    "circle.gate",
    verbose_name=Text("从哪里走", "From"),
    null=True,
    help_text=Text("出发点；不填就用第一个。", "A gate; the first where it is empty."),
)
_KIND = CharField(
    verbose_name=Text("业态", "Kind"),
    max_length=20,
    choices=CHOICES,
    null=True,
    help_text=Text("不选就是全部。", "All where it is empty."),
)
_CHAT_LINES = 40
_OCCASIONS = 3
_CARDS = 120


def venues(*kinds: str) -> list[Venue]:
    """Those that people may be sent to, each once however often it was entered, of some kinds or of all."""
    query = Venue.select().where(Venue.state.in_(("open", "paused")))
    query = query.where(Venue.kind.in_(kinds)) if kinds else query
    doubles = Doubles(VENUE)
    return [
        each for each in query.order_by(Venue.name, Venue.id) if doubles.first(each.id) == each.id
    ]


def phone_of(venue: Venue, today: date) -> str:
    """The number that the public may call today; one whose owner withdrew it is told no more."""
    is_over = venue.phone_until is not None and venue.phone_until < today
    return "" if is_over or not venue.phone else str(venue.phone)


@view(
    title=Text("现在开门", "Open now"),
    usual=True,
    asks={"gate": FROM, "kind": _KIND},
    icon="geo-alt",
    card=True,
    audience=("leader", "public"),
)
def open_now(store: Store, gate: str | None, kind: str | None) -> Beside:
    """What is open first, the nearest first; then what opens later; each with its minutes."""
    now, here, found = local_now(store), gate_here(gate), venues()
    opening = Opening(now)
    told = [
        (each, opening.standing(each), minutes)
        for each, minutes in Walking(store, here).nearest_first(found)
        if kind in (None, each.kind)
    ]
    told.sort(key=lambda each: 0 if each[1].is_open else 1 if each[1].later else 2)
    open_ones = sum(standing.is_open for _, standing, _ in told)
    note = Text("{hour} 开着 {n} 家", "{n} open at {hour}").format(hour=f"{now:%H:%M}", n=open_ones)
    notes = [note, *_also_today(store), *filter(None, [calendar_note(now.date())])]
    cards = Cards(
        [_card(*each) for each in told[:_CARDS]],
        of=Venue,
        among=[Go(each.name, {"gate": each.id}, here=each == here) for each in gates()],
        asked=Text("从", "From"),
        filters=list(_kinds(found, kind)),
    )
    return Beside(
        [cards],
        title=Text("现在开门", "Open now"),
        note=joined(notes, " · "),
        presses=[
            Go(Text("地图", "Map"), {"gate": here.id if here else None}, view="circle.map"),
            Print(Text("大字折页", "Leaflet"), "circle.leaflet"),
        ],
    )


def _card(venue: Venue, standing: Standing, minutes: int | None) -> Card:
    return Card(
        venue.name,
        "–" if minutes is None else minutes,
        Text("分钟", "min"),
        icon=trade_of(venue.kind).icon,
        state=standing.word,
        tone=standing.tone,
        id=venue.id,
        note=venue.address,
    )


def _kinds(found: Sequence[Venue], kind: str | None) -> Iterator[Go]:
    """A button of each kind that there is."""
    there = {each.kind for each in found}
    yield Go(Text("全部", "All"), {"kind": None}, here=kind is None)
    for name, trade in TRADES.items():
        if name in there:
            yield Go(trade.title, {"kind": name}, here=kind == name)


@view(
    title=Text("发到群里：今天开门", "For the chat: open today"),
    asks={
        "tier": CharField(
            verbose_name=Text("类别", "Class"),
            max_length=10,
            choices=list(TIERS.items()),
            default="public",
        )
    },
    icon="chat-square-text",
)
def chat(store: Store, tier: str) -> Chat:
    """The venues of a class with their hours of this day; where nobody knows, it says so."""
    opening, today = Opening(local_now(store)), local_today(store)
    kinds = [name for name, each in TRADES.items() if each.tier == tier]
    lines = []
    for each in venues(*kinds)[:_CHAT_LINES]:
        spans = opening.hours(each) if each.state == "open" else ()
        said = (
            Text("时间未知，请先打电话", "hours not known, call first")
            if spans is None
            else Text.of(spans_text(spans))
            if spans
            else Text("今天不开", "shut today")
        )
        lines.append(Text("{name} {hours}", "{name} {hours}").format(name=each.name, hours=said))
    head = Text("【今天开门】{day}", "[Open today] {day}").format(day=f"{today:%m-%d}")
    return Chat(joined([head, *lines, *_also_today(store)], Text("\n", "\n")))


def _also_today(store: Store) -> list[Text]:
    """What somebody offers here today alone, such as a stall of grinding: whoever gives an `Occasion`."""
    today = local_today(store)
    found = {one for _, one in given(store, Occasion, since=today, until=today) if one}
    lines = []
    for each in sorted(found, key=lambda one: (one.opens or time.min, one.title))[:_OCCASIONS]:
        hours = [f"{hour:%H:%M}" for hour in (each.opens, each.closes) if hour]
        said = " ".join(filter(None, [each.title, "–".join(hours), each.place]))
        lines.append(Text("今天还有 {what}", "Also today: {what}").format(what=said))
    return lines
