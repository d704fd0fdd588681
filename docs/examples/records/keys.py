"""Keys of the neighbourhood's rooms: who holds one, and where they live, which was one line in release 1.0."""

from peewee import CharField

from hongxian import Record, Text, hookimpl
from hongxian.records import migration

version = "1.1"
title = Text("钥匙", "Keys")


class Key(Record):
    """Keys."""

    name = CharField(verbose_name=Text("房间", "Room"), max_length=40)
    holder = CharField(verbose_name=Text("谁拿着", "Holder"), max_length=80)
    home = CharField(verbose_name=Text("住址", "Home"), max_length=40, null=True)

    class Meta:
        collection = "keys.key"
        title = Text("钥匙", "Keys")


@migration(of=Key)
def home_stands_by_itself(key: Key) -> None:
    name, blank, home = key.holder.partition(" ")
    if blank and not key.home:
        key.holder, key.home = name, home.strip()


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Key]
