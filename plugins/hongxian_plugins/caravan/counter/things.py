"""What is left at a stall, promised to people, counted and brought along."""

from __future__ import annotations

from datetime import date

from peewee import BooleanField, CharField, DateField, IntegerField

from hongxian import (
    FileField,
    Keep,
    PersonField,
    Record,
    Reference,
    State,
    StateField,
    TallyField,
    Text,
    Transition,
    Workflow,
)
from hongxian.checks import RecordSchema, whole_number
from hongxian.merges import plus
from hongxian.records import same_id
from hongxian_plugins.caravan.counter.records import KEPT
from hongxian_plugins.caravan.services import CHOICES

LEFT = Workflow(
    State("left", Text("寄放", "Left here")),
    State("ready", Text("可取", "Ready"), tone="wait"),
    State("unclaimed", Text("无人认领", "Nobody came"), tone="stop"),
    State("fetched", Text("已取", "Fetched"), tone="done"),
    Transition("ready", Text("可取", "Ready"), "left", "ready"),
    Transition(
        "fetch",
        Text("取走", "Fetched"),
        ("left", "ready", "unclaimed"),
        "fetched",
        asks=("to_adult",),
        law=Text(
            "未成年人保护法第六十条：刀剪只交给成年人",
            "Blades go to adults alone (Law on the Protection of Minors, 60)",
        ),
    ),
    Transition(
        "unclaim", Text("无人认领", "Nobody came"), ("left", "ready"), "unclaimed", usual=False
    ),
)
WISH = Workflow(
    State("promised", Text("答应了", "Promised")),
    State("kept", Text("办好了", "Kept"), needs=("kept_on",), tone="done"),
    State("dropped", Text("不用了", "Not wanted"), tone="rest"),
    Transition("keep", Text("办好了", "Kept"), "promised", "kept", dated=("kept_on",)),
    Transition("drop", Text("不用了", "Not wanted"), "promised", "dropped", usual=False),
)
WISHES = (
    ("visit", Text("上门", "Visit at home")),
    ("first", Text("下次优先", "First next time")),
    ("wish", Text("下次想要", "Wished for")),
)


def a_month_after_it_was_kept(wish: Wish) -> date | None:
    """A resident's name and address stay until they were visited, and a month for who asks."""
    day: date | None = wish.kept_on
    return day and day + KEPT


class Left(Record):
    """Things left at stalls."""

    slip = Reference(
        "caravan.slip",
        on_delete="with",
        verbose_name=Text("号条", "Slip"),
        index=True,
        help_text=Text("哪个号的东西。", "Whose it is."),
    )
    what = CharField(
        verbose_name=Text("什么东西", "What"),
        max_length=40,
        help_text=Text("如：菜刀 2 把。", "What it is."),
    )
    photo = FileField(
        verbose_name=Text("照片", "Photo"),
        types=("image",),
        help_text=Text("只拍东西，不拍人。", "Of the thing alone."),
    )
    state = StateField(LEFT, help_text=Text("寄放、可取、已取。", "Left, ready, fetched."))
    to_adult = BooleanField(
        verbose_name=Text("交给成年人", "To an adult"),
        default=False,
        help_text=Text("刀剪只交还给成年人。", "Blades are handed to adults alone."),
    )

    class Meta:
        collection = "caravan.left"
        title = Text("寄放的东西", "Things left behind")
        menu = False


class Wish(Record):
    """Promised: a visit, to be the first next time, or a service that somebody wishes for."""

    fair = Reference(
        "caravan.fair",
        verbose_name=Text("哪次", "Caravan"),
        index=True,
        help_text=Text("在哪次提的。", "Where."),
    )
    service = CharField(
        verbose_name=Text("项目", "Service"),
        max_length=12,
        choices=CHOICES,
        help_text=Text("哪一项。", "Which."),
    )
    kind = CharField(
        verbose_name=Text("怎么办", "How"),
        max_length=5,
        choices=WISHES,
        default="wish",
        help_text=Text(
            "上门、下次优先，或下次想要这一项。", "A visit, first next time, or a wish."
        ),
    )
    slip = Reference(
        "caravan.slip", on_delete="clear", verbose_name=Text("号条", "Slip"), null=True, index=True
    )
    name = PersonField(
        verbose_name=Text("居民", "Resident"),
        null=True,
        help_text=Text("姓名和电话；上门要写。", "Name and telephone; needed for a visit."),
    )
    address = CharField(
        verbose_name=Text("住址", "Address"),
        max_length=80,
        null=True,
        help_text=Text("上门要写。", "Needed for a visit."),
    )
    kept_on = DateField(
        verbose_name=Text("哪天办的", "Kept on"), null=True, help_text=Text("哪天办好的。", "When.")
    )
    state = StateField(WISH, help_text=Text("答应了、办好了。", "Promised, kept."))

    class Meta:
        collection = "caravan.wish"
        title = Text("答应居民的", "Promised to residents")
        menu = False
        secret = ("name", "address")
        keep = Keep(until=a_month_after_it_was_kept)


class CountChecks(RecordSchema):
    """Of a count: an hour of the day."""

    hour = whole_number(0, 23)


class Count(Record):
    """Head-counts of a fair by service and hour: visits, not people, and nobody's name."""

    fair = Reference(
        "caravan.fair", on_delete="with", verbose_name=Text("哪次", "Caravan"), index=True
    )
    service = CharField(verbose_name=Text("项目", "Service"), max_length=12, choices=CHOICES)
    hour = IntegerField(verbose_name=Text("几点", "Hour"))
    people = TallyField(
        verbose_name=Text("人次", "People"),
        help_text=Text("几台电脑可同时计数，一个不丢。", "Counted by many hands at once."),
    )

    class Meta:
        collection = "caravan.count"
        title = Text("大篷车人次", "Head-counts of caravans")
        scope = "community"
        menu = False
        checks = CountChecks


def count_one(fair: str, service: str, hour: int) -> None:
    """One more was served; two laptops that begin to count offline count in one."""
    id = same_id("caravan.count", fair, service, str(hour))
    Count.get_or_create(id=id, defaults={"fair": fair, "service": service, "hour": hour})
    Count.update(people=plus(1)).where(Count.id == id).execute()


class MaterialChecks(RecordSchema):
    """Of what is brought: an amount."""

    amount = whole_number(1, 9_999)


class Material(Record):
    """What is brought to a fair."""

    fair = Reference(
        "caravan.fair", on_delete="with", verbose_name=Text("哪次", "Caravan"), index=True
    )
    what = CharField(
        verbose_name=Text("物品", "What"),
        max_length=40,
        help_text=Text("如：折叠桌。", "Such as a table."),
    )
    amount = IntegerField(
        verbose_name=Text("数量", "Amount"), default=1, help_text=Text("几件。", "How many.")
    )
    brings = PersonField(
        verbose_name=Text("谁带", "Who brings it"),
        null=True,
        help_text=Text("谁带来。", "Who brings it."),
    )
    arrived = BooleanField(
        verbose_name=Text("到了", "There"),
        default=False,
        help_text=Text("到现场了。", "It is there."),
    )
    returned = BooleanField(
        verbose_name=Text("还了", "Taken back"),
        default=False,
        help_text=Text("收摊后还了。", "It is back."),
    )

    class Meta:
        collection = "caravan.material"
        title = Text("大篷车物资", "Materials of caravans")
        menu = False
        known_by = ("fair", "what")
        also_called = {"what": ("名称", "物资"), "brings": ("负责人",)}
        checks = MaterialChecks
