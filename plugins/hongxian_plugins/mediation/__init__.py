"""Mediation: neighbourly settling, and people's mediation cases by the law's steps."""

from __future__ import annotations

from hongxian import Record, Store, Text, hookimpl
from hongxian_plugins.mediation.case import ArchiveBook, Case
from hongxian_plugins.mediation.figure import Figure, draw_figures
from hongxian_plugins.mediation.note import Note
from hongxian_plugins.mediation.papers import (
    Agreement,
    Enclosure,
    Party,
    Reading,
    Session,
    Visit,
)
from hongxian_plugins.mediation.reading import note_readings
from hongxian_plugins.mediation.setting import Setting

__all__ = [
    "Agreement",
    "Case",
    "Enclosure",
    "Figure",
    "Note",
    "Party",
    "Reading",
    "Session",
    "Setting",
    "Visit",
]

title = Text("老娘舅调解", "Mediation")
icon = "chat-square-text"


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    kept = [Case, Party, Session, Agreement, Visit, Enclosure, Reading]
    return [*kept, Note, Figure, ArchiveBook, Setting]


@hookimpl
def hongxian_record_was_stored(store: Store, collection: str) -> None:
    if store.kind == "hub" and collection in ("mediation.case", "mediation.agreement"):
        draw_figures(store)


@hookimpl
def hongxian_records_were_read(store: Store, collection: str, ids: list[str], how: str) -> None:
    note_readings(store, collection, ids, how)


@hookimpl
def hongxian_demo_was_asked(store: Store, seed: int) -> None:
    from hongxian_plugins.mediation.demo import fill

    fill(store, seed)
