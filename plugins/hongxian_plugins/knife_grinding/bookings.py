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
    PhoneField,
    Record,
    RecordSchema,
    Reference,
    StateField,
    Text,
    joined,
    whole_number,
)
from hongxian.kinds.saying import Saying
from hongxian_plugins.knife_grinding.days import other_benches, other_hours
from hongxian_plugins.knife_grinding.steps import BOOKING, HAS_PLACE

ITEMS = {
    "scissors": Text("剪刀", "Scissors"),
    "knives": Text("菜刀", "Knives"),
    "screens": Text("纱窗", "Screens"),
}
"""Fields that count what is brought, with the short names that lists use."""
MOST_OF_ONE_ITEM = 50
MATERIALS = (
    ("none", Text("没有用材料", "None used")),
    ("resident", Text("居民自备", "The resident's own")),
    ("team", Text("团队自备", "The team's")),
    ("community", Text("社区提供", "The community's")),
    ("donor", Text("捐赠", "Given by a donor")),
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
                    "住址写成 小区–幢–单元–室，如 示例苑–3幢–2单元–501室。",
                    "Write the address as estate–building–unit–room.",
                ),
            ),
        ],
    )
    scissors = whole_number(0, MOST_OF_ONE_ITEM)
    knives = whole_number(0, MOST_OF_ONE_ITEM)
    screens = whole_number(0, MOST_OF_ONE_ITEM)
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

    name = CharField(
        verbose_name=Text("居民姓名", "Name"),
        max_length=40,
        index=True,
        help_text=Text("谁要磨；老人可由队长代填。", "Who asks; a leader may enter it for them."),
    )
    day = Reference(
        "knife_grinding.day",
        on_delete="clear",  # of one that is over; a day with others is not deleted (`rules.py`)
        verbose_name=Text("磨刀日", "Day"),
        null=True,
        index=True,
        help_text=Text("排在哪一天。", "The day that it is put on."),
    )
    slot = TimeField(
        verbose_name=Text("时段", "Slot"),
        null=True,
        help_text=Text("从几点开始，如 09:15。", "When it begins."),
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
        help_text=Text("手机或座机；没有就留空。", "Of any kind; empty where there is none."),
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
            "如 刀柄松动、家中有犬、五楼窗外。", "Such as a loose handle, a dog, a high window."
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
        help_text=Text("如 磨好 2 把，1 把刃口太薄退回。", "What was done, and what was not."),
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

    class Meta:
        collection = "knife_grinding.booking"
        title = Text("磨刀预约", "Grinding bookings")
        claims = [
            Claim("day", "bench", "slot", only={"state": HAS_PLACE}, near=other_benches),
            Claim("day", "grinder", "slot", only={"state": HAS_PLACE}, near=other_hours),
        ]
        checks = BookingChecks


def items_of(booking: Booking) -> Text:
    """What is brought, in few words: 剪刀2 菜刀1."""
    counts = ((label, getattr(booking, name)) for name, label in ITEMS.items())
    told = (_COUNTED.format(label=label, count=count) for label, count in counts if count)
    return joined(told, Text.of(" "))


_COUNTED = Text("{label}{count}", "{label} {count}")
