"""Invented reports of a year, for the community of the demonstration; who reported only for teams here.

The same for the same seed and day. Residents are 示例·居民, telephone numbers begin with 100, which none
in China does. Today some are new, one is overdue, one was sent back.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from hongxian import Store, local_now
from hongxian.records import COMMUNITY, Values, new_id
from hongxian.workdays import workdays_after
from hongxian_plugins.requests.dispatching import prepare
from hongxian_plugins.requests.kept.lines import Step
from hongxian_plugins.requests.kept.people import Reporter
from hongxian_plugins.requests.kept.records import Request
from hongxian_plugins.requests.teams import teams_of

DAYS = 300
COUNT = 180
_TEAMS = ("红马甲管家团", "红帽子帮帮团", "红袖章互助岗")
_PROMISED = {"danger": 0, "consult": 3, "ordinary": 5, "hard": 7}
_MATTERS = (
    ("lamp", "{n}幢东侧", "示例：路灯不亮"),
    ("road", "示例路{n}号旁", "示例：井盖松动，有响声"),
    ("rubbish", "{n}幢楼道", "示例：楼道堆了旧家具"),
    ("fire", "{n}幢架空层", "示例：电动车飞线充电"),
    ("facility", "示例广场", "示例：健身器材螺丝松了"),
    ("noise", "{n}幢", "示例：楼上晚上声音大，想请人劝劝"),
    ("water", "{n}幢", "示例：下水道堵了"),
    ("visit", "{n}幢", "示例：老人想请人换灯泡、擦高处的窗"),
    ("escort", "{n}幢", "示例：周三要去医院，想有人陪"),
    ("repair", "{n}幢", "示例：菜刀钝了，腿脚不便"),
    ("advice", "居委会", "示例：问老年卡怎么办"),
)
_NOW = ("reported", "reported", "accepted", "dispatched", "taken", "bounced")
"""What the newest are, the last reported first."""
_ROAD = ("report", "dispatch", "take", "finish")


def fill(store: Store, seed: int) -> None:
    """Fill a laptop unless there are requests; reporters of open ones go to its first team."""
    if Request.select().exists():
        return
    made = list(_requests(random.Random(seed), local_now(store).replace(microsecond=0)))
    with store.separately():
        store.create(Request, made)
        store.create(Step, [step for each in made for step in _steps(each)])
        scope = next(iter(sorted(teams_of(store))), None)
        if scope:
            store.create(Reporter, list(_reporters(random.Random(seed), made, scope)))
    prepare(store)


def _requests(chance: random.Random, now: datetime) -> Iterator[Values]:
    numbers: dict[int, int] = {}
    for place in range(COUNT):
        left = COUNT - 1 - place
        day = now.date() - timedelta(days=left * DAYS // COUNT if left >= len(_NOW) else left)
        moment = datetime.combine(day, time(8 + chance.randrange(10), chance.randrange(60)))
        numbers[day.year] = numbers.get(day.year, 0) + 1
        state = _NOW[left] if left < len(_NOW) else "archived"
        yield _request(chance, min(moment, now), state, numbers[day.year])


def _request(chance: random.Random, moment: datetime, state: str, number: int) -> Values:
    kind, where, what = chance.choice(_MATTERS)
    urgency = "consult" if kind == "advice" else chance.choice(("ordinary", "ordinary", "hard"))
    due = workdays_after(moment.date(), _PROMISED[urgency])
    made: Values = {
        "id": new_id(),
        "scope": COMMUNITY,
        "number": f"BS{moment.year}-{number:04}",
        "kind": kind,
        "title": what,
        "place": where.format(n=chance.randint(1, 40)),
        "urgency": urgency,
        "channel": chance.choice(("here", "phone", "chat", "hotline")),
        "reported_at": moment,
        "due": due,
        "state": state,
    }
    if state in ("dispatched", "taken", "bounced", "archived"):
        made |= {"team": chance.choice(_TEAMS), "dispatched_at": moment + timedelta(hours=2)}
    if state == "bounced":
        made["reason"] = "示例：要登高，我们没有梯子"
    if state == "archived":
        late = chance.random() < 0.08
        answered = datetime.combine(due, time(16)) + timedelta(days=2 if late else 0)
        grade = chance.choice((None, None, "5", "5", "4", "4", "3", "2"))
        made |= {"result": "示例：已处理", "answered_at": max(answered, moment), "rating": grade}
        made["archived_on"] = due + timedelta(days=5)
    return made


def _steps(request: Values) -> Iterator[Values]:
    """The road that it came, a line each."""
    end = {"reported": 1, "accepted": 1, "dispatched": 2, "bounced": 3}.get(request["state"], 4)
    if request["state"] == "taken":
        end = 3
    for place, what in enumerate(_ROAD[:end]):
        at = request["reported_at"] + timedelta(hours=2 * place)
        at = request["answered_at"] if what == "finish" else at
        said = request.get("team") if what == "dispatch" else None
        yield _step(request, what, at, request.get("result") if what == "finish" else said)
    if request["state"] == "bounced":
        at = request["reported_at"] + timedelta(hours=8)
        yield _step(request, "bounce", at, request["reason"])


def _step(request: Values, what: str, at: datetime, said: str | None) -> Values:
    told = {"request": request["id"], "what": what, "at": at, "said": said}
    return {**told, "scope": COMMUNITY, "by": request.get("team")}


def _reporters(chance: random.Random, made: list[Values], scope: str) -> Iterator[Values]:
    for each in made:
        if each["state"] != "archived":
            yield {
                "scope": scope,
                "request": each["id"],
                "name": f"示例·居民{chance.randint(1, 999):03}",
                "phone": f"100{chance.randrange(10**8):08}",
            }
