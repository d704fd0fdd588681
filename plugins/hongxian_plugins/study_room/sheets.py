"""The study room on paper: rota, sign-in sheet, consent, checks, month, accident, the household's card."""

from __future__ import annotations

from datetime import date

from hongxian import Store, Text, document, local_today
from hongxian.shapes import Big, Facts, Qr, Section, Sheet, Signed, Table
from hongxian_plugins.study_room.at_the_door.days import PEOPLE, duties_of, visits_of
from hongxian_plugins.study_room.children import Adult, Card, Child
from hongxian_plugins.study_room.duty import dates_of
from hongxian_plugins.study_room.enrol import KINDS, Consent
from hongxian_plugins.study_room.report import HEADS, MONTH, lines_of, rows_of
from hongxian_plugins.study_room.rooms import Day, Room
from hongxian_plugins.study_room.sealed import Accident
from hongxian_plugins.study_room.visits import HOW, as_told, left_at

_CONTACTS = "roster.contact"
_SIGNATURE = Text("签名", "Signature")
_FREE_LINES = 5


@document(of=Room, title=Text("值班表", "Rota"))
def rota_sheet(store: Store, room: Room) -> Sheet:
    """Two weeks: who is on duty when, and how they are reached."""
    days = {each.date: each for each in Day.select().where(Day.room == room.id)}
    rows: list[list[object]] = []
    for on in dates_of(store, room):
        duties = duties_of(days[on]) if on in days else []
        people = [str(each.person) for each in duties]
        names, phones = store.names_of(PEOPLE, people), _phones(store, people)
        hours = f"{room.opens:%H:%M}–{room.closes:%H:%M}"
        rows += [[on, hours, names.get(each, ""), phones.get(each, ""), ""] for each in people] or [
            [on, hours, "", "", ""]
        ]
    heads = [
        Text("日期", "Date"),
        Text("班次", "Shift"),
        Text("姓名", "Name"),
        Text("电话", "Telephone"),
        _SIGNATURE,
    ]
    return Sheet(
        Text("{room}值班表", "Rota: {room}").format(room=room.name),
        [[room.place], Table(heads, rows)],
        roomy=True,
    )


def _phones(store: Store, people: list[str]) -> dict[str, str]:
    if _CONTACTS not in store.collections:
        return {}
    model = store.collection(_CONTACTS).model
    return dict(model.select(model.person, model.phone).where(model.person.in_(people)).tuples())


@document(of=Day, title=Text("签到签退表", "Sign-in sheet"), icon="printer")
def sign_sheet(store: Store, day: Day) -> Sheet:
    """Who came and left, to whom; and lines for who comes still."""
    visits = as_told(visits_of(day))
    mine, how = Child.select().where(Child.id.in_([each.child for each in visits])), dict(HOW)
    children = {each.id: each for each in mine}
    rows: list[list[object]] = []
    for n, each in enumerate(visits, 1):
        child = children.get(each.child)
        relation, _, name = (each.out_to or "" if left_at(each) else "").partition(" ")
        rows.append(
            [
                n,
                child.name if child else "",
                child.grade if child else "",
                f"{each.came:%H:%M}",
                f"{left:%H:%M}" if (left := left_at(each)) else "",
                name or (how[each.how] if left_at(each) and each.how else ""),
                relation if name else "",
                "",
            ]
        )
    rows += [
        [n, "", "", "", "", "", "", ""]
        for n in range(len(visits) + 1, len(visits) + 1 + _FREE_LINES)
    ]
    heads = (
        Text("序号", "No."),
        Text("姓名", "Name"),
        Text("年级", "Year"),
        Text("到", "In"),
        Text("离", "Out"),
        Text("接走人", "Fetched by"),
        Text("关系", "Relation"),
        _SIGNATURE,
    )
    return Sheet(
        Text("签到签退表", "Sign-in sheet"), [[day.title, day.date], Table(heads, rows)], roomy=True
    )


@document(of=Child, title=Text("家长告知同意书", "Guardian's consent"))
def consent_sheet(store: Store, child: Child) -> Sheet:
    """What is kept, why and how long; each consent is signed apart."""
    fetchers = [
        f"{each.relation} {each.name}" for each in Adult.select().where(Adult.child == child.id)
    ]
    given = {
        each.kind
        for each in Consent.select().where(Consent.child == child.id, Consent.state == "given")
    }
    told = Text(
        "学习室为了看护孩子，记下姓名、年级、出生年月、监护人和电话、可接的人、到离时间；只给值班的团队看，"
        "到离记录在学期结束一年后、其余在退出一年后删去。可以随时查阅、更正、带走、删去或撤回同意，撤回不影响已有的到离记录；"
        "不同意健康提示和拍照，不影响孩子来学习室。不给志愿者以外的人，不收费，不记身份证号。",
        "To look after the child the study room keeps its name, school year, month of birth, guardian and telephone, "
        "who may fetch it, and when it came and left. The team on duty alone sees it; visits go a year after the "
        "term, the rest a year after leaving. You may see, correct, take away or erase it, or withdraw, at any time; "
        "visits stay. Without a yes to health or photos the child is as welcome. Nothing is paid; no identity number.",
    )
    law = Text(
        "个人信息保护法第二十九条、第三十一条；未成年人网络保护条例第三十四条。",
        "PIPL 29, 31; Regulations on Minors on the Net, 34.",
    )
    return Sheet(
        Text("家长告知同意书", "Guardian's consent"),
        [
            Facts(
                [
                    (Child.name.verbose_name, child.name),
                    (Child.born.verbose_name, f"{child.born:%Y-%m}" if child.born else None),
                    (Child.guardian.verbose_name, child.guardian),
                    (Child.phone.verbose_name, child.phone),
                    (Text("可接的人", "Who may fetch"), "、".join(fetchers) or None),
                ]
            ),
            told,
            Table(
                [Text("同意", "Yes"), Text("什么", "To what")],
                [[kind in given, name] for kind, name in KINDS],
            ),
            [Text("满八周岁，可独自离开", "From eight on, may leave alone"), child.alone],
            Signed([Text("监护人", "Guardian"), Text("经手人", "Handled by")]),
        ],
        note=law,
    )


@document(of=Day, title=Text("值班检查表", "Checks"))
def check_sheet(store: Store, day: Day) -> Sheet:
    """What was looked at when it opened and closed."""
    labels = Day._meta.fields
    ticks = ("lights", "exits", "first_aid", "windows", "power", "locked")
    names = store.names_of(PEOPLE, [each.person for each in duties_of(day)])
    return Sheet(
        Text("值班检查表", "Checks of a day"),
        [
            [day.title, day.date],
            Facts(
                [
                    (labels["opened"].verbose_name, f"{day.opened:%H:%M}" if day.opened else None),
                    (labels["closed"].verbose_name, f"{day.closed:%H:%M}" if day.closed else None),
                    (labels["heard"].verbose_name, f"{day.heard:%H:%M}" if day.heard else None),
                    (Text("值班", "On duty"), "、".join(names.values()) or None),
                ]
            ),
            Table(
                [Text("看过", "Seen"), Text("什么", "What")],
                [[getattr(day, name), labels[name].verbose_name] for name in ticks],
            ),
            Section(labels["handover"].verbose_name, day.handover or ""),
            Signed([labels["closed_by"].verbose_name]),
        ],
    )


@document(title=Text("学习室月报", "Month's report"), asks={"month": MONTH})
def month_sheet(store: Store, month: date | None = None) -> Sheet:
    """A line a day, in numbers."""
    lines = lines_of(store, month)
    first = (month or local_today(store)).replace(day=1)
    came = sum(len({each.child for each in line.visits}) for line in lines)
    return Sheet(
        Text("学习室月报", "Study room: the month"),
        [
            [
                Text("{y} 年 {m} 月", "{m}/{y}").format(y=first.year, m=first.month),
                Text("开放 {n} 天", "{n} {n:day|days} open").format(
                    n=sum(line.day.opened is not None for line in lines)
                ),
                Text("到 {n} 人次", "{n} {n:visit|visits}").format(n=came),
            ],
            Table(HEADS, rows_of(lines)),
            Signed([Text("负责人", "In charge")]),
        ],
    )


@document(of=Accident, title=Text("意外登记表", "Accident"))
def accident_sheet(store: Store, accident: Accident) -> Sheet:
    """What happened and what was done."""
    child = Child.get_or_none(Child.id == accident.child) if accident.child else None
    labels = Accident._meta.fields
    told = accident.guardian_told
    return Sheet(
        Text("意外登记表", "Accident"),
        [
            Facts(
                [
                    (labels["child"].verbose_name, child.name if child else None),
                    (labels["at"].verbose_name, f"{accident.at:%Y-%m-%d %H:%M}"),
                    (
                        labels["guardian_told"].verbose_name,
                        f"{told:%Y-%m-%d %H:%M}" if told else None,
                    ),
                    (labels["reported_to"].verbose_name, accident.reported_to),
                ]
            ),
            Section(labels["what"].verbose_name, accident.what),
            Section(labels["done"].verbose_name, accident.done),
            Signed([Text("登记人", "Written by"), Text("监护人", "Guardian")]),
        ],
    )


@document(
    of=Consent,
    title=Text("撤回同意回执", "Receipt of a withdrawal"),
    when=lambda consent: consent.state == "withdrawn",
)
def receipt(store: Store, consent: Consent) -> Sheet:
    """For the guardian: what was withdrawn, when, and what goes by it."""
    child = Child.get_or_none(Child.id == consent.child)
    what = dict(KINDS)[consent.kind]
    goes = {
        "health": Text(
            "健康提示由主机删去，各电脑下次同步时也删去；到离记录不变。",
            "The note on health is erased by the hub, and by each laptop with its next sync; visits stay.",
        ),
        "photo": Text("不再拍照，不再公开。", "No more photos are taken or published."),
        "data": Text(
            "孩子已退出，资料按期限删去。", "The child has left; what is known of it goes in time."
        ),
    }[consent.kind]
    return Sheet(
        Text("撤回同意回执", "Receipt of a withdrawal"),
        [
            Facts(
                [
                    (Child.name.verbose_name, child.name if child else None),
                    (Consent.kind.verbose_name, what),
                    (Consent.withdrawn_on.verbose_name, consent.withdrawn_on),
                ]
            ),
            goes,
            Signed([Text("经手人", "Handled by")]),
        ],
        note=Text("个人信息保护法第十五条、第四十七条。", "PIPL 15, 47."),
    )


@document(of=Card, title=Text("接送卡", "Card"), paper="80mm")
def card_slip(store: Store, card: Card) -> Sheet:
    """For the household; printed once more it has the same number and code."""
    names = [each.name for each in Child.select().where(Child.card == card.id).order_by(Child.name)]
    number = str(card.number)
    return Sheet(
        Text("接送卡", "Card to fetch by"),
        [Big(number), "、".join(names), Qr(number)],
        note=Text("丢了来补印，号码不变。", "Lost? Printed once more it has the same number."),
    )
