"""夜巡: rounds of the night watch, which stay as they are once somebody has confirmed them."""

from peewee import BooleanField, CharField, DateField, IntegerField

from hongxian import Lasting, Record, Text, hookimpl

title = Text("夜巡", "Night watch")


class Round(Record):
    """Rounds."""

    who = CharField(verbose_name=Text("谁", "Who"), max_length=40)
    day = DateField(verbose_name=Text("日期", "Day"))
    minutes = IntegerField(verbose_name=Text("分钟", "Minutes"))
    note = CharField(verbose_name=Text("备注", "Note"), max_length=100, null=True)
    confirmed_by = CharField(verbose_name=Text("确认人", "Confirmed by"), max_length=40, null=True)
    voided = BooleanField(verbose_name=Text("作废", "Void"), default=False)
    void_reason = CharField(verbose_name=Text("作废原因", "Why void"), max_length=100, null=True)

    class Meta:
        collection = "night_watch.round"
        title = Text("巡逻记录", "Rounds")
        lasting = Lasting(
            voided="voided",
            why="void_reason",
            once="confirmed_by",
            stays=("who", "day", "minutes", "confirmed_by"),
        )


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Round]
