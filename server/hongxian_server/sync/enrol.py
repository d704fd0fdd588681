"""Enrolment at the hub: a code is used up and a laptop let in. The laptop's side is its `sync.enrol`."""

from __future__ import annotations

from hongxian.errors import OtherTeams
from hongxian.wire.enrol import EnrolReply, EnrolRequest
from hongxian.wire.signed import Asker
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership.circles import learn_circles
from hongxian_server.membership.devices import (
    code_of_secret,
    incarnation_of,
    let_in,
    names_of,
    refuse_if_revoked,
    use_up,
)
from hongxian_server.tables.membership import scopes_held


def enrol(hub: Hub, asker: Asker, request: EnrolRequest) -> EnrolReply:
    """Use a code up and let the laptop in; raises `CodeRefused`, `DeviceRevoked`, `OtherTeams`.

    Whoever was let in by the code and lost the answer is told once more.
    """
    with hub.transaction():
        refuse_if_revoked(asker.laptop)
        code = code_of_secret(hub, request.secret, asker.laptop)
        if code.used:  # it has not heard of it: as what it is now, whatever the code gave
            number, scopes = incarnation_of(hub, asker).number, sorted(scopes_held(asker.laptop))
        else:
            scopes = code.scopes()
            if not set(request.holds) <= set(scopes):
                raise OtherTeams(teams=request.holds)
            name = _legible(request.name)
            number = let_in(hub, asker, request.key, request.sealing, name, scopes)
            use_up(code, asker.laptop)
            learn_circles(hub, asker.laptop, request.circles)
        state = HubState.read()
    return EnrolReply(
        number=number,
        laptop=asker.laptop,
        teams=names_of(scopes),
        community=state.community,
        epoch=state.epoch,
        clock=hub.now(),
    )


def _legible(name: str) -> str:
    """What can be read of it: it stands in lists, where a turned or hidden letter misleads."""
    return "".join(filter(str.isprintable, name)).strip()[:80] or "laptop"
