"""What is printed: the report with its receipt, the list of needs, a member's card, a unit's letter, the roll."""

from __future__ import annotations

from datetime import date

from hongxian import Store, Text, document, local_today
from hongxian.contracts import Presence as Given
from hongxian.contracts import given
from hongxian.days import minutes_together
from hongxian.records import heard_so_far
from hongxian.shapes import Facts, Section, Sheet, Signed, Table
from hongxian_plugins.mobilise.answers import asked_of
from hongxian_plugins.mobilise.calls import SAYS, Call, Post, Shift, said_to
from hongxian_plugins.mobilise.letters import (
    Letter,
    days_of,
    hours_in_words,
    told_by_unit,
)
from hongxian_plugins.mobilise.people import names_of, phones_of
from hongxian_plugins.mobilise.presences import Presence, standing
from hongxian_plugins.mobilise.reporting.members import KINDS, Report
from hongxian_plugins.mobilise.reporting.roll import open_needs
from hongxian_plugins.mobilise.reporting.units import Unit
from hongxian_plugins.mobilise.steps import LIVE

_FREE_LINES = 4
_NAME, _HOURS = Text("姓名", "Name"), Text("小时", "Hours")


@document(of=Report, title=Text("报到单", "Report"), icon="printer", usual=True)
def report_slip(store: Store, report: Report) -> Sheet:
    """报到单 with the receipt that goes back to the unit."""
    unit = Unit.get_or_none(Unit.id == report.unit)
    name = names_of(store, [report.person])[report.person]
    phone = phones_of(store, [report.person]).get(report.person)
    called, branch = (unit.name, unit.branch) if unit else ("", None)
    return Sheet(
        Text("在职人员到社区报到单", "Report of a working member to their community"),
        [
            Facts(
                [
                    (_NAME, name),
                    (Text("身份", "Kind"), dict(KINDS)[report.kind]),
                    (Text("单位", "Unit"), called),
                    (Text("党支部", "Party branch"), branch),
                    (Text("电话", "Phone"), phone.text if phone else None),
                    (Text("特长", "Can"), "、".join(sorted(report.can)) or None),
                    (Text("可服务时间", "When"), "、".join(sorted(report.free)) or None),
                    (Text("意向岗位", "Wants to do"), report.wants),
                    (Text("报到日期", "Day"), report.day),
                ]
            ),
            Section(Text("社区意见", "The community says"), report.opinion or "", lines=2),
            Signed([Text("报到人", "Who reports"), Text("社区", "For the community")]),
            Section(
                Text("回执", "Receipt"),
                Text(
                    "{unit}：{name} 已于 {day} 到我社区报到。",
                    "{unit}: {name} reported to our community on {day}.",
                ).format(unit=called, name=name, day=report.day),
            ),
            Signed([Text("经办人", "Handled by")], seal=Text("社区", "The community")),
        ],
    )


@document(title=Text("需求表", "Needs"), icon="printer", menu=False)
def need_list(store: Store) -> Sheet:
    """需求表: what is wanted from today on, and lines for more."""
    rows: list[list[object]] = [
        [n, each.title, each.people, each.day, each.hour or "", ""]
        for n, each in enumerate(open_needs(store), 1)
    ]
    rows += [[n, "", "", "", "", ""] for n in range(len(rows) + 1, len(rows) + 1 + _FREE_LINES)]
    heads = (
        "",
        Text("需求", "What"),
        Text("人数", "People"),
        Text("日期", "Day"),
        Text("时段", "Hours"),
        Text("谁认领", "Claimed by"),
    )
    return Sheet(Text("社区需求表", "What the community needs"), [Table(heads, rows)], roomy=True)


@document(of=Report, title=Text("服务登记卡", "Service card"), icon="printer")
def card(store: Store, report: Report) -> Sheet:
    """服务登记卡, from the presences that were confirmed of this year."""
    today = local_today(store)
    first = date(today.year, 1, 1)
    found = sorted(
        (
            each
            for _, each in given(store, Given, person=report.person, since=first, until=today)
            if not each.void
        ),
        key=lambda each: each.begins,
    )
    minutes = minutes_together((each.begins, each.ends) for each in found)
    rows = [
        [
            each.day,
            [each.activity, each.note],
            hours_in_words(minutes_together([(each.begins, each.ends)])),
            each.confirmed_by,
        ]
        for each in found
    ]
    heads = (
        Text("日期", "Day"),
        Text("内容", "What"),
        _HOURS,
        Text("证明人", "Witness"),
    )
    return Sheet(
        Text("服务登记卡", "Service card"),
        [
            [names_of(store, [report.person])[report.person], str(today.year)],
            Table(heads, rows),
            Text(
                "合计 {hours} 小时，重叠的只算一次。",
                "{hours} {hours:hour|hours} in all; overlaps count once.",
            ).format(hours=hours_in_words(minutes)),
        ],
        note=heard_so_far(),
    )


@document(of=Letter, title=Text("季度反馈函", "Quarterly letter"), icon="printer", usual=True)
def letter_paper(store: Store, letter: Letter) -> Sheet:
    """季度反馈函: those alone whose consent stands while it is printed."""
    unit = Unit.get_or_none(Unit.id == letter.unit)
    lines = told_by_unit(store, letter.quarter).get(letter.unit, [])
    names, (first, last) = (
        names_of(store, [each.person for each, _ in lines]),
        days_of(letter.quarter),
    )
    heads = (
        "",
        _NAME,
        Text("次数", "Times"),
        _HOURS,
        Text("内容", "What"),
        Text("评价", "Evaluation"),
    )
    rows = [
        [
            n,
            names[each.person],
            did.times,
            hours_in_words(did.minutes),
            "、".join(did.what),
            each.evaluation or "",
        ]
        for n, (each, did) in enumerate(lines, 1)
    ]
    return Sheet(
        Text("在职人员社区服务反馈函", "Service of your members in our community"),
        [
            [Text("编号 {n}", "No. {n}").format(n=letter.number), letter.day],
            Text("{unit}：", "{unit}:").format(unit=unit.name if unit else ""),
            Text(
                "{first} 至 {last}，贵单位在我社区报到并同意反馈的人员服务如下：",
                "From {first} to {last} those of your members who reported here and consent to "
                "this served as follows:",
            ).format(first=first, last=last),
            Table(heads, rows),
            Signed([Text("经办人", "Handled by")], seal=Text("社区", "The community")),
        ],
        note=Text(
            "只列本人单独同意反馈的人（个人信息保护法第23条）。",
            "Only those who consent to this by itself (Personal Information Protection Law 23).",
        ),
    )


@document(of=Call, title=Text("点名册", "Roll"), icon="printer")
def roll_call(store: Store, call: Call) -> Sheet:
    """点名册: who was asked or is there, their post, and lines for a pen."""
    present = {
        each.person: each for each in standing(Presence.call == call.id).order_by(Presence.id)
    }
    said = said_to(call)
    people = list(dict.fromkeys([*present, *asked_of(call)]))
    names, phones = names_of(store, people), phones_of(store, people)
    posts = {each.id: each.name for each in Post.select().where(Post.call == call.id)}
    shifts = {each.id: each.title for each in Shift.select().where(Shift.call == call.id)}
    rows = []
    for n, each in enumerate(people, 1):
        there, phone = present.get(each), phones.get(each)
        rows.append(
            [
                n,
                names[each],
                phone.text[-4:] if phone else "",
                dict(SAYS)[said[each].say] if each in said else "",
                [posts.get(there.post, ""), shifts.get(there.shift, "")] if there else "",
                f"{there.arrived:%H:%M}" if there and there.arrived else ":",
                f"{there.released:%H:%M}" if there and there.released else ":",
                "",
            ]
        )
    rows += [[n, "", "", "", "", ":", ":", ""] for n in range(len(rows) + 1, len(rows) + 5)]
    heads = (
        "",
        _NAME,
        Text("手机尾号", "Phone"),
        Text("答复", "Says"),
        Text("岗位", "Post"),
        Text("到", "In"),
        Text("离", "Out"),
        Text("签名", "Signature"),
    )
    live = sum(each.state in LIVE for each in present.values())
    return Sheet(
        Text("{title}点名册", "Roll: {title}").format(title=call.title),
        [
            [call.begins, call.place, call.command or ""],
            Text("需 {n} 人，已排 {m} 人", "{n} wanted, {m} placed").format(n=call.people, m=live),
            Table(heads, rows),
        ],
        note=heard_so_far(),
        roomy=True,
    )
