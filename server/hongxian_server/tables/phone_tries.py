"""What was sent or tried out by phones, which all processes that serve a hub count together."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, Model

from hongxian.model.record import RecordMetadata


class PhoneTry(Model):  # type: ignore[misc]
    """One of them; `whose` is a phone's id or a network; `at` is in milliseconds since 1970."""

    whose = CharField(max_length=120, index=True)
    at = BigIntegerField(index=True)

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_phone_try"
