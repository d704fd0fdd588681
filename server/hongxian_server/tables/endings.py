"""What is not to be kept any more and waits, because so much ends at once; see `history/ending.py`."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, CompositeKey, Model

from hongxian.model.record import RecordMetadata


class Ending(Model):  # type: ignore[misc]
    """A record, or one field of it, that ends; `since` is when that was seen, in milliseconds since 1970."""

    what = CharField(max_length=160)
    record = CharField(max_length=36)
    since = BigIntegerField()

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_ending"
        primary_key = CompositeKey("what", "record")
