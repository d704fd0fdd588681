"""Where a matter stands, for whoever has its code: in plain words, without a name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from hongxian import Store, Text, local_now, view
from hongxian.codes import code_field, found_by_code, record_by_code, scannable
from hongxian.days import day_in_words
from hongxian.shapes import Beside, Button, Facts, Table, Tag
from hongxian_plugins.requests.clock import by_of
from hongxian_plugins.requests.kept.flow import ANSWERED, OPEN, REQUEST
from hongxian_plugins.requests.kept.lines import lines_of
from hongxian_plugins.requests.kept.records import Request
from hongxian_plugins.requests.kept.settings import RequestRules
from hongxian_plugins.requests.phone.nearby import alike

_PLAIN = {
    "report": Text("收到了", "We have it"),
    "accept": Text("受理了", "Accepted"),
    "dispatch": Text("派给了一支志愿队", "Given to a team of volunteers"),
    "redispatch": Text("换了一支队来办", "Given to another team"),
    "take": Text("有人接了", "Somebody took it on"),
    "begin": Text("去办了", "They set out"),
    "hold": Text("要等一等", "It has to wait"),
    "resume": Text("接着办了", "It goes on"),
    "bounce": Text("那边办不了，正在另找人", "They cannot: another is looked for"),
    "pass_on": Text("转给了负责的单位", "Passed on to those who are responsible"),
    "outcome": Text("那边答复了", "They answered"),
    "extend": Text("要多几天", "It takes longer"),
    "link": Text("和另一件一起办", "Done together with another report"),
    "finish": Text("办好了", "Done"),
    "reject": Text("不归我们办", "Not ours to do"),
    "heard": Text("告诉过您了", "You were told"),
    "rate": Text("您评价了", "You graded it"),
    "reopen": Text("又打开了", "Opened again"),
    "archive": Text("归档了", "Filed"),
}
"""What happened, for who waits for it."""
_SAID = ("extend", "reject", "finish")
"""Steps whose reason is meant for the resident."""
_GRADES = dict(Request.rating.choices)


CODE = Text("查询码", "Code")


@view(
    title=Text("查我报的事", "Follow a report"),
    audience="public",
    icon="search",
    asks={"code": code_field(CODE)},
    scans=lambda store, code: record_by_code(Request, code) is not None,
)
def follow(store: Store, code: str) -> Beside:
    """Where a request stands, for whoever has its code: its steps in plain words, no name, nothing of others."""
    request = found_by_code(Request, code)
    return Beside(
        [
            _standing(store, request),
            _steps(store, request),
            *alike(store, request),
            _again(store, request),
        ],
        presses=[*_grades(request), *_reopens(store, request)],
    )


def _standing(store: Store, request: Request) -> Facts:
    is_open = request.state in OPEN
    tag = Tag(REQUEST.title_of(request.state), "now" if is_open else "done")
    by = day_in_words(by_of(store, request), local_now(store).date()) if is_open else None
    return Facts(
        [
            (Text("什么事", "What"), request.title),
            (Text("在哪儿", "Where"), request.place),
            (Text("编号", "Number"), request.number),
            (Text("最晚", "At the latest"), by),
            (Text("结果", "Result"), request.result),
            (Text("该找谁", "Whom to ask"), request.responsible),
            (Text("您的评价", "Your grade"), _GRADES.get(request.rating)),
        ],
        [tag],
    )


def _steps(store: Store, request: Request) -> Table:
    rows = [
        [
            _PLAIN.get(each.what, REQUEST.title_of(request.state)),
            f"{each.at:%m-%d %H:%M}",
            (each.said or "") if each.what in _SAID else "",
        ]
        for each in lines_of(request)
    ]
    return Table((Text("办到哪一步", "Steps"), "", ""), rows)


def _again(store: Store, request: Request) -> Facts:
    found = scannable(store, request.track)
    return Facts([(Text("查询码，记下或截屏", "Code: write it down"), [request.track, found])])


def _grades(request: Request) -> Iterator[Button]:
    for grade, word in Request.rating.choices if request.state == "done" else ():
        yield Button(word, "requests.grade", {"code": request.track, "rating": grade})


def _reopens(store: Store, request: Request) -> Iterator[Button]:
    days = timedelta(days=RequestRules.now(store).reopen_days)
    at = request.answered_at
    if request.state in ANSWERED and at and local_now(store) - at <= days:
        title = Text("没办好，再打开", "It is not done: open it again")
        yield Button(title, "requests.reopen_mine", {"code": request.track})
