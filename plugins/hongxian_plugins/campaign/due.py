"""What cannot wait while a campaign runs: a silent site, an empty post, material for less than an hour, an issue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from hongxian import Due, Store, Text, local_now, reminder
from hongxian.records import local_minute
from hongxian_plugins.campaign.counting import present_session
from hongxian_plugins.campaign.desk import Issue
from hongxian_plugins.campaign.figures import SILENT, silent_sites
from hongxian_plugins.campaign.material import Material, running_out
from hongxian_plugins.campaign.posts import Post, Stand
from hongxian_plugins.campaign.records import Campaign, Session, Site

_SOON = timedelta(hours=2)


def _running() -> list[Campaign]:
    return list(Campaign.select().where(Campaign.state == "running"))


@reminder(ahead=0)
def sites_not_heard_of(store: Store) -> Iterator[Due]:
    """A site that counted nothing for twenty minutes, while its session is on."""
    now = local_minute(store)
    for campaign in _running():
        for site in silent_sites(store, campaign):
            told = Text("{site}：20 分钟没有数", "{site}: nothing counted for 20 minutes")
            yield Due(now - SILENT, told.format(site=site.name), site)


@reminder(ahead=1)
def empty_posts(store: Store) -> Iterator[Due]:
    """A site whose posts are not full, two hours before its session and while it is on."""
    now = local_now(store)
    for campaign in _running():
        session = present_session(store, campaign.id)
        if session is None or now + _SOON < _begins(session) or now.time() > session.ends:
            continue
        filled = Counter(
            each.post
            for each in Stand.select().where(Stand.session == session.id, Stand.voided == False)  # noqa: E712
        )
        for site in Site.select().where(Site.campaign == campaign.id).order_by(Site.name):
            posts = Post.select().where(Post.site == site.id)
            lacking = sum(max(post.places - filled[post.id], 0) for post in posts)
            if lacking:
                told = Text("{site}：还缺 {n} 人", "{site}: {n} are missing")
                yield Due(_begins(session), told.format(site=site.name, n=lacking), site)


@reminder(ahead=0)
def material_that_runs_out(store: Store) -> Iterator[Due]:
    """Of which less is left than the last hour used."""
    now = local_minute(store)
    for campaign in _running():
        sites = Site.select(Site.id).where(Site.campaign == campaign.id)
        found = {each.id: each for each in Material.select().where(Material.site.in_(sites))}
        for id in sorted(running_out(store, list(found))):
            told = Text("{item} 不够一小时", "{item}: less than an hour is left")
            yield Due(now, told.format(item=found[id].item), found[id])


@reminder(ahead=0)
def issues_to_settle(store: Store) -> Iterator[Due]:
    """What went wrong and nobody has settled."""
    for each in Issue.select().where(Issue.settled.is_null()):
        yield Due(each.at, Text.of(each.what), each, to=each.scope)


def _begins(session: Session) -> datetime:
    return datetime.combine(session.date, session.begins)
