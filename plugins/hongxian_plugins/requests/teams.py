"""The teams of a laptop, to dispatch to; and that whoever reported goes where the work goes."""

from __future__ import annotations

from hongxian import Store
from hongxian.records import Team, present_store, team_for
from hongxian_plugins.requests.kept.people import Reporter
from hongxian_plugins.requests.kept.records import Request
from hongxian_plugins.requests.kept.settings import RequestRules


def teams_of(store: object) -> dict[str, str]:
    """The names of this laptop's teams by their scope; at the hub all."""
    told = getattr(store, "teams", None)
    return dict(told()) if told else {each.key: each.name for each in Team.select()}


def team_names() -> list[tuple[str, str]]:
    """The same as choices of a form."""
    return [(name, name) for name in sorted(teams_of(present_store()).values())]


def scope_named(store: Store, team: str | None) -> str | None:
    """The scope of a team of this laptop by its name; None for one that it is not of."""
    return next((scope for scope, name in teams_of(store).items() if name == team), None)


def only_team() -> str | None:
    """The name of this laptop's team where it has but one."""
    names = team_names()
    return names[0][0] if len(names) == 1 else None


def reporters_scope(store: Store) -> str | None:
    """Whose laptops know who reported something: the dispatching team's, else this laptop's.

    At the hub the only team's; None where there are several and none is named: then nobody's.
    """
    named = scope_named(store, RequestRules.now(store).dispatcher)
    if store.writer().teams:
        return team_for(store, like=named)
    teams = teams_of(store)
    return named or (next(iter(teams)) if len(teams) == 1 else None)


def bring_reporters(store: Store, request: Request, team: str) -> None:
    """Who reported is from now on only on the laptops of the team that works on it."""
    scope = scope_named(store, team)
    for each in Reporter.select().where(Reporter.request == request.id):
        if scope and each.scope != scope:
            each.scope = scope
            each.save()
