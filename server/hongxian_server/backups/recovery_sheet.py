"""The recovery sheet of a hub: with its letters any backup of from now on opens the hub's key again."""

from __future__ import annotations

from hongxian.security.sheet import RecoverySheet
from hongxian.words.logs import logger
from hongxian_server.hub import Hub
from hongxian_server.hub_state import KeptIdentity
from hongxian_server.tables.keeper_log import Act, note

log = logger(__name__)


def new_sheet(hub: Hub) -> RecoverySheet:
    """A new one, in the place of the former; what lies in the database of it opens nothing without."""
    sheet, key = RecoverySheet.new(), hub.identity.key
    with hub.upkeep(), KeptIdentity.changing() as kept:
        kept.identity, kept.sealed_identity = key.public, sheet.seal(key)
        kept.sheet = sheet.key_of(key.public).public
        note(hub, Act.SHEET)
    log.info("made a recovery sheet")
    return sheet
