"""Kinds of venue (业态): what each is called, its class, and its drawing; the ten basic ones are the ministry's.

商办流通函〔2021〕247号 names them. A kind says its class, so the two cannot contradict each other.
"""

from __future__ import annotations

from dataclasses import dataclass

from hongxian import Text

TIERS = {
    "basic": Text("基本保障", "Basic"),
    "better": Text("品质提升", "Better living"),
    "public": Text("公共服务", "Public service"),
}


@dataclass(frozen=True)
class Trade:
    """One kind."""

    title: Text
    tier: str
    icon: str


TRADES = {
    "shop": Trade(Text("便利店", "Convenience store"), "basic", "bag"),
    "supermarket": Trade(Text("超市", "Supermarket"), "basic", "basket"),
    "market": Trade(Text("菜市场", "Market"), "basic", "basket"),
    "breakfast": Trade(Text("早餐店", "Breakfast"), "basic", "cup"),
    "laundry": Trade(Text("洗染店", "Laundry"), "basic", "wind"),
    "hairdresser": Trade(Text("美发店", "Hairdresser"), "basic", "scissors"),
    "home_help": Trade(Text("家政", "Home help"), "basic", "house-heart"),
    "repair": Trade(Text("维修点", "Repairs"), "basic", "tools"),
    "pharmacy": Trade(Text("药店", "Pharmacy"), "basic", "bandaid"),
    "parcels": Trade(Text("快递点", "Parcels"), "basic", "box-seam"),
    "meals": Trade(Text("老年助餐点", "Meals for the elderly"), "better", "cup"),
    "childcare": Trade(Text("托育点", "Childcare"), "better", "umbrella"),
    "books": Trade(Text("书店书屋", "Books"), "better", "book"),
    "sport": Trade(Text("健身场所", "Sport"), "better", "sun"),
    "food": Trade(Text("餐饮店", "Restaurant"), "better", "cup"),
    "other": Trade(Text("其他店铺", "Other shop"), "better", "bag"),
    "party_centre": Trade(Text("党群服务中心", "Party and mass centre"), "public", "star-fill"),
    "day_care": Trade(Text("日间照料中心", "Day-care centre"), "public", "heart-pulse"),
    "school": Trade(Text("社区学校", "Community school"), "public", "book"),
    "culture": Trade(Text("综合文化活动室", "Culture room"), "public", "film"),
    "clinic": Trade(Text("卫生服务站", "Clinic"), "public", "heart-pulse"),
    "public": Trade(Text("其他公共服务", "Other public service"), "public", "people"),
}


def trade_of(kind: str) -> Trade:
    """A kind by its name; one of a later release is another shop here."""
    return TRADES.get(kind, TRADES["other"])


CHOICES = [(name, each.title) for name, each in TRADES.items()]


def trades_in(text: str) -> list[str]:
    """The kinds that a list of their titles names, in its order; raises `KeyError` for another word."""
    known = {word: name for name, each in TRADES.items() for word in (each.title.zh, each.title.en)}
    words = text.replace("，", "、").replace(",", "、").replace("\n", "、").split("、")
    return list(dict.fromkeys(known[each.strip()] for each in words if each.strip()))
