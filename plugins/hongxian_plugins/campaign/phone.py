"""On a phone: who stands at a post counts there; anybody sees which site waits least. Nobody is named."""

from __future__ import annotations

from collections import defaultdict

from hongxian import Record, Refused, Store, Text, action, local_now, local_today, view
from hongxian.doubles import group
from hongxian.shapes import Button, Numbers, Queue, Table, Tag
from hongxian_plugins.campaign.counter import ASKS, NO_COUNTS, count, uncount
from hongxian_plugins.campaign.counting import KINDS, Correction, Count, present_session
from hongxian_plugins.campaign.figures import campaign_meant
from hongxian_plugins.campaign.posts import Post, Stand
from hongxian_plugins.campaign.records import Session, Site

PERSON = "roster.person"
_COUNTS_AT = ("running", "drill")


@view(of=PERSON, title=Text("我的岗位", "My posts"), audience="self", usual=True, icon="megaphone")
def my_posts(store: Store, person: Record) -> Table:
    """Where one stands today and later, the next first; each leads to counting there."""
    mine = Stand.select().where(
        Stand.person.in_(group(PERSON, person.id)),
        Stand.voided == False,  # noqa: E712
    )
    coming = Session.select().where(
        Session.id.in_([each.session for each in mine]), Session.date >= local_today(store)
    )
    sessions = {each.id: each for each in coming}
    found = [each for each in mine if each.session in sessions]
    found.sort(key=lambda each: (sessions[each.session].date, sessions[each.session].begins))
    posts = {each.id: each for each in Post.select()}
    sites = {each.id: each for each in Site.select()}
    return Table(
        [Text("点位", "Site"), Text("岗位", "Post"), Text("哪一场", "Session")],
        [
            [
                sites[posts[each.post].site].name,
                posts[each.post].role,
                Text("{day:%m-%d} {begins:%H:%M}", "{day:%m-%d} {begins:%H:%M}").format(
                    day=sessions[each.session].date, begins=sessions[each.session].begins
                ),
            ]
            for each in found
            if each.post in posts
        ],
        ids=[each.id for each in found if each.post in posts],
        of=Stand,
    )


def _stands(stand: Stand) -> bool:
    return not stand.voided and stand.released is None


@view(of=Stand, title=Text("数人次", "Count"), audience="self", when=_stands)
def tally(store: Store, stand: Stand) -> Queue:
    """What is pressed all day, each press one; and what all who count at this site have by now."""
    site = _site(stand)
    session = present_session(store, site.campaign)
    if session is None or session.id != stand.session:
        return Queue("", title=site.name, said=_NOT_NOW)
    counted = _of_sites(session.id)[site.id]
    return Queue(
        called=f"{counted['served']:,}",
        title=site.name,
        around=(Text("这里完成", "Served here"), Text("人次", "visits")),
        said=Text("到 {came} · 劝返 {home}", "{came} came · {home} sent home").format(
            came=counted["came"], home=counted["sent_home"]
        ),
        call=_press("served", Text("完成 +1", "Served +1"), stand),
        presses=[_press("came", Text("到 +1", "Came +1"), stand)],
        lines=[Numbers(Text("人次不是人数", "Visits, not people"))],
    )


_NOT_NOW = Text("这一场现在没有开始，或者已经过去。", "This session is not on now.")


def _press(kind: str, title: Text, stand: Stand) -> Button:
    return Button(title, "campaign.tap", {"kind": kind}, stand.id, at_once=True, counts="times")


@action(
    of=Stand,
    title=Text("计一个", "Count one"),
    audience="self",
    menu=False,
    often=True,
    when=_stands,
    asks={name: ASKS[name] for name in ("kind", "times")},
)
def tap(store: Store, stand: Stand, kind: str, times: int = 1) -> Text:
    """So many presses at one's own post."""
    return count(store, _site(stand), kind, session=stand.session, times=times)


@action(
    of=Stand,
    title=Text("减一个…", "One fewer…"),
    audience="self",
    icon="dash-circle",
    when=_stands,
    asks={"kind": ASKS["kind"], "why": Correction.why},
)
def untap(store: Store, stand: Stand, kind: str, why: str) -> Text:
    """One press was none; why is kept."""
    site, session = _site(stand), present_session(store, _site(stand).campaign)
    if session is None or session.id != stand.session:
        raise Refused(NO_COUNTS)
    return uncount(store, site, kind, None, why)


def _site(stand: Stand) -> Site:
    found: Site = Site.get_by_id(Post.get_by_id(stand.post).site)
    return found


@view(
    title=Text("哪个点人少", "Which site waits least"),
    audience="public",
    icon="geo-alt",
    card=True,
)
def least(store: Store) -> Table:
    """Who came and was neither served nor sent home waits; by lane, the fewest first."""
    held = campaign_meant(store, None)
    session = present_session(store, held.id) if held and held.state in _COUNTS_AT else None
    nothing = Table([], [])  # a first page then has no card of it
    if held is None or session is None or local_now(store).time() > session.ends:
        return nothing
    sites = list(Site.select().where(Site.campaign == held.id).order_by(Site.name))
    counted = _of_sites(session.id)
    rows = [(each, _waiting(counted[each.id])) for each in sites]
    if all(waiting is None for _, waiting in rows):
        return nothing
    rows.sort(key=lambda row: (row[1] is None, (row[1] or 0) / row[0].lanes))
    return Table(
        [Text("点位", "Site"), Text("地点", "Place"), Text("在等", "Waiting")],
        [[site.name, site.place, _told(waiting)] for site, waiting in rows],
        note=Text(
            "{name} {ends:%H:%M} 结束；只是估计", "{name} ends at {ends:%H:%M}; an estimate"
        ).format(name=held.name, ends=session.ends),
    )


def _waiting(counted: dict[str, int]) -> int | None:
    """How many; None where nobody counts who comes."""
    if not counted["came"]:
        return None
    return max(0, counted["came"] - counted["served"] - counted["sent_home"])


def _told(waiting: int | None) -> Tag:
    if waiting is None:
        return Tag(Text("还不知道", "not known"), "rest")
    return Tag(Text("约 {n} 人", "about {n}").format(n=waiting), "done" if waiting < 5 else "wait")


def _of_sites(session: str) -> dict[str, dict[str, int]]:
    """By site and kind what was counted in a session, by all hands."""
    told: dict[str, dict[str, int]] = defaultdict(lambda: {kind: 0 for kind, _ in KINDS})
    query = Count.select(Count.site, Count.kind, Count.people).where(Count.session == session)
    for site, kind, people in query.where(Count.drill == False).tuples():  # noqa: E712
        told[site][kind] += people
    return told
