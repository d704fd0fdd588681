"""Home visits: a household that is looked after lies on the laptops of those who look after it, and on no other."""

from peewee import CharField, DateField, TextField

from hongxian import Record, Reference, Text, hookimpl

title = Text("上门探访", "Home visits")


class Household(Record):
    """Households that are looked after."""

    name = CharField(verbose_name=Text("姓名", "Name"), max_length=40)
    needs = TextField(verbose_name=Text("情况", "Needs"), null=True)

    class Meta:
        collection = "home_visits.household"
        title = Text("探访对象", "Households")
        scope = "circle"


class Call(Record):
    """Visits to a household."""

    household = Reference("home_visits.household", verbose_name=Text("探访对象", "Household"))
    day = DateField(verbose_name=Text("日期", "Day"))
    found = TextField(verbose_name=Text("看到的", "Found"))

    class Meta:
        collection = "home_visits.call"
        title = Text("探访记录", "Visits")
        scope = "circle"
        within = "household"


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Household, Call]
