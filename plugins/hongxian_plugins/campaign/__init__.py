"""Campaign: many served in a few days, counted by many hands; posts, material, a desk for who has no phone."""

from __future__ import annotations

from datetime import date

from hongxian import Record, Store, Text, hookimpl
from hongxian.shapes import CalendarEntry
from hongxian_plugins.campaign.counting import Correction, Count
from hongxian_plugins.campaign.desk import DeskBook, DeskNumber, Issue
from hongxian_plugins.campaign.material import Material, Move
from hongxian_plugins.campaign.posts import Post, Stand
from hongxian_plugins.campaign.records import Campaign, Session, Site, Unit
from hongxian_plugins.campaign.setting import CampaignRules

__all__ = [
    "Campaign",
    "CampaignRules",
    "Correction",
    "Count",
    "DeskBook",
    "DeskNumber",
    "Issue",
    "Material",
    "Move",
    "Post",
    "Session",
    "Site",
    "Stand",
    "Unit",
]

title = Text("大规模服务", "Campaigns")
icon = "megaphone"


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [
        Campaign,
        Site,
        Session,
        Unit,
        Post,
        Stand,
        Count,
        Correction,
        Material,
        Move,
        DeskBook,
        DeskNumber,
        Issue,
        CampaignRules,
    ]


@hookimpl
def hongxian_calendar_entries(first: date, last: date) -> list[CalendarEntry]:
    held = list(Session.select().where(Session.date.between(first, last)))
    names = {
        each.id: each.name
        for each in Campaign.select().where(Campaign.id.in_({each.campaign for each in held}))
    }
    return [
        CalendarEntry(
            each.date,
            names.get(each.campaign, "…"),
            of=Session,
            id=each.id,
            hour=each.begins,
        )
        for each in held
    ]


@hookimpl(trylast=True)  # the people come first, and the roster makes them
def hongxian_demo_was_asked(store: Store, seed: int) -> None:
    from hongxian_plugins.campaign.demo import fill

    fill(store, seed)
