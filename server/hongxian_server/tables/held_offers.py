"""Held offers: records that a laptop gave back to a hub which had lost them, and may not write itself.

Nobody can tell whether they were so. A laptop that may write them takes their place when it offers
the same; what is left is for the keeper.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

import orjson
from peewee import SQL, BigIntegerField, CharField, CompositeKey, Model, TextField

from hongxian.model.record import LONGEST_LAPTOP, RecordMetadata
from hongxian.model.row import Row


class HeldOffer(Model):  # type: ignore[misc]
    """A whole record as one laptop offered it."""

    collection = CharField(max_length=80)
    record = CharField(max_length=36)
    laptop = CharField(max_length=LONGEST_LAPTOP)
    at = BigIntegerField()
    row = TextField()

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_held_offer"
        primary_key = CompositeKey("collection", "record", "laptop")

    def as_row(self) -> Row:
        """The record."""
        return Row(**orjson.loads(self.row))


def hold(collection: str, rows: Iterable[Row], laptop: str, at: int) -> None:
    """Keep what a laptop offered, in place of what it had offered of the same records before."""
    for row in rows:
        same = (HeldOffer.collection == collection) & (HeldOffer.record == row.id)
        HeldOffer.delete().where(same & (HeldOffer.laptop == laptop)).execute()
        told = orjson.dumps(asdict(row)).decode()
        HeldOffer.create(collection=collection, record=row.id, laptop=laptop, at=at, row=told)


def held_offers(laptop: str | None = None) -> list[HeldOffer]:
    """What is held, of one laptop or of all, the oldest first."""
    found = HeldOffer.select().order_by(HeldOffer.at, HeldOffer.collection, HeldOffer.record)
    return list(found.where(HeldOffer.laptop == laptop) if laptop else found)


def deleted_by_others(collection: str, ids: Iterable[str], laptop: str) -> set[str]:
    """Those of the records that another laptop offered as deleted, and that are held."""
    condition, parameters = HeldOffer._meta.database.among("record", list(ids))
    found = HeldOffer.select().where(
        (HeldOffer.collection == collection)
        & (HeldOffer.laptop != laptop)
        & SQL(condition, parameters)
    )
    return {each.record for each in found if each.as_row().deleted}


def let_go(held: Iterable[HeldOffer]) -> None:
    """Strike these out."""
    for each in held:
        each.delete_instance()
