"""On anybody's phone: how many are before a slip, and what the next fair has where and when."""

from __future__ import annotations

from hongxian import Store, Text, local_today, view
from hongxian.codes import NoSuchCode, code_field, found_by_code, record_by_code
from hongxian.days import day_ahead
from hongxian.shapes import Beside, Facts, Table
from hongxian.turns import waiting_words
from hongxian_plugins.caravan.counter.board import turns_of
from hongxian_plugins.caravan.counter.gives import turnouts
from hongxian_plugins.caravan.counter.records import SLIP, Slip
from hongxian_plugins.caravan.counter.stall import ahead_of, in_order
from hongxian_plugins.caravan.fairs import (
    FAIR,
    NO_FAIR,
    PROVIDERS,
    STALL,
    Fair,
    Stall,
    fair_meant,
    stalls_of,
)
from hongxian_plugins.caravan.services import SERVICES


@view(
    title=Text("大篷车排到几号", "My turn at the caravan"),
    audience="public",
    icon="ticket-perforated",
    asks={"code": code_field(Text("号条上的码", "Code on the slip"))},
    scans=lambda store, code: record_by_code(Slip, code) is not None,
)
def my_number(store: Store, code: str) -> Beside:
    """By the code of a slip alone, and nothing of who holds it."""
    slip = found_by_code(Slip, code)
    stall = Stall.get_or_none(Stall.id == slip.stall)
    if stall is None:
        raise NoSuchCode
    line = Slip.select().where(Slip.stall == slip.stall, Slip.caller == slip.caller)
    turns = turns_of(stall, in_order(line))
    return turns.told_to(slip, ahead_of(slip), stall.told, SLIP.title_of(slip.state))


@view(title=Text("下次大篷车", "The next caravan"), audience="public", icon="truck")
def next_fair(store: Store) -> Beside:
    """Where and when it is, what there is at which stall, and how many wait there."""
    fair = fair_meant(None)
    if fair is None:
        return Beside([Table((), [], note=NO_FAIR)])
    return Beside([_where(store, fair), _services(store, fair)], title=fair.title)


def _where(store: Store, fair: Fair) -> Facts:
    hours = f"{fair.opens:%H:%M}–{fair.closes:%H:%M}"
    day = day_ahead(fair.date, local_today(store))
    return Facts(
        [
            (Text("哪天", "When"), [day, hours]),
            (Text("在哪儿", "Where"), fair.place),
            (Text("下雨", "If it rains"), fair.rain_plan),
            (Text("情况", "Standing"), FAIR.title_of(fair.state)),
        ]
    )


def _services(store: Store, fair: Fair) -> Table:
    stalls, providers = stalls_of(fair.id), dict(PROVIDERS)
    counts = turnouts(store, fair, stalls)
    is_today = fair.date == local_today(store)
    rows = [
        [
            SERVICES[each.service].title,
            each.letter,
            providers[each.provider],
            each.prices if each.provider == "paid" else "",
            waiting_words(counts[each.id].waiting, each.minutes_each) if is_today else "",
            STALL.title_of(each.state) if is_today else "",
        ]
        for each in stalls
    ]
    return Table((Text("项目", "Service"), Text("摊位", "Stall"), "", "", "", ""), rows)
