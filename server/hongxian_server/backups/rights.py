"""Rights as the hub has them that a restore replaces: what was taken away since the backup stays taken away."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sqlcipher3 import dbapi2 as sqlite

from hongxian.errors import FileRefused
from hongxian.storage.data_key import DataKey
from hongxian_server.backups.sources import rows_at, rows_of
from hongxian_server.folder import CONFIG, DATABASE, database_of
from hongxian_server.hub import Hub
from hongxian_server.membership.grants import Told, learn, lost_of
from hongxian_server.quota.transfer import take_rights_back
from hongxian_server.tables.access import Access
from hongxian_server.tables.membership import ENDED, Standing

_LOG = "SELECT laptop, scope, serial, granted FROM hongxian_membership ORDER BY serial"
_TEAMS = 'SELECT "key", id, name FROM hongxian_team WHERE NOT deleted'


@dataclass(frozen=True)
class Rights:
    """How laptops stand, whose access has ended, and the teams by their scopes."""

    standing: dict[str, Standing]
    ended: dict[str, int]
    teams: dict[str, tuple[str, str]]

    @classmethod
    def there(cls, folder: Path, key: DataKey | None) -> Self | None:
        """Those of the hub in a folder; None where there is none, or its database cannot be read any more."""
        if not (folder / CONFIG).exists():
            return None
        url = database_of(folder)
        try:
            log, teams = (
                rows_at(url, sql) if url else rows_of(folder / DATABASE, key, sql)
                for sql in (_LOG, _TEAMS)
            )
        except (FileRefused, sqlite.Error):
            return None
        standing: dict[str, Standing] = {}
        ended: dict[str, int] = {}
        for laptop, scope, serial, granted in log:
            if scope == ENDED:
                ended[laptop] = serial
            else:
                standing.setdefault(laptop, {})[scope] = serial if granted else -serial
        return cls(standing, ended, {key: (id, name) for key, id, name in teams})

    def put_on(self, hub: Hub) -> None:
        """Let a hub that was put back know what it had lost of them."""
        with hub.transaction():
            known = {each.laptop for each in Access.select(Access.laptop)}
            for laptop in sorted(known & self.standing.keys()):
                self._learn(hub, laptop, self._told(laptop), {})
            self._learn(hub, "", {}, self.ended)
        take_rights_back(hub)

    def _learn(self, hub: Hub, laptop: str, told: Told, ended: dict[str, int]) -> None:
        news = lost_of(laptop, told, ended)
        if news is not None:
            learn(hub, laptop, news)

    def _told(self, laptop: str) -> Told:
        return {
            scope: (serial, *self.teams.get(scope, ("", "")))
            for scope, serial in self.standing[laptop].items()
        }
