"""Enrolment at the hub: a code is used up and a device made. The laptop's side is its `sync.enrol`."""

from __future__ import annotations

from hongxian.errors import OtherTeams
from hongxian.security.keys import id_of
from hongxian.wire.enrol import EnrolReply, EnrolRequest
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership.devices import make_device, names_of, refuse_if_revoked, use_code
from hongxian_server.tables.access import Access


def enrol(hub: Hub, request: EnrolRequest) -> EnrolReply:
    """Use a code up and make the device; raises `CodeRefused`, `DeviceRevoked`, `OtherTeams`."""
    with hub.transaction():
        refuse_if_revoked(request.key)
        scopes = use_code(hub, request.secret)
        if not set(request.holds) <= set(scopes):
            raise OtherTeams(teams=request.holds)
        laptop = Access.laptop == id_of(request.key)  # of a hub whose place this one took
        Access.update(retired=True).where(laptop).execute()
        number = make_device(
            hub, request.key, request.sealing, _legible(request.name), scopes, request.known
        )
        state = HubState.read()
    return EnrolReply(
        number=number,
        laptop=id_of(request.key),
        teams=names_of(scopes),
        community=state.community,
        epoch=state.epoch,
        clock=hub.now(),
    )


def _legible(name: str) -> str:
    """What can be read of it: it stands in lists, where a turned or hidden letter misleads."""
    return "".join(filter(str.isprintable, name)).strip()[:80] or "laptop"
