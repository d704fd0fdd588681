"""Cases for the tests of mediation, brought as far as a test wants them, by what mediators press."""

from datetime import date, datetime
from typing import Any

from hongxian.records import Device
from hongxian_plugins.mediation import Case
from hongxian_testing import Laptop, Neighbourhood

TEAM = "老娘舅"
DAY = date(2026, 3, 2)
ASKED = {
    "committee": "示例社区人民调解委员会",
    "kind": "neighbours",
    "summary": "示例：楼上漏水",
    "applicant": "示例·甲001",
    "respondent": "示例·乙002",
}
TERMS = {
    "form": "written",
    "facts": "示例：水管渗漏",
    "dispute": "示例：修缮费用",
    "responsibility": "示例：各半",
    "terms": "示例：各付一半",
    "way": "示例：一次付清",
    "perform_by": date(2026, 4, 1),
}
ROAD = ("registered", "consented", "chosen", "in_session", "agreed", "checked", "archived")
STEPS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "consented": ("consent", "consented_on", {}),
    "chosen": (
        "choose",
        "chosen_on",
        {"mediators": "示例·调解员一、示例·调解员二", "chosen_by": "parties"},
    ),
    "in_session": ("hold", "held_at", {"record": "谈"}),
    "agreed": ("agree", "agreed_on", TERMS),
    "checked": ("check", "day", {"performance": "done"}),
    "archived": ("archive", "archived_on", {}),
}
"""What leads to a state: the step, by which field it is told the day, and what it asks for."""


def do(laptop: Laptop, name: str, case: str | None = None, /, **asked: Any) -> Any:
    return laptop.do(f"mediation.{name}", case, **asked)


def view(laptop: Laptop, name: str, case: str | None = None, /, **asked: Any) -> Any:
    return laptop.view(f"mediation.{name}", case, **asked)


def paper(laptop: Laptop, name: str, case: str, **asked: Any) -> str:
    return laptop.print(f"mediation.{name}", case, **asked)


def edit(model: Any, id: str, **values: Any) -> None:
    model.update(**values).where(model.id == id).execute()


def terminate(laptop: Laptop, case: str, because: str = "failed", day: date = DAY) -> None:
    do(laptop, "terminate", case, ended_because=because, remedies_told=True, ended_on=day)


def case_at(laptop: Laptop, state: str = "registered", day: date = DAY, **asked: Any) -> str:
    """A new case, brought so far by the steps that lead there."""
    do(laptop, "accept", registered_on=day, **{**ASKED, **asked})
    with laptop:
        case: str = Case.select(Case.id).order_by(Case.id.desc()).scalar()
    further(laptop, case, state, day)
    return case


def further(laptop: Laptop, case: str, state: str, day: date = DAY) -> None:
    """Bring a case on, all on one day."""
    for each in ROAD[ROAD.index(held(laptop, case).state) + 1 : ROAD.index(state) + 1]:
        name, dated, asked = STEPS[each]
        on = datetime(day.year, day.month, day.day, 14) if dated == "held_at" else day
        told = {"rights_told_on": on} if name == "consent" else {}
        do(laptop, name, case, **asked, **{dated: on}, **told)


def held(laptop: Laptop, case: str) -> Case:
    with laptop:
        found: Case = Case.get_by_id(case)
        return found


def case_of_both(first: Laptop, second: Laptop, state: str = "registered", **asked: Any) -> str:
    """A case of the first laptop, which has let the second in; both hold all of it."""
    case = case_at(first, state, **asked)
    first.sync()
    do(first, "let_in_case", case, laptop=device_of(first, second))
    for each in (first, second):
        each.sync()
    return case


def device_of(laptop: Laptop, other: Laptop) -> str:
    """What a laptop knows another by."""
    number = number_of(other)
    with laptop:
        found: str = Device.get(Device.number == number).id
        return found


def number_of(laptop: Laptop) -> int:
    with laptop:
        return laptop.store.writer().number


def sync(*laptops: Laptop) -> None:
    for each in laptops:
        each.sync()


def mediators(neighbourhood: Neighbourhood, count: int = 2) -> list[Laptop]:
    """Laptops of the mediators' team."""
    return [neighbourhood.laptop(TEAM) for _ in range(count)]
