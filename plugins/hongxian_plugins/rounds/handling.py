"""What becomes of a finding: written in three presses, accepted, given out, put right, looked at again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from hongxian import Due, Store, Text, action, gives, local_today, reminder, step, takes, view
from hongxian.contracts import Matter, Outcome
from hongxian.entries import Alike, entry
from hongxian.files import File
from hongxian.records import Values, asked_as
from hongxian.shapes import Button, Facts, Link, Table, Tag, Tone
from hongxian.workdays import workdays_after
from hongxian_plugins.rounds.findings import DANGERS, KINDS, SEVERITIES, Finding
from hongxian_plugins.rounds.setting import RoundRules, days_of
from hongxian_plugins.rounds.steps import FINDING, IN_WORK, SETTLED
from hongxian_plugins.rounds.walks import Round

_ALIKE = timedelta(days=30)
_NOT_MINE = ("shelved", "answered", "passed")
"""States in which nothing can be done here to keep a day."""


def due_of(store: Store, finding: Finding) -> date:
    """Its last day: as somebody wrote, else counted from when it was found; no bounce stops that clock."""
    days = days_of(RoundRules.now(store))[finding.severity]
    return finding.due or workdays_after(finding.found_on, days)


def write_finding(store: Store, kind: str, place: str, **told: object) -> Finding:
    """One that was just found; called within a transaction."""
    told = {name: each for name, each in told.items() if each is not None}
    usual = {"title": dict(KINDS)[kind].zh, "severity": "danger" if kind in DANGERS else "ordinary"}
    finding = Finding(kind=kind, place=place, **{**usual, "found_on": local_today(store), **told})
    finding.due = due_of(store, finding)
    finding.save(force_insert=True)
    return finding


def _there(store: Store, kind: str | None, place: str | None, **_: object) -> Iterator[Alike]:
    """What is open, or was lately, of the same kind at the same place."""
    since = local_today(store) - _ALIKE
    same = Finding.select().where(Finding.kind == kind, Finding.place == place)
    for each in same.where(Finding.found_on >= since) if kind and place else ():
        told = FINDING.title_of(each.state)
        why = Text("同一处同一类，{state}", "The same there: {state}").format(state=told)
        yield Alike(why, each.title, Finding, each.id)


@entry(
    makes=Finding,
    title=Text("报一个问题", "Report a finding"),
    icon="exclamation-triangle",
    asks={
        "kind": Finding.kind,
        "place": Finding.place,
        "title": asked_as(Finding.title, null=True),
        "severity": asked_as(Finding.severity, null=True, default=None),
        "photo": Finding.photo,
        "found_by": Finding.found_by,
        "found_on": Finding.found_on,
    },
    alike=_there,
)
def report(
    store: Store, kind: str, place: str, title: str | None, severity: str | None, **told: object
) -> Text:
    """Something is wrong somewhere."""
    with store.transaction():
        made = write_finding(store, kind, place, title=title, severity=severity, **told)
    return Text("已记：{title}，{due} 前办好", "Written: {title}, due {due}").format(
        title=made.title, due=made.due
    )


@action(
    of=Round,
    title=Text("记下发现", "Write a finding"),
    menu=False,
    when=lambda round: round.state != "off",
    asks=[Finding.kind, Finding.place],
)
def spot(store: Store, round: Round, kind: str, place: str) -> Link:
    """The same on a round: where they stand is known, and what it is was pressed."""
    with store.transaction():
        made = write_finding(store, kind, place, round=round.id, scope=round.scope)
    told = Text("已记：{title}，{due} 前办好", "Written: {title}, due {due}")
    return Link(told.format(title=made.title, due=made.due), Finding, made.id)


@step(Finding, "accept")
def accept(store: Store, finding: Finding) -> Text:
    """It is ours: it has a number from now on, and its day."""
    if finding.number is None:
        finding.number = Finding.number.draw(finding.scope, on=finding.found_on)
    finding.due = due_of(store, finding)
    return Text("{no}，{due} 前办好", "{no}, due {due}").format(no=finding.number, due=finding.due)


@action(
    of=Finding,
    title=Text("加照片", "Add a photo"),
    icon="camera",
    usual=True,
    when=lambda finding: finding.photo is None and finding.state not in SETTLED,
    asks=[Finding.photo],
)
def add_photo(store: Store, finding: Finding, photo: File | None) -> Text:
    """Of the matter as it was found, taken on the spot."""
    Finding.update(photo=photo).where(Finding.id == finding.id).execute()
    return Text("照片在了", "The photo is there")


@action(
    of=Finding,
    title=Text("延期", "Put off"),
    usual=True,
    when=lambda finding: finding.state in IN_WORK,
    asks={
        "due": asked_as(Finding.due, null=False),
        "why": asked_as(Finding.why, null=False),
    },
)
def extend(store: Store, finding: Finding, due: date, why: str) -> Text:
    """Later than it was to be, and why."""
    finding.due, finding.why = due, why
    finding.save()
    return Text("延到 {due}", "Due {due}").format(due=due)


# -- what is to be done ----------------------------------------------------------------------------


@view(title=Text("待办的问题", "Findings to settle"), card=True)
def to_settle(store: Store) -> Table:
    """All that is open, what is overdue first, with the next step."""
    still = [*IN_WORK, "found"]
    open_ones = list(Finding.select().where(Finding.state.in_(still)))
    open_ones.sort(key=lambda each: (due_of(store, each), each.id))
    return Table.listing(
        Finding,
        open_ones,
        "title",
        "place",
        "state",
        (Text("期限", "Due"), lambda each: _when(store, each)),
        (Text("下一步", "Next"), _next),
    )


def _when(store: Store, finding: Finding) -> Tag:
    due, today = due_of(store, finding), local_today(store)
    tone: Tone = "stop" if due < today else "wait" if due - today <= timedelta(days=1) else "plan"
    return Tag(f"{due:%m-%d}", tone)


def _next(finding: Finding) -> Button | str:
    step = next((each for each in FINDING.after(finding.state) if each.usual), None)
    if step is None:
        return ""
    return Button(step.title, f"rounds.{step.name}", {}, finding.id, at_once=step.name == "accept")


@view(of=Finding, title=Text("期限", "Due"))
def standing(store: Store, finding: Finding) -> Facts:
    """How much time is left, and of what kind it is."""
    if finding.state in SETTLED:
        return Facts([])
    days = (due_of(store, finding) - local_today(store)).days
    told = (
        Text("还有 {n} 天", "{n} {n:day|days} left")
        if days >= 0
        else Text("已超 {n} 天", "{n} {n:day|days} late")
    )
    tags = [Tag(told.format(n=abs(days)), "stop" if days < 0 else "plan")]
    if finding.severity == "danger":
        tags.insert(0, Tag(dict(SEVERITIES)["danger"], "stop"))
    return Facts([], tags=tags)


@reminder(ahead=1)
def findings_due(store: Store) -> Iterator[Due]:
    """What waits to be accepted, to be put right, or to be looked at by somebody else."""
    days = RoundRules.now(store).accept_days
    for each in Finding.select().where(Finding.state.in_(("found", *IN_WORK))):
        told, day = Text("{title}：该办好", "{title}: to be put right"), due_of(store, each)
        if each.state in ("shelved", "passed"):
            continue
        if each.state == "found":
            told = Text("{title}：该受理", "{title}: to be accepted")
            day = min(day, workdays_after(each.found_on, days))
        if each.state == "answered":
            told, day = Text("{title}：该复查", "{title}: to be rechecked"), _after(each)
        yield Due(day, told.format(title=each.title), each, to=each.scope)


def _after(finding: Finding) -> date:
    return workdays_after(finding.fixed_on or finding.found_on, 1)


@reminder(ahead=0)
def rounds_to_walk(store: Store) -> Iterator[Due]:
    """What was planned and nobody walked, and who is not back yet."""
    for each in Round.select().where(Round.state.in_(("planned", "under_way"))):
        told = Text("{title}：还没出发", "{title}: not set out")
        if each.state == "under_way":
            told = Text("{title}：还没收队", "{title}: not back yet")
        yield Due(each.day, told.format(title=each.title), each, to=each.scope)


# -- the thread ------------------------------------------------------------------------------------


@takes(Matter, into=Finding, also_by_hand=True)
def finding_of(matter: Matter, source: str) -> Values | None:
    """What was passed on to the rounds. Kind and severity are for who accepts it."""
    if matter.kind != "finding":
        return None
    told: Values = {"matter": source, "title": matter.title[:80], "place": matter.place[:80] or "—"}
    if matter.reported is not None:
        told["found_on"] = matter.reported
    return told


@gives(Outcome, of=Finding)
def outcome_of(finding: Finding) -> Outcome | None:
    """How a matter stands that somebody passed on, from when it was accepted."""
    if not finding.matter or finding.state == "found":
        return None
    why = finding.result if finding.state not in ("returned", "shelved") else finding.why
    said = FINDING.title_of(finding.state).zh
    return Outcome(
        matter=finding.matter,
        said=f"{said}：{why}" if why else said,
        day=finding.rechecked_on or finding.fixed_on or finding.found_on,
        settled=finding.state in SETTLED,
    )
