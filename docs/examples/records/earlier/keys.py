"""Keys of the neighbourhood's rooms, as the first release had it: who holds one stands in one line."""

from peewee import CharField

from hongxian import Record, Text, hookimpl

version = "1.0"
title = Text("钥匙", "Keys")


class Key(Record):
    """Keys."""

    name = CharField(verbose_name=Text("房间", "Room"), max_length=40)
    holder = CharField(verbose_name=Text("谁拿着", "Holder"), max_length=80)

    class Meta:
        collection = "keys.key"
        title = Text("钥匙", "Keys")


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Key]
