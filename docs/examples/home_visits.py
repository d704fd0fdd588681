"""Home visits: a household that is looked after lies on the laptops of those who look after it, and on no other."""

from peewee import CharField, DateField, TextField

from hongxian import Record, Reference, Store, Text, action, hookimpl
from hongxian.circles import laptops_inside, laptops_outside, let_in, let_out

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


_WHICH = {"laptop": CharField(verbose_name=Text("电脑", "Laptop"), max_length=80)}


@action(of=Household, title=Text("让另一台电脑看到", "Share with a laptop"), asks=_WHICH)
def share(store: Store, household: Household, *, laptop: str) -> Text:
    """Let another laptop of the team see the household."""
    for each in laptops_outside(household):
        if each.name == laptop:
            let_in(household, each.laptop)
            return Text("{name} 下次联系主机时加入", "{name} is let in at the next sync").format(
                name=each.name
            )
    return Text("本团队没有叫“{name}”的电脑", "No laptop of the team is called {name}").format(
        name=laptop
    )


@action(of=Household, title=Text("移出一台电脑", "Take a laptop out"), asks=_WHICH)
def take_back(store: Store, household: Household, *, laptop: str) -> Text:
    """Let a laptop see the household no more."""
    for each in laptops_inside(household):
        if each.name == laptop:
            let_out(household, each.laptop)
    return Text("下次联系主机时移出", "Let out at the next sync")


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Household, Call]
