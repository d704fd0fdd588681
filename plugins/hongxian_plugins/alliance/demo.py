"""An invented alliance: 18 institutions, 22 merchants, what they offer and want, a screening and a draw.

The same for the same seed and day. No such institution or brand is known.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from hongxian import Store, local_today
from hongxian.quotas import spend
from hongxian_plugins.alliance.deliveries import Delivery, Thanks
from hongxian_plugins.alliance.entering import enter
from hongxian_plugins.alliance.meetings import Meeting, Promise
from hongxian_plugins.alliance.members import Agreement, Contact, Member
from hongxian_plugins.alliance.offers import Match, Offer, Want
from hongxian_plugins.alliance.seats.draws import Candidate, Draw
from hongxian_plugins.alliance.seats.invitations import Invite
from hongxian_plugins.alliance.settings import AllianceRules

INSTITUTIONS = ("机关", "银行", "学校", "医院", "派出所", "物业", "供电所", "邮局", "图书馆")
MERCHANTS = (
    "影院",
    "书店",
    "面包房",
    "药房",
    "超市",
    "理发店",
    "花店",
    "茶馆",
    "五金店",
    "洗衣店",
    "面馆",
)
_NAMES = "甲乙"
OFFERS = (
    # title, kind, pieces, unit, purpose, for whom
    ("影院包场", "seats", 80, "座", "volunteers", "优秀志愿者专场"),
    ("面包券", "tickets", 60, "张", "rewards", "积分兑换"),
    ("图书", "goods", 120, "册", "children", "学习室的孩子"),
    ("夜巡手电", "goods", 30, "把", "patrols", "夜间巡查"),
    ("会议室", "venue", 12, "次", "anyone", "周末活动"),
    ("理发", "service", 40, "次", "elderly", "八十岁以上老人"),
    ("瓶装水", "goods", 200, "瓶", "outdoor", "快递、环卫"),
    ("急救讲座", "service", 4, "次", "anyone", "居民"),
    ("花苗", "goods", 90, "盆", "anyone", "楼道绿化"),
    ("电影票", "tickets", 50, "张", "rewards", "积分兑换"),
)
WANTS = (
    ("周末活动场地", "venue", 1),
    ("学习室用书", "goods", 50),
    ("老人上门理发", "service", 10),
    ("年会座位", "seats", 40),
    ("夏天的饮水", "goods", 100),
)
INVITED = 41
_CANDIDATES = 20


def fill(store: Store, seed: int) -> None:
    """Fill a laptop with an alliance, unless there is one."""
    if Offer.select().exists():  # members may have come of what another plugin tells
        return
    chance, today = random.Random(seed), local_today(store)
    teams = sorted(store.writer().teams)
    with store.transaction():
        AllianceRules.change(receiver="示例社区居民委员会")
        members = _members(chance, today, teams[:1])
        offers = _offers(chance, members, today)
        wants = [
            Want.create(title=what, kind=kind, pieces=n, by=today + timedelta(days=20 + 5 * i)).id
            for i, (what, kind, n) in enumerate(WANTS)
        ]
        Match.create(offer=offers[4].id, want=wants[0])
        _given(offers, today)
        if teams:
            _meetings(chance, today, teams[0])
            _screening(store, chance, offers[0].id, today)


def _members(chance: random.Random, today: date, teams: list[str]) -> list[str]:
    """Institutions that another plugin has told of are members; only where there is none are some invented."""
    told = Member.select(Member.id).where(Member.kind == "institution")
    members = [each.id for each in told.order_by(Member.name)]
    kinds = (
        [("merchant", MERCHANTS)]
        if members
        else [("institution", INSTITUTIONS), ("merchant", MERCHANTS)]
    )
    for kind, names in kinds:
        for name in (f"示例·{each}{which}" for each in names for which in _NAMES):
            made = Member.create(name=name, kind=kind, unnamed=chance.random() < 0.1)
            members.append(made.id)
    for number, member in enumerate(members, 1):
        ends = today + timedelta(days=chance.randint(10, 400))
        Agreement.create(member=member, begins=ends - timedelta(days=365), until=ends)
        for team in teams:
            phone = f"100{chance.randint(0, 99_999_999):08}"
            name = f"示例·联系人{number:02}"
            Contact.create(member=member, name=name, phone=phone, scope=team)
    return members


def _offers(chance: random.Random, members: list[str], today: date) -> list[Offer]:
    made = []
    for number, (title, kind, pieces, unit, purpose, whom) in enumerate(OFFERS * 3):
        is_early = number < len(OFFERS)
        offer = enter(
            title=title,
            member=chance.choice(members),
            kind=kind,
            pieces=pieces,
            unit=unit,
            purpose=purpose,
            whom=whom,
            until=today + timedelta(days=chance.randint(5, 300)),
            due=today if number == 0 else None,
            state="agreed" if is_early and number != 4 else "matched" if number == 4 else "offered",
            agreed_on=today - timedelta(days=30) if is_early and number != 4 else None,
        )
        made.append(offer)
    return made


def _given(offers: list[Offer], today: date) -> None:
    """Some of what was agreed came, and most were thanked for it."""
    for number, whom in {
        2: "child",
        3: "patrol",
        5: "elderly",
        6: "outdoor",
        7: "resident",
    }.items():
        offer = Offer.get_by_id(offers[number].id)
        amount, day = offer.pieces // 2, today - timedelta(days=3 + number)
        spend(offer, "stock", amount)
        about = {"title": offer.title, "offer": offer, "day": day}
        Delivery.create(
            **about,
            amount=amount,
            whom=whom,
            to=f"示例·{offer.whom}",
            received_by="示例·值班组",
            number=Delivery.number.draw(on=day),
        )
        offer.state = "delivered"
        offer.save()
        if number != 7:
            Thanks.create(**about)
            offer.state = "thanked"
            offer.save()


def _meetings(chance: random.Random, today: date, team: str) -> None:
    meeting = Meeting.create(
        scope=team,
        title="示例·联席会议",
        day=today - timedelta(days=6),
        place="党群服务中心",
        minutes="示例：各家说了今年能提供什么。",
    )
    for what, who in (("示例：借出会议室", "示例·图书馆甲"), ("示例：印宣传页", "示例·邮局乙")):
        by = today + timedelta(days=chance.randint(-2, 12))
        Promise.create(title=what, meeting=meeting, who=who, by=by, scope=team)


def _screening(store: Store, chance: random.Random, offer: str, today: date) -> None:
    """Half of the hall is given, most of them came; a draw for more waits for its list."""
    team = min(store.writer().teams)
    roster = store.collections.get("roster.person")
    people = (
        []
        if roster is None
        else [id for (id,) in roster.model.select(roster.model.id).limit(200).tuples()]
    )
    guests = chance.sample(people, min(len(people), INVITED)) or [
        f"示例·居民{n:03}" for n in range(1, INVITED + 1)
    ]
    spend(Offer.get_by_id(offer), "stock", len(guests))
    for seat, person in enumerate(guests, 1):
        state = "came" if chance.random() < 0.7 else "invited"
        Invite.create(offer=offer, person=person, seat=seat, state=state, day=today, scope=team)
    draw = Draw.create(title="示例·包场抽签", offer=offer, places=10, scope=team)
    for n in range(1, _CANDIDATES + 1):
        Candidate.create(draw=draw, person=f"示例·居民{n + 100:03}", scope=team)
