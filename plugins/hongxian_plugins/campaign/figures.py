"""What was counted: on the wall, by unit, by hour, and as a line for the chat. 人次 is not 人."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hongxian import Store, Text, local_now, view
from hongxian.records import asked_as, known_until
from hongxian.shapes import Beside, Chart, Chat, Go, Link, Numbers, Queue, Stat, Stats, Table, Tag
from hongxian.text import joined
from hongxian_plugins.campaign.counting import KINDS, Count, present_session
from hongxian_plugins.campaign.records import CAMPAIGN, Campaign, Session, Site, Unit

SILENT = timedelta(minutes=20)
"""A site of which so long nothing was heard while its session is on is told."""
_WHICH = asked_as(
    Session.campaign,
    null=True,
    help_text=Text("留空是现在进行的这一次。", "Empty for the one that is on."),
)


@dataclass
class Figures:
    """Of one campaign: visits by kind, of each site, unit and hour those that were served."""

    by_kind: Counter[str] = field(default_factory=Counter)
    by_site: Counter[str] = field(default_factory=Counter)
    by_unit: Counter[str | None] = field(default_factory=Counter)
    by_hour: Counter[int] = field(default_factory=Counter)
    heard: dict[str, datetime] = field(default_factory=dict)
    """When each site was last heard of."""


def figures_of(sessions: list[str]) -> Figures:
    """All that is known here of these sessions, without drills, read once."""
    told = Figures()
    query = Count.select(
        Count.site, Count.unit, Count.hour, Count.kind, Count.counted_at, Count.people
    ).where(Count.session.in_(sessions), Count.drill == False)  # noqa: E712
    for site, unit, hour, kind, at, people in query.tuples():
        told.by_kind[kind] += people
        told.heard[site] = max(told.heard.get(site, at), at)
        if kind == "served":
            told.by_site[site] += people
            told.by_unit[unit] += people
            told.by_hour[hour] += people
    return told


def campaign_meant(store: Store, campaign: str | None) -> Campaign | None:
    """The one that is named, else the one that runs, else the latest."""
    if campaign:
        return next(iter(Campaign.select().where(Campaign.id == campaign)), None)
    found = list(Campaign.select().order_by(Campaign.keep_until.desc(), Campaign.id.desc()))
    running = [each for each in found if each.state in ("running", "drill", "paused")]
    return next(iter(running or found), None)


def sessions_of(campaign: str) -> list[str]:
    """The ids of a campaign's sessions."""
    return [id for (id,) in Session.select(Session.id).where(Session.campaign == campaign).tuples()]


@view(title=Text("人次大屏", "Visits on the wall"), audience="display", menu=False)
def wall(store: Store) -> Beside:
    """The total in large figures, until when it is known, and which sites are not heard of."""
    held = campaign_meant(store, None)
    if held is None:
        return Beside([Queue("", title=Text("没有大规模服务", "No campaign"))])
    told = figures_of(sessions_of(held.id))
    expected = _expected(held)
    silent = silent_sites(store, held, told)
    sites = Site.select().where(Site.campaign == held.id).order_by(Site.name)
    lines = [
        *([Numbers(Text("目标", "Aim"), [_percent(told, expected)])] if expected else []),
        *(
            [Numbers(Text("未报", "Not heard of"), [each.name for each in silent])]
            if silent
            else []
        ),
        *(Numbers(each.name, [f"{told.by_site[each.id]:,}"]) for each in sites),
    ]
    total = Queue(
        called=f"{told.by_kind['served']:,}", around=("", Text("人次", "visits")), lines=lines
    )
    return Beside(
        [total],
        title=held.name,
        note=_until(store),
        foot=(Text("人次不是人数", "Visits, not people"),),
    )


@view(title=Text("现在的进度", "Progress"), card=True, asks={"campaign": _WHICH}, icon="people")
def standing(store: Store, campaign: str | None = None) -> Beside:
    """Visits so far beside what is expected, and each site with what is done there."""
    held = campaign_meant(store, campaign)
    if held is None:
        return Beside([Stats([], note=Text("还没有大规模服务。", "There is no campaign yet."))])
    told = figures_of(sessions_of(held.id))
    expected = _expected(held)
    figures = Stats(
        [
            *(Stat(title, told.by_kind[kind], Text("人次", "")) for kind, title in KINDS),
            *([Stat(Text("目标", "Aim"), _percent(told, expected))] if expected else []),
        ],
        note=_until(store),
    )
    of = {"campaign": held.id}
    return Beside(
        [_sites(store, held, told), figures],
        title=Text("{name} · {state}", "{name} · {state}").format(
            name=held.name, state=CAMPAIGN.title_of(held.state)
        ),
        presses=[
            Go(Text("各单元", "Units"), of, "campaign.units"),
            Go(Text("分时曲线", "By hour"), of, "campaign.by_hour"),
            Go(Text("发群文字", "For the chat"), of, "campaign.chat", "clipboard"),
            Link(Text("这次服务", "This campaign"), Campaign, held.id),
        ],
    )


def _sites(store: Store, held: Campaign, told: Figures) -> Table:
    """Each site: what was served, when it was heard of last, and a press that leads to counting and to its posts."""
    silent = {each.id for each in silent_sites(store, held, told)}
    return Table.listing(
        Site,
        list(Site.select().where(Site.campaign == held.id).order_by(Site.name)),
        "name",
        (Text("完成", "Served"), lambda each: told.by_site[each.id]),
        (
            Text("最后一次", "Last"),
            lambda each: _SILENT if each.id in silent else _at(told, each.id),
        ),
        ("", _ways),
    )


_SILENT = Tag(Text("未报", "Silent"), "stop")


def _ways(site: Site) -> list[Go]:
    return [
        Go(Text("数人次", "Count"), view="campaign.counter", id=site.id),
        Go(Text("岗位表", "Posts"), view="campaign.posts", id=site.id),
    ]


def _at(told: Figures, site: str) -> str:
    return f"{told.heard[site]:%H:%M}" if site in told.heard else ""


@view(title=Text("各单元", "Units"), asks={"campaign": _WHICH}, menu=False)
def units(store: Store, campaign: str | None = None) -> Table:
    """Of each unit how many are expected, served and left, who lacks most first."""
    held = campaign_meant(store, campaign)
    if held is None:
        return Table([], [])
    done = figures_of(sessions_of(held.id)).by_unit
    found = sorted(
        Unit.select().where(Unit.campaign == held.id),
        key=lambda each: (done[each.id] - each.expected, each.name),
    )
    note = Text("不分单元的 {n} 人次。", "{n} {n:visit|visits} of no unit.").format(n=done[None])
    return Table.listing(
        Unit,
        found,
        "name",
        (Unit.expected.verbose_name, lambda each: each.expected),
        (Text("完成", "Served"), lambda each: done[each.id]),
        (Text("还差", "Left"), lambda each: max(each.expected - done[each.id], 0)),
        note=note if done[None] else "",
    )


@view(title=Text("分时曲线", "By hour"), asks={"campaign": _WHICH}, menu=False)
def by_hour(store: Store, campaign: str | None = None) -> Chart:
    """When people came, as a curve."""
    held = campaign_meant(store, campaign)
    told = figures_of(sessions_of(held.id)).by_hour if held else Counter[int]()
    hours = range(min(told, default=8), max(told, default=17) + 1)
    return Chart(
        [Text.of(f"{hour}:00") for hour in hours],
        [(Text("完成", "Served"), [told[hour] for hour in hours])],
        Text("人次", "visits"),
        kind="line",
    )


@view(title=Text("发群文字", "For the chat"), asks={"campaign": _WHICH}, icon="clipboard")
def chat(store: Store, campaign: str | None = None) -> Chat:
    """【截至10:00】3点位 1,268人次 目标62% 未报:二号点."""
    held = campaign_meant(store, campaign)
    if held is None:
        return Chat("")
    told = figures_of(sessions_of(held.id))
    expected = _expected(held)
    sites = Site.select().where(Site.campaign == held.id).count()
    silent = "、".join(each.name for each in silent_sites(store, held, told))
    now = local_now(store)
    said = Text(
        "【截至{at:%H:%M}】{sites}点位 {served:,}人次",
        "[As of {at:%H:%M}] {sites} {sites:site|sites}, {served:,} {served:visit|visits}",
    ).format(at=now, sites=sites, served=told.by_kind["served"])
    lines = [said]
    if expected:
        aim = Text(" 目标{percent}", ", {percent} of the aim")
        lines.append(aim.format(percent=_percent(told, expected)))
    if silent:
        lines.append(Text(" 未报:{silent}", "; not heard of: {silent}").format(silent=silent))
    return Chat(joined(lines, ""))


def silent_sites(store: Store, campaign: Campaign, told: Figures | None = None) -> list[Site]:
    """Those of which nothing was heard for twenty minutes, while a session is on and the campaign runs.

    `told` is what was read of its sessions already, if it was.
    """
    session, now = present_session(store, campaign.id), local_now(store)
    if campaign.state != "running" or session is None:
        return []
    if not session.begins <= (now - SILENT).time() or now.time() > session.ends:
        return []
    heard = (told or figures_of([session.id])).heard
    return [
        each
        for each in Site.select().where(Site.campaign == campaign.id).order_by(Site.name)
        if each.id not in heard or heard[each.id] < now - SILENT
    ]


def _expected(campaign: Campaign) -> int:
    """Visits that its units expect together."""
    units = Unit.select(Unit.expected).where(Unit.campaign == campaign.id)
    return sum(expected for (expected,) in units.tuples())


def _percent(told: Figures, expected: int) -> str:
    """62%: of what is expected, which is more than none."""
    return f"{told.by_kind['served'] * 100 // expected}%"


def _until(store: Store) -> Text:
    """Since when other laptops may have counted more."""
    known = known_until()
    if known is None:
        return Text("只有本机的数", "Of this laptop alone")
    return Text("截至 {when}", "As of {when}").format(when=f"{known:%H:%M}")
