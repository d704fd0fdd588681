"""The keeper's sessions: each a browser that logged in. Of its token, which the cookie holds, only the hash is here."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, Model

from hongxian.model.record import RecordMetadata


class Session(Model):  # type: ignore[misc]
    """One of them; it ends by leaving the table. Moments are in milliseconds since 1970."""

    number = BigIntegerField(primary_key=True)
    """By which people tell it; none is given twice."""
    token_hash = CharField(max_length=64, unique=True)
    began = BigIntegerField()
    used = BigIntegerField()
    """When it was last used, to the minute."""
    address = CharField(max_length=80)
    """From which it was used last."""

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_session"
