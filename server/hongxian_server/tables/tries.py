"""What is sent, tried out or guessed, which all processes that serve a hub count together."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, Model

from hongxian.model.record import RecordMetadata


class Try(Model):  # type: ignore[misc]
    """One of them; `whose` says by what it is counted, a phone or a network; `at` is in milliseconds since 1970."""

    whose = CharField(max_length=160, index=True)
    at = BigIntegerField(index=True)

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_try"
