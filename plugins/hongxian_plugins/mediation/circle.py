"""Which laptops of the mediators' team hold a case: who registered it, and whom they let in."""

from __future__ import annotations

from hongxian import Record, Reference, Refused, Store, Text, action, view
from hongxian.circles import begin_circle, laptops_inside, laptops_outside, let_in, let_out
from hongxian.records import Device
from hongxian.shapes import Table
from hongxian_plugins.mediation.case import Case
from hongxian_plugins.mediation.papers import PAPERS
from hongxian_plugins.mediation.reading import Reading

_OF_THE_CASE: tuple[type[Record], ...] = (*PAPERS, Reading)


_LAPTOP = {
    "laptop": Reference(
        "hongxian.device",
        verbose_name=Text("电脑", "Laptop"),
        help_text=Text("本调解队的一台电脑。", "A laptop of this mediators' team."),
    )
}


def is_limited(scope: object) -> bool:
    """Whether a case with this scope is seen by some laptops of its team alone."""
    return str(scope).startswith("c-")


@action(
    of=Case,
    title=Text("让另一台电脑看到", "Let a laptop in"),
    when=lambda case: is_limited(case.scope),
    asks=_LAPTOP,
)
def share(store: Store, case: Case, *, laptop: str) -> Text:
    """Let another laptop of the team see a case and work on it."""
    device = Device.get_by_id(laptop)
    if device.laptop not in {each.laptop for each in laptops_outside(case)}:
        raise Refused(
            Text(
                "只有本队里还看不到本案的电脑可以加入；旧案件请先改为只有经办电脑可见。",
                "Only a laptop of this team that does not see the case yet can be let in; limit an older case first.",
            )
        )
    let_in(case, device.laptop)
    return Text("{name} 下次同步时加入本案", "{name} sees the case at its next sync").format(
        name=device.name
    )


@action(
    of=Case,
    title=Text("移出一台电脑", "Let a laptop out"),
    when=lambda case: is_limited(case.scope),
    asks=_LAPTOP,
)
def unshare(store: Store, case: Case, *, laptop: str) -> Text:
    """Let a laptop see a case no more: all of it leaves that laptop."""
    device = Device.get_by_id(laptop)
    let_out(case, device.laptop)
    return Text("{name} 下次同步时移出本案", "The case leaves {name} at its next sync").format(
        name=device.name
    )


@action(
    of=Case,
    title=Text("改为只有经办电脑可见", "Limit to the laptops that work on it"),
    when=lambda case: not is_limited(case.scope),
)
def limit(store: Store, case: Case) -> Text:
    """Bring a case that the whole team holds, from an earlier release, into a circle of its own."""
    scope = begin_circle(case.scope)
    with store.transaction():
        store.edit(Case, {case.id: {"scope": scope}})
        for model in _OF_THE_CASE:
            papers = model.select(model.id).where(model.case == case.id).tuples()
            store.edit(model, {paper: {"scope": scope} for (paper,) in papers})
    return Text(
        "从下次同步起只有本机看得到；请加入其他经办电脑",
        "From the next sync this laptop alone sees it; let the others in",
    )


@view(of=Case, title=Text("哪些电脑看得到", "Which laptops see it"))
def laptops(store: Store, case: Case) -> Table:
    """The laptops that see the case, and those of the team that may be let in."""
    inside, outside = laptops_inside(case), laptops_outside(case)
    return Table(
        headers=(Text("电脑", "Laptop"), Text("看得到本案", "Sees the case")),
        rows=[
            *((each.name, Text("是", "Yes")) for each in inside),
            *((each.name, Text("否", "No")) for each in outside),
        ],
        note="" if inside else _NOT_YET if is_limited(case.scope) else _WHOLE_TEAM,
    )


_NOT_YET = Text(
    "还没有和社区主机同步过：只有登记它的电脑看得到。",
    "The hub has not heard of it yet: the laptop that registered it alone sees it.",
)
_WHOLE_TEAM = Text(
    "旧版本登记的案件：调解队的每台电脑都看得到。",
    "Registered with an earlier release: every laptop of the mediators' team sees it.",
)
