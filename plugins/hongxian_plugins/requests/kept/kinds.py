"""What may be reported: what it is called, whose it is if not ours, and who may go."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hongxian import Text

PROPERTY = Text("物业", "The property management")
HOTLINE = Text("12345 热线", "The hotline 12345")
CITY = Text("城市管理部门", "The city's management office")
POWER = Text("供电公司 95598", "The power company, 95598")
GAS = Text("燃气公司抢修", "The gas company's emergency line")


@dataclass(frozen=True)
class Kind:
    """One kind of matter."""

    title: Text
    owner: Text
    """Who is responsible where it is none of the volunteers'."""
    at_home: bool = False
    """Whether somebody goes to a home: in pairs, and adults."""
    licensed: bool = False
    """Whether only who is licensed may do it (志愿服务条例 16)."""
    skills: tuple[str, ...] = ()
    """As the roster calls what helps."""
    words: str = ""
    """By what people say it is recognised, with | between."""


KINDS = {
    "lamp": Kind(Text("路灯照明", "Lights"), PROPERTY, skills=("修电器",), words="灯"),
    "road": Kind(Text("路面井盖", "Pavement and covers"), CITY, words="井盖|路面|坑"),
    "rubbish": Kind(Text("垃圾堆物", "Rubbish and clutter"), PROPERTY, words="垃圾|堆|小广告"),
    "fire": Kind(
        Text("消防通道、飞线充电", "Fire exits and charging"), PROPERTY, words="消防|飞线|充电|通道"
    ),
    "facility": Kind(
        Text("健身器材、公共设施", "Public fittings"), PROPERTY, words="健身|座椅|设施|门禁"
    ),
    "noise": Kind(
        Text("邻里纠纷", "Between neighbours"), HOTLINE, skills=("调解",), words="吵|噪|邻居|纠纷"
    ),
    "water": Kind(Text("漏水堵塞", "Leaks and drains"), PROPERTY, words="水|堵|漏"),
    "electric": Kind(
        Text("用电故障", "Electricity"),
        POWER,
        at_home=True,
        licensed=True,
        words="没电|停电|跳闸|电线",
    ),
    "gas": Kind(Text("燃气", "Gas"), GAS, at_home=True, licensed=True, words="燃气|煤气|天然气"),
    "repair": Kind(
        Text("小修小补、磨刀", "Small repairs, grinding"),
        PROPERTY,
        skills=("磨刀", "换纱窗"),
        words="磨|刀|纱窗|修",
    ),
    "visit": Kind(
        Text("上门帮忙", "Help at home"),
        HOTLINE,
        at_home=True,
        skills=("急救",),
        words="上门|老人|换灯泡|搬",
    ),
    "escort": Kind(
        Text("陪诊跑腿", "Going along, errands"),
        HOTLINE,
        skills=("急救",),
        words="陪|医院|代买|配药",
    ),
    "advice": Kind(Text("咨询", "Questions"), HOTLINE, words="问|咨询|怎么办理"),
    "other": Kind(Text("其他", "Other"), HOTLINE),
}
CHOICES = [(name, each.title) for name, each in KINDS.items()]

URGENCIES = (
    ("danger", Text("危险（当天）", "Danger (the same day)")),
    ("consult", Text("咨询", "A question")),
    ("ordinary", Text("一般", "Ordinary")),
    ("hard", Text("难办", "Hard")),
)
CHANNELS = (
    ("here", Text("当面", "In person")),
    ("phone", Text("电话", "By telephone")),
    ("page", Text("手机页", "On a phone's page")),
    ("chat", Text("微信群", "In a chat")),
    ("patrol", Text("巡查发现", "On a round")),
    ("hotline", Text("12345 转来", "From 12345")),
)
RATINGS = (
    ("5", Text("非常满意", "Very satisfied")),
    ("4", Text("满意", "Satisfied")),
    ("3", Text("基本满意", "Fairly satisfied")),
    ("2", Text("不满意", "Dissatisfied")),
    ("1", Text("非常不满意", "Very dissatisfied")),
)
"""Five grades, as 12345 has them; silence is none of them."""
UNSATISFIED = ("1", "2")
INSIDE = (
    ("finding", Text("巡查发现", "A finding of the rounds")),
    ("booking", Text("磨刀预约", "A booking of knife grinding")),
    ("case", Text("调解", "A mediation")),
)
"""What a matter may become in another system, as the contract `Matter` names it."""
OUTSIDE = (
    ("property", PROPERTY),
    ("hotline", HOTLINE),
    ("city", CITY),
    ("police", Text("派出所", "The police station")),
    ("other", Text("其他单位", "Another body")),
)


def kind_said(what: str) -> str:
    """The kind that somebody's words sound like, the first that fits; "other" for none."""
    heard = (name for name, kind in _HEARD if re.search(kind.words, what))
    return next(heard, "other")


_FIRST = ("gas", "electric", "fire", "visit", "escort", "noise", "repair")
"""Before the others: what is dangerous, and what a single word of another kind stands in."""
_HEARD = [(name, KINDS[name]) for name in dict.fromkeys((*_FIRST, *KINDS)) if KINDS[name].words]


def kind_of(name: str) -> Kind:
    """A kind by its name; one that a later release added is like any other."""
    return KINDS.get(name, KINDS["other"])
