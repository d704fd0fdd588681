"""What phones have sent and was done, so that nothing is done twice, however often a line breaks."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, Model, TextField

from hongxian.model.record import RecordMetadata


class PhoneSend(Model):  # type: ignore[misc]
    """One that was done: `whose` sent it, `answer` (JSON) it got; `at` is in milliseconds since 1970."""

    id = CharField(primary_key=True, max_length=80)
    whose = CharField(max_length=80)
    at = BigIntegerField(index=True)
    answer = TextField()

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_phone_send"
