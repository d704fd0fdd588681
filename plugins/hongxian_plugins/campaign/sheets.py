"""On paper: who stands where, what was counted by hour, what came and went, a number on a slip."""

from __future__ import annotations

from collections import Counter, defaultdict

from hongxian import Store, Text, document
from hongxian.records import known_until
from hongxian.shapes import Big, Sheet, Table
from hongxian_plugins.campaign.counting import KINDS, Count
from hongxian_plugins.campaign.desk import DeskNumber
from hongxian_plugins.campaign.figures import silent_sites
from hongxian_plugins.campaign.material import MOVES, Material, Move, left_of
from hongxian_plugins.campaign.posts import Post, Stand
from hongxian_plugins.campaign.records import Campaign, Session, Site, Unit
from hongxian_plugins.campaign.setting import COLUMNS, CampaignRules, columns_in

_POST_HEADS = (
    Text("点位", "Site"),
    Text("岗位", "Post"),
    Text("姓名", "Name"),
    Text("到", "In"),
    Text("离", "Out"),
    Text("签名", "Signature"),
)


@document(of=Session, title=Text("岗位表", "Posts"), icon="printer")
def post_sheet(store: Store, session: Session) -> Sheet:
    """A line for each place at each post: who has it, or a blank for a pen."""
    campaign = Campaign.get_by_id(session.campaign)
    stands = list(Stand.select().where(Stand.session == session.id, Stand.voided == False))  # noqa: E712
    names = store.names_of("roster.person", [each.person for each in stands])
    at = defaultdict(list)
    for each in sorted(stands, key=lambda each: each.seat):
        at[each.post].append(each)
    rows = []
    for site in Site.select().where(Site.campaign == campaign.id).order_by(Site.name):
        for post in Post.select().where(Post.site == site.id).order_by(Post.role):
            there = at[post.id]
            for each in [*there, *[None] * max(post.places - len(there), 0)]:
                rows.append([site.name, post.role, *_line(each, names), ""])
    return Sheet(
        Text("{name}岗位表", "{name}: posts").format(name=campaign.name),
        [[session.date, session.begins, session.ends], Table(_POST_HEADS, rows)],
        roomy=True,
    )


def _line(stand: Stand | None, names: dict[str, str]) -> list[object]:
    if stand is None:
        return ["", "", ""]
    return [
        names.get(stand.person, "…"),
        f"{stand.arrived:%H:%M}" if stand.arrived else "",
        f"{stand.released:%H:%M}" if stand.released else "",
    ]


@document(of=Session, title=Text("分时报表", "By hour"), icon="printer")
def hour_sheet(store: Store, session: Session) -> Sheet:
    """Visits by site, unit and hour, with the sum so far, until when it is known and who is not heard of."""
    campaign = Campaign.get_by_id(session.campaign)
    counted: Counter[tuple[str, str, int, str]] = Counter()
    query = Count.select().where(Count.session == session.id, Count.drill == False)  # noqa: E712
    sites = {each.id: each.name for each in Site.select().where(Site.campaign == campaign.id)}
    units = {each.id: each.name for each in Unit.select().where(Unit.campaign == campaign.id)}
    for each in query:
        key = sites.get(each.site, "…"), units.get(each.unit or "", ""), each.hour, each.kind
        counted[key] += each.people
    known, silent = known_until(), "、".join(each.name for each in silent_sites(store, campaign))
    until = f"{known:%m-%d %H:%M}" if known else "—"
    always = {
        "session": f"{session.begins:%H:%M}–{session.ends:%H:%M}",
        "until": until,
        "silent": silent,
    }
    columns = columns_in(CampaignRules.now(store).columns)
    rows, so_far = [], 0
    for site, unit, hour in sorted({key[:3] for key in counted}):
        figures = {kind: counted[site, unit, hour, kind] for kind, _ in KINDS}
        so_far += figures["served"]
        where = {"site": site, "unit": unit, "hour": f"{hour}:00–{hour + 1}:00"}
        told = {**always, **where, **figures, "so_far": so_far}
        rows.append([told[each] for each in columns])
    return Sheet(
        Text("{name}分时报表", "{name}: by hour").format(name=campaign.name),
        [
            [session.date, session.begins, session.ends],
            Text("截至 {at}", "As of {at}").format(at=until),
            *(
                [Text("未报：{sites}", "Not heard of: {sites}").format(sites=silent)]
                if silent
                else []
            ),
            Table([COLUMNS[each] for each in columns], rows),
        ],
        note=Text("人次不是人数。", "Visits, not people."),
    )


@document(of=Site, title=Text("物资台账", "Material book"), icon="printer")
def material_sheet(store: Store, site: Site) -> Sheet:
    """Of each thing what came, went and is left."""
    rows = []
    for each in Material.select().where(Material.site == site.id).order_by(Material.item):
        moved: Counter[str] = Counter()
        for move in Move.select().where(Move.material == each.id):
            moved[move.kind] += move.amount
        rows.append([each.item, each.lot or "", *(moved[kind] for kind, _ in MOVES), left_of(each)])
    heads = [Material.item.verbose_name, Material.lot.verbose_name, *(title for _, title in MOVES)]
    return Sheet(
        Text("{site}物资台账", "{site}: material").format(site=site.name),
        [Table([*heads, Text("余", "Left")], rows)],
    )


@document(of=DeskNumber, title=Text("号条", "Slip"), paper="80mm")
def desk_slip(store: Store, number: DeskNumber) -> Sheet:
    """A number, the site and the day, and no name."""
    site, session = Site.get_by_id(number.site), Session.get_by_id(number.session)
    return Sheet(
        Text("无手机登记", "Without a phone"),
        [
            Big(number.number),
            [site.name, session.date],
            Text("请听叫号。", "Please wait to be called."),
        ],
    )
