"""Sheets to print: signs, slips, who helps where, materials, what is left here, and the day's summary."""

from __future__ import annotations

from collections.abc import Sequence

from hongxian import Store, Text, document
from hongxian.codes import record_code, scannable
from hongxian.records import Somebody
from hongxian.shapes import Big, Facts, GridRow, Sheet, Signed, Table, codes_in_brief, row_code
from hongxian_plugins.caravan.closing import heard, hours_of, left_at, lines_of
from hongxian_plugins.caravan.counter.records import Slip
from hongxian_plugins.caravan.counter.stall import ahead_of
from hongxian_plugins.caravan.counter.things import Material
from hongxian_plugins.caravan.fairs import PROVIDERS, Fair, Stall, stalls_of
from hongxian_plugins.caravan.helpers.signup import PEOPLE, helpers_of, posts_of
from hongxian_plugins.caravan.services import SERVICES

CONTACTS = "roster.contact"
_FREE = Text("志愿服务不收钱。", "Volunteers take no money.")
_ADULTS = Text("刀剪只交给成年人。", "Blades are handed to adults alone.")
_NO_RESULTS = Text(
    "结果当场告诉本人，不登记。", "Results are told to you alone, and not written down."
)
_PASSED = Text(
    "叫到没来算过号；号不作废，回来跟摊位说一声，排在三个人后面。",
    "Passed over? Your number stays good: tell the stall, and you wait behind three others.",
)

_OF_A_LAPTOP = Text(
    "横杠前是发号的电脑，横杠后是第几位；叫号也这样叫。",
    "Before the dash the laptop that gave it, behind it your turn; it is called so.",
)


@document(of=Stall, title=Text("摊位牌", "Sign"), icon="printer")
def sign(store: Store, stall: Stall) -> Sheet:
    """What hangs on the stall: its letter, what is offered, by whom and for how much."""
    paid = stall.provider == "paid"
    return Sheet(
        SERVICES[stall.service].title,
        [
            Big(stall.letter),
            Facts(
                [
                    (Stall.provider.verbose_name, dict(PROVIDERS)[stall.provider]),
                    *(
                        [(Stall.filing_no.verbose_name, stall.filing_no)]
                        if stall.provider != "volunteer"
                        else []
                    ),
                    *([(Stall.prices.verbose_name, stall.prices)] if paid else []),
                ]
            ),
            *([] if paid else [_FREE]),
            *([_ADULTS] if stall.adults_only else []),
            *([_NO_RESULTS] if stall.provider == "medical" else []),
        ],
    )


@document(of=Slip, title=Text("号条 80 毫米", "Slip, 80 mm"), paper="80mm")
def slip_80mm(store: Store, slip: Slip) -> Sheet:
    """What somebody holds while waiting."""
    stall = Stall.get_or_none(Stall.id == slip.stall)
    return Sheet(
        stall.told if stall else "",
        [
            Big(Text("{n} 号", "No. {n}").format(n=slip.number)),
            *([_OF_A_LAPTOP] if "-" in slip.number else []),
            [slip.taken_at.date(), slip.taken_at.time()],
            Text("前面还有 {n} 人", "Before you: {n}").format(n=ahead_of(slip)),
            *([slip.items] if slip.items else []),
            _PASSED,
            *([_ADULTS] if stall and stall.adults_only else []),
            *([_NO_RESULTS] if stall and stall.provider == "medical" else []),
            scannable(store, code := record_code(slip)),
            Text("扫一扫看前面几人：{code}", "Scan to see how many are before you: {code}").format(
                code=code
            ),
        ],
        note=slip.id[-6:],
    )


@document(of=Slip, title=Text("号条 58 毫米", "Slip, 58 mm"), paper="58mm")
def slip_58mm(store: Store, slip: Slip) -> Sheet:
    """The same on a narrow roll."""
    return slip_80mm(store, slip)


@document(of=Fair, title=Text("志愿者安排表", "Helpers' roster"), icon="printer")
def helpers_list(store: Store, fair: Fair) -> Sheet:
    """Who helps where and when, to sign in and out by pen, each with the grid's code to be typed back."""
    stalls = {each.id: each for each in stalls_of(fair.id)}
    helpers = {(each.post, each.seat): each for each in helpers_of(fair.id)}
    people = [str(each.person) for each in helpers.values()]
    names, phones = store.names_of(PEOPLE, people), _phones(store, people)
    codes = codes_in_brief(
        [GridRow("", each.id, code=row_code(each.id)) for each in helpers.values()]
    )
    rows = []
    for post in posts_of(fair.id):
        for seat in range(1, post.places + 1):
            who = helpers.get((post.id, seat))
            stall = stalls.get(post.stall)
            rows.append(
                [
                    codes[who.id] if who else "",
                    stall.told if stall else "",
                    seat,
                    f"{post.begins:%H:%M}–{post.ends:%H:%M}",
                    names.get(who.person, "") if who else "",
                    phones.get(who.person, "") if who else "",
                    f"{who.came:%H:%M}" if who and who.came else "",
                    f"{who.gone:%H:%M}" if who and who.gone else "",
                ]
            )
    heads = (
        Text("代号", "Code"),
        Text("摊位", "Stall"),
        Text("岗位", "Post"),
        Text("班次", "Shift"),
        Text("姓名", "Name"),
        Text("电话", "Phone"),
        Text("签到", "In"),
        Text("签退", "Out"),
    )
    return _sheet(Text("志愿者安排表", "Helpers' roster"), fair, Table(heads, rows), roomy=True)


@document(of=Fair, title=Text("物资清单", "Materials"), icon="printer")
def materials_list(store: Store, fair: Fair) -> Sheet:
    """What is brought, by whom, and whether it is there and went back."""
    found = Material.select().where(Material.fair == fair.id).order_by(Material.id)
    heads = (
        Text("物品", "What"),
        Text("数量", "Amount"),
        Text("谁带", "Who brings it"),
        Text("到", "There"),
        Text("还", "Back"),
    )
    rows = [
        [
            each.what,
            each.amount,
            Somebody(each.brings).called if each.brings else "",
            each.arrived,
            each.returned,
        ]
        for each in found
    ]
    return _sheet(Text("物资清单", "Materials"), fair, Table(heads, rows))


@document(of=Fair, title=Text("寄放登记", "Things left here"), icon="printer")
def left_list(store: Store, fair: Fair) -> Sheet:
    """What was left at the stalls, to be signed for when it is fetched."""
    left = left_at(fair.id)
    slips = {each.id: each for each in Slip.select().where(Slip.id.in_([e.slip for e in left]))}
    stalls = {each.id: each for each in stalls_of(fair.id)}
    heads = (
        Text("摊位", "Stall"),
        Text("号码", "Number"),
        Text("东西", "What"),
        Text("手机后四位", "Phone, last four"),
        Text("取走签名（成年人）", "Fetched by (an adult)"),
    )
    rows = [
        [stalls[slip.stall].told, slip.number, each.what, slip.phone_last4, ""]
        for each in left
        if (slip := slips.get(each.slip)) and slip.stall in stalls
    ]
    return _sheet(Text("寄放登记", "Things left here"), fair, Table(heads, rows), roomy=True)


@document(of=Fair, title=Text("当日汇总", "The day's summary"), icon="printer")
def summary(store: Store, fair: Fair) -> Sheet:
    """What a fair came to, by service, in numbers; and until when other laptops were heard."""
    lines = lines_of(store, fair)
    helpers, hours = hours_of(fair.id)
    heads = (
        Text("项目", "Service"),
        Text("发号", "Numbers"),
        Text("完成", "Served"),
        Text("过号", "Passed over"),
        Text("转上门", "Visits"),
        Text("未服务", "Open"),
        Text("人次", "People"),
    )
    sums = map(sum, zip(*(each[1:] for each in lines), strict=True))
    return Sheet(
        Text("{title}当日汇总", "Summary: {title}").format(title=fair.title),
        [
            [fair.date, fair.place],
            Table(heads, [*map(list, lines), [Text("合计", "All"), *sums]]),
            Text(
                "志愿者 {n} 人，{hours:g} 小时",
                "{n} {n:helper|helpers}, {hours:g} {hours:hour|hours}",
            ).format(n=helpers, hours=hours),
            Signed([Text("负责人", "Signed")]),
        ],
        note=heard(),
    )


def _sheet(title: Text, fair: Fair, table: Table, *, roomy: bool = False) -> Sheet:
    return Sheet(title, [[fair.title, fair.date, fair.place], table], roomy=roomy)


def _phones(store: Store, people: Sequence[str]) -> dict[str, str]:
    """The telephones that this laptop knows of these people."""
    if CONTACTS not in store.collections:
        return {}
    contacts = store.collection(CONTACTS).model
    query = contacts.select(contacts.person, contacts.phone).where(
        contacts.person.in_(people), contacts.phone.is_null(False)
    )
    return {person: str(phone) for person, phone in query.tuples()}
