"""Roster: who is in the community, in which team, and how to reach them."""

from __future__ import annotations

from hongxian import Record, Store, Text, hookimpl
from hongxian_plugins.roster.guardian import Guardian
from hongxian_plugins.roster.records import Apart, Care, Contact, Membership, Person
from hongxian_plugins.roster.setting import RosterRules

__all__ = ["Care", "Contact", "Guardian", "Membership", "Person", "RosterRules"]

title = Text("志愿者名册", "Roster")
icon = "people"


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Person, Membership, Contact, Care, Guardian, Apart, RosterRules]


@hookimpl(tryfirst=True)  # everybody else's people are of these
def hongxian_demo_was_asked(store: Store, seed: int) -> None:
    from hongxian_plugins.roster.demo import fill

    fill(store, seed)
