"""A booking: who asks, what for, and the place that it gets. Kept by the team alone.

Name, telephone and address never leave the team (志愿服务条例 20, 25). There is no field for money:
nothing is taken for the service, open or hidden (条例 21, 37), so who supplied the materials is
written down instead.
"""

from __future__ import annotations

from marshmallow import fields, validate
from peewee import BooleanField, CharField, IntegerField, TextField, TimeField

from hongxian import (
    Claim,
    PersonField,
    PhoneField,
    Record,
    Reference,
    State,
    StateField,
    Text,
    Transition,
    Workflow,
    computed,
)
from hongxian.checks import RecordSchema, Saying, whole_number
from hongxian.records import Somebody
from hongxian.text import joined
from hongxian_plugins.knife_grinding.days import other_benches, other_hours

ITEMS = {
    "scissors": Text("剪刀", "Scissors"),
    "knives": Text("菜刀", "Knives"),
    "screens": Text("纱窗", "Screens"),
}
"""Fields that count what is brought, with the short names that lists use."""
DRAWINGS = {"scissors": "scissors", "knives": "knife", "screens": "grid-3x3"}
"""Of each its drawing."""
MATERIALS = (
    ("none", Text("没有用材料", "None used")),
    ("resident", Text("居民自备", "The resident's own")),
    ("team", Text("团队自备", "The team's")),
    ("community", Text("社区提供", "The community's")),
    ("donor", Text("捐赠", "Given by a donor")),
)


HAS_PLACE = ("slotted", "done", "called_back")
"""States in which a booking has a place that nobody else may have."""
OVER = ("called_back", "cancelled", "no_show")
"""States in which nothing is owed to the resident any more."""
_PLACE = ("day", "slot")

BOOKING = Workflow(
    State("requested", Text("已提出", "Requested")),
    State("verified", Text("已核实", "Verified")),
    State("slotted", Text("已排位", "Slotted"), needs=_PLACE),
    State("no_show", Text("没有来", "No-show")),
    State("cancelled", Text("已取消", "Cancelled"), needs=("cancel_reason",)),
    # Behind a cancellation, for work that was done outlives one that had not seen it.
    State("done", Text("已完成", "Done"), needs=(*_PLACE, "materials")),
    State("called_back", Text("已回访", "Called back"), needs=(*_PLACE, "materials")),
    Transition("verify", Text("核实", "Verify"), "requested", "verified"),
    Transition(
        "slot",
        Text("排位（第一个空位）", "Give the first free place"),
        ("verified", "slotted"),
        "slotted",
    ),
    Transition(
        "done",
        Text("完成", "Done"),
        "slotted",
        "done",
        asks=("materials", "result", "donor"),
        law=Text(
            "志愿服务条例第二十一条：不收钱",
            "Nothing is paid (Regulations on Voluntary Service, 21)",
        ),
    ),
    Transition("call_back", Text("回访", "Call back"), "done", "called_back", asks=("callback",)),
    Transition("no_show", Text("没有来", "No-show"), "slotted", "no_show"),
    Transition(
        "cancel",
        Text("取消", "Cancel"),
        ("requested", "verified", "slotted"),
        "cancelled",
        asks=("cancel_reason",),
    ),
    Transition("ask_again", Text("重新提出", "Ask again"), "cancelled", "requested"),
    Transition("book_again", Text("重新约", "Book again"), "no_show", "verified"),
)


class BookingChecks(RecordSchema):
    """Of a booking: an address that can be found, counts."""

    address = fields.String(
        allow_none=True,
        validate=[
            Saying(validate.Length(max=80), Text("最多 80 个字。", "At most 80 characters.")),
            Saying(
                validate.Regexp(r"[^–—\-\0\ud800-\udfff]+([–—-][^–—\-\0\ud800-\udfff]+){3}\Z"),
                Text(
                    "住址写成 小区–幢–单元–室，如：示例苑–3幢–2单元–501室。",
                    "Write the address as estate–building–unit–room.",
                ),
            ),
        ],
    )
    scissors = knives = screens = whole_number(0, 999)  # how many at most is a setting
    bench = whole_number(1, 99, allow_none=True)
    # A space more would be another grinder, who could be in two homes at once.
    grinder = fields.String(
        allow_none=True,
        validate=Saying(
            validate.Regexp(r"(?!\s)[^\0\ud800-\udfff]{1,40}(?<!\s)\Z"),
            Text(
                "写全名，最多 40 个字，前后不要空格。",
                "A full name of at most 40 characters, no spaces around it.",
            ),
        ),
    )


class Booking(Record):
    """Grinding bookings."""

    name = PersonField(
        verbose_name=Text("居民姓名", "Name"),
        index=True,
        help_text=Text(
            "谁要磨：名册里的人，或姓名加电话；老人可由队长代填。",
            "Who asks: of the roster, or a name and telephone; a leader may enter it for them.",
        ),
    )
    day = Reference(
        "knife_grinding.day",
        on_delete="clear",  # of one that is over; a day with others is not deleted (`rules.py`)
        verbose_name=Text("磨刀日", "Day"),
        null=True,
        index=True,
        help_text=Text(
            "排在哪一天；排位时留空，就排最近的空位。",
            "The day that it is put on; empty for the first free place of those that come.",
        ),
    )
    slot = TimeField(
        verbose_name=Text("时段", "Slot"),
        null=True,
        help_text=Text(
            "从几点开始，如 09:15；排位时留空，就排第一个空的。",
            "When it begins; empty for the first that is free.",
        ),
    )
    bench = IntegerField(
        verbose_name=Text("工位", "Bench"),
        null=True,
        help_text=Text("几号工位；上门则留空。", "Bench; empty for a visit."),
    )
    state = StateField(
        BOOKING,
        help_text=Text("提出、核实、排位、完成、回访，一步一步来。", "One step after the other."),
    )
    at_home = BooleanField(
        verbose_name=Text("上门", "At home"),
        default=False,
        help_text=Text("出不了门的可以上门。", "A home visit, for those who cannot come."),
    )
    grinder = CharField(
        verbose_name=Text("上门师傅", "Grinder"),
        max_length=40,
        null=True,
        help_text=Text(
            "谁去，写全名；一人一个时段只去一家。", "Who goes, full name; one home at a time."
        ),
    )
    phone = PhoneField(
        verbose_name=Text("电话", "Phone"),
        null=True,
        help_text=Text("姓名后面没写的才写这里。", "Where it does not stand behind the name."),
    )
    address = CharField(
        verbose_name=Text("住址", "Address"),
        max_length=80,
        null=True,
        help_text=Text(
            "小区–幢–单元–室；上门必填。", "Estate–building–unit–room; needed for a home visit."
        ),
    )
    scissors = IntegerField(
        verbose_name=Text("剪刀（把）", "Scissors"),
        default=0,
        help_text=Text("几把。", "How many pairs."),
    )
    knives = IntegerField(
        verbose_name=Text("菜刀（把）", "Knives"),
        default=0,
        help_text=Text("几把。", "How many knives."),
    )
    screens = IntegerField(
        verbose_name=Text("纱窗（扇）", "Screens"),
        default=0,
        help_text=Text("几扇。", "How many screens."),
    )
    risks = CharField(
        verbose_name=Text("安全提示", "Risks"),
        max_length=200,
        null=True,
        help_text=Text(
            "如：刀柄松动、家中有犬、五楼窗外。", "Such as a loose handle, a dog, a high window."
        ),
    )
    cancel_reason = CharField(
        verbose_name=Text("取消原因", "Cancel reason"),
        max_length=200,
        null=True,
        help_text=Text("取消要写原因。", "Why it was cancelled."),
    )
    result = TextField(
        verbose_name=Text("结果", "Result"),
        null=True,
        help_text=Text("如：磨好 2 把，1 把刃口太薄退回。", "What was done, and what was not."),
    )
    materials = CharField(
        verbose_name=Text("材料来源", "Materials"),
        max_length=9,
        null=True,
        choices=MATERIALS,
        help_text=Text(
            "纱网、砂轮等由谁出；完成时必填，不收钱。",
            "Who supplied materials; needed when done. No money is taken.",
        ),
    )
    donor = CharField(
        verbose_name=Text("捐赠者", "Donor"),
        max_length=80,
        null=True,
        help_text=Text("捐赠材料的是谁。", "Who gave them."),
    )
    callback = TextField(
        verbose_name=Text("回访记录", "Callback"),
        null=True,
        help_text=Text("居民怎么说。", "What the resident said."),
    )

    matter = CharField(
        verbose_name=Text("来自报事", "Reported"),
        max_length=36,
        null=True,
        index=True,
        help_text=Text("从哪件报事来的。", "The matter that it came of."),
    )

    class Meta:
        collection = "knife_grinding.booking"
        title = Text("磨刀预约", "Grinding bookings")
        hidden = ("matter",)
        claims = [
            Claim("day", "bench", "slot", only={"state": HAS_PLACE}, near=other_benches),
            Claim("day", "grinder", "slot", only={"state": HAS_PLACE}, near=other_hours),
        ]
        checks = BookingChecks

    @property
    def who(self) -> str:
        """The name of whoever asks."""
        return Somebody(self.name).called

    @computed(CharField(verbose_name=Text("联系电话", "Reached by")))
    def reached_by(self) -> str:
        """Behind the name, or in a field of its own, as in records of before; of the roster's it has its own."""
        return Somebody(self.name).phone or self.phone or ""


def items_of(booking: Booking) -> Text:
    """What is brought, in few words: 剪刀2 菜刀1."""
    counts = ((label, getattr(booking, name)) for name, label in ITEMS.items())
    told = (_COUNTED.format(label=label, count=count) for label, count in counts if count)
    return joined(told, Text.of(" "))


_COUNTED = Text("{label}{count}", "{label} {count}")
