"""Sheets to print: the day's list to tick by pen, and the slip that a resident holds."""

from __future__ import annotations

from hongxian import Store, Text, document
from hongxian.codes import record_code, scannable
from hongxian.shapes import Big, Sheet, Table
from hongxian.text import joined
from hongxian_plugins.knife_grinding.bookings import Booking, items_of
from hongxian_plugins.knife_grinding.days import Day, day_here
from hongxian_plugins.knife_grinding.placing import booked_on
from hongxian_plugins.knife_grinding.queue import Slip
from hongxian_plugins.knife_grinding.stall import LABELS, ahead_of

CODE = 6
"""Last letters of an id: enough to find the record again among a team's bookings."""
_HEADS = (
    Text("时段", "Slot"),
    Text("工位", "Bench"),
    Text("居民、电话、住址", "Resident, phone, address"),
    Text("物品", "Items"),
    Text("安全提示", "Risks"),
    Text("完成", "Done"),
    Text("没来", "No-show"),
    Text("材料", "Materials"),
    Text("结果", "Result"),
    Text("行码", "Code"),
)
_ADULTS = Text("磨好的刀剪只交给成年人。", "Blades are handed to adults alone.")
_FREE = Text("服务不收钱。", "Nothing is paid.")
_MATERIALS = Text(
    "材料：居民自备、团队自备、社区提供、捐赠（写明捐赠者）。",
    "Materials: the resident's, the team's, the community's, or a donor's (name them).",
)


@document(of=Day, title=Text("当日清单", "The day's list"))
def day_list(store: Store, day: Day) -> Sheet:
    """Everyone who is booked on a day, with boxes to tick and a code to type the result back by."""
    rows = [_row(each) for each in booked_on(day)]
    homes = Text("{n} 户", "Households: {n}").format(n=len(rows))
    return Sheet(
        Text("磨刀清单", "Knife grinding"),
        [
            [day.title, day.date, day.place, homes],
            Table(_HEADS, rows),
            _ADULTS,
        ],
        note=joined([_FREE, _MATERIALS], " "),
        wide=True,
    )


def _row(booking: Booking) -> list[object]:
    reached = booking.reached_by or Text("无电话", "no telephone")
    at_home = Text("上门 {grinder}", "At home: {grinder}").format(grinder=booking.grinder or "")
    return [
        booking.slot,
        at_home if booking.at_home else booking.bench,
        [joined([booking.who, reached], " "), booking.address or ""],
        items_of(booking),
        booking.risks,
        booking.state != "slotted",
        False,
        "",
        booking.result,
        booking.id[-CODE:],
    ]


@document(of=Slip, title=Text("排队号 80 毫米", "Queue slip, 80 mm"), paper="80mm")
def slip_80mm(store: Store, slip: Slip) -> Sheet:
    """What a resident holds while waiting."""
    day = day_here(slip.day)
    when = [day.title, day.date] if day else []
    tag = Text("寄放牌 {tag}", "Tag {tag}").format(tag=slip.tag)
    return Sheet(
        LABELS[slip.service],
        [
            Big(Text("{n} 号", "No. {n}").format(n=slip.number)),
            [*when, slip.taken_at.time()],
            Text("前面还有 {n} 人", "Before you: {n}").format(n=ahead_of(slip)),
            *([tag] if slip.tag else []),
            _ADULTS,
            _FREE,
            scannable(store, code := record_code(slip)),
            Text("扫一扫看前面几人：{code}", "Scan to see how many are before you: {code}").format(
                code=code
            ),
        ],
        note=slip.id[-CODE:],
    )


@document(of=Slip, title=Text("排队号 58 毫米", "Queue slip, 58 mm"), paper="58mm")
def slip_58mm(store: Store, slip: Slip) -> Sheet:
    """The same on a narrow roll."""
    return slip_80mm(store, slip)
