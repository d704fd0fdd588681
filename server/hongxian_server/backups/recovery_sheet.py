"""The recovery sheet of a hub: with its letters any backup of from now on opens the hub's key again.

So does the hub's own folder, where that is encrypted.
"""

from __future__ import annotations

from hongxian.security.key_file import KeyFile, Way
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
    let_sheet_open(hub)
    log.info("made a recovery sheet")
    return sheet


def let_sheet_open(hub: Hub) -> None:
    """Have the sheet of now open an encrypted hub, should all else be lost; mostly there is nothing to do.

    To be called whenever the hub was opened: a process may have ended between the two.
    """
    key, held = hub.database.key, KeyFile.read(hub.folder)
    if key is None or held is None:
        return
    with hub:
        kept = KeptIdentity.read()
    if kept.sheet and (Way.SHEET not in held.ways or held.ways[Way.SHEET].about != kept.sheet):
        held.add_sheet(kept.sheet, kept.identity, key)
