"""What phones have sent and was done, so that nothing is done twice, however often a line breaks."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, Model, TextField

from hongxian.engine.store import Store
from hongxian.model.record import RecordMetadata
from hongxian.model.stamp import DAY_MILLISECONDS

KEPT_DAYS = 30
"""So long a phone may be without a line and still send again what was done already."""


class PhoneSend(Model):  # type: ignore[misc]
    """One that was done: its name with the phone's id behind it, what it was answered (JSON), when (milliseconds
    since 1970).
    """

    id = CharField(primary_key=True, max_length=160)
    at = BigIntegerField(index=True)
    answer = TextField()

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_phone_send"


def forget_sends(hub: Store) -> None:
    """Let go of those of long ago; hourly."""
    with hub.upkeep():
        before = hub.now() - KEPT_DAYS * DAY_MILLISECONDS
        PhoneSend.delete().where(PhoneSend.at < before).execute()
