"""The steps at the dispatcher: accepted, given to a team, passed on, or none of ours."""

from __future__ import annotations

from datetime import date

from peewee import CharField

from hongxian import Store, Text, action, local_now, local_today, step
from hongxian.records import COMMUNITY, asked_as, team_for
from hongxian_plugins.requests.going import WHY, give_back
from hongxian_plugins.requests.kept.kinds import kind_of
from hongxian_plugins.requests.kept.lines import Outside, note
from hongxian_plugins.requests.kept.records import Request
from hongxian_plugins.requests.teams import (
    bring_reporters,
    only_team,
    scope_named,
    team_names,
    teams_of,
)

TEAM = CharField(
    verbose_name=Request.team.verbose_name,
    choices=team_names,
    default=only_team,
    help_text=Text(
        "本机所在的队；诉求人随单转过去。", "Of this laptop's; the reporter goes along."
    ),
)


@step(Request, "accept")
def accept(store: Store, request: Request) -> None:
    """The first word: it is ours."""
    note(store, request, "accept")


@step(Request, "dispatch", asks={"team": TEAM})
def dispatch(store: Store, request: Request, team: str) -> Text:
    """A team is to have it; who reported goes along, to that team alone."""
    return _give(store, request, "dispatch", team)


@step(Request, "redispatch", asks={"team": TEAM, "reason": WHY})
def redispatch(store: Store, request: Request, team: str, reason: str) -> Text:
    """Another team is to have it; the clock goes on."""
    give_back(request)
    return _give(store, request, "redispatch", team, reason)


def _give(store: Store, request: Request, what: str, team: str, said: str = "") -> Text:
    request.team, request.dispatched_at = team, local_now(store)
    bring_reporters(store, request, team)
    note(store, request, what, f"{team} {said}".strip())
    return Text("{team}，{by} 前", "{team}, by {by}").format(team=team, by=request.by)


@step(Request, "reject", asks={"reason": WHY, "responsible": asked_as(Request.responsible)})
def reject(store: Store, request: Request, reason: str, responsible: str | None) -> Text:
    """It is none of ours: whose it is stands beside it."""
    owner = responsible or Text.of(kind_of(request.kind).owner).zh
    request.reason, request.responsible = reason, owner
    request.answered_at = local_now(store)
    note(store, request, "reject", f"{reason}；{owner}")
    return Text("请告诉居民找：{owner}", "Tell the resident to ask: {owner}").format(owner=owner)


@step(
    Request,
    "pass_on",
    asks={
        "to": Outside.to,
        "team": asked_as(TEAM, null=True, help_text=Text("哪支队跟。", "Which team follows it.")),
        "their_number": Outside.their_number,
        "reason": asked_as(Request.reason),
    },
)
def pass_on(
    store: Store,
    request: Request,
    to: str,
    team: str | None,
    their_number: str | None,
    reason: str | None,
) -> Text:
    """Another system or body has it; here it stays open until the resident hears."""
    give_back(request)
    scope = team_for(store, like=scope_named(store, team))
    request.team = teams_of(store).get(scope, team)
    if request.team:
        bring_reporters(store, request, request.team)
    Outside.create(request=request.id, to=to, their_number=their_number, scope=scope)
    label = Text.of(dict(Outside.to.choices)[to])
    note(store, request, "pass_on", f"{label.zh} {their_number or ''} {reason or ''}".strip())
    return label


@action(title=Text("备号簿", "Prepare books of numbers"), menu=False)
def prepare(store: Store) -> Text:
    """A book for each laptop that has none left; in December also for the year that comes."""
    today = local_today(store)
    with store.transaction():
        opened = Request.number.prepare(COMMUNITY)
        if today.month == 12:
            opened += Request.number.prepare(COMMUNITY, on=date(today.year + 1, 1, 1))
    return Text("开了 {n} 本，请同步一次。", "{n} {n:book|books} opened; sync once.").format(
        n=opened
    )
