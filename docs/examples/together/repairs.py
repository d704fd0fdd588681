"""Repairs: what is broken, who mends it, and where it stands."""

from collections import Counter

from peewee import CharField, DateField, TextField

from hongxian import Record, State, StateField, Text, Transition, Workflow, hookimpl, step, view
from hongxian.shapes import Stat, Stats

REPAIR = Workflow(
    State("asked", Text("已报修", "Asked for")),
    State("given", Text("已派工", "Given out"), needs=("mender",)),
    State("mended", Text("已修好", "Mended"), needs=("result",)),
    State("off", Text("已取消", "Called off"), needs=("reason",)),
    Transition("give", Text("派工", "Give out"), "asked", "given", needs=("phone",)),
    Transition(
        "mend",
        Text("修好", "Mended"),
        "given",
        "mended",
        asks=("parts",),
        dated=("mended_on",),
    ),
    Transition(
        "call_off",
        Text("取消", "Call off"),
        ("asked", "given"),
        "off",
        asks=("reason",),
        law=Text("志愿服务条例第二十条", "Regulations on voluntary service, 20"),
    ),
    Transition("ask_again", Text("重新报修", "Ask again"), ("mended", "off"), "asked"),
)


class Repair(Record):
    """One thing that is broken."""

    what = CharField(verbose_name=Text("报修内容", "What"), max_length=80)
    phone = CharField(verbose_name=Text("电话", "Phone"), max_length=20, null=True)
    mender = CharField(verbose_name=Text("师傅", "Mender"), max_length=40, null=True)
    result = TextField(verbose_name=Text("结果", "Result"), null=True)
    parts = CharField(verbose_name=Text("用料", "Parts"), max_length=80, null=True)
    reason = CharField(verbose_name=Text("取消原因", "Reason"), max_length=80, null=True)
    mended_on = DateField(verbose_name=Text("修好日期", "Mended on"), null=True)
    state = StateField(REPAIR)

    class Meta:
        collection = "repairs.repair"
        title = Text("报修", "Repairs")


@hookimpl
def hongxian_collections():
    return [Repair]


@view(title=Text("修到哪里", "How far they are"), card=True)
def how_far(store):
    found = Counter(each.state for each in Repair.select())
    return Stats([Stat(REPAIR.title_of(each.name), found[each.name]) for each in REPAIR.states])


@step(Repair, "ask_again")
def ask_again(store, repair):
    repair.mender = repair.result = repair.mended_on = None
