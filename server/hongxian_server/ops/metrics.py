"""Numbers for Prometheus, of one hub, kept in a registry of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from hongxian.wire.digest import live_records
from hongxian_server.backups.backup import last_backup
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.tables.access import live_ones


class Metrics:
    """What the hub counts as it goes, and what it looks up when asked."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.registry = CollectorRegistry()
        self.seconds = Histogram(
            "hongxian_request_seconds",
            "Seconds to answer a request",
            ["kind"],
            registry=self.registry,
        )
        self.refusals = Counter(
            "hongxian_refusals",
            "Requests refused, by the name of the error",
            ["error"],
            registry=self.registry,
        )
        self._records = Gauge("hongxian_records", "Live records", registry=self.registry)
        self._devices = Gauge("hongxian_devices", "Devices that may sync", registry=self.registry)
        self._unsent = Gauge(
            "hongxian_unsent",
            "Transactions that laptops last said they hold",
            registry=self.registry,
        )
        self._refused = Gauge(
            "hongxian_refused",
            "Refused changes that laptops last said wait for their people",
            registry=self.registry,
        )
        self._seq = Gauge("hongxian_seq", "The newest sequence number", registry=self.registry)
        self._bytes = Gauge(
            "hongxian_database_bytes", "Bytes of the database on disk", registry=self.registry
        )
        self._free = Gauge(
            "hongxian_disk_free_bytes",
            "Bytes free on the disk of the hub's data folder",
            registry=self.registry,
        )
        self._backup = Gauge(
            "hongxian_last_backup_timestamp_seconds",
            "When the newest backup was made, in seconds since 1970; 0 for never",
            registry=self.registry,
        )

    @contextmanager
    def timing(self, kind: str) -> Iterator[None]:
        """Time what happens inside."""
        with self.seconds.labels(kind).time():
            yield

    def text(self) -> bytes:
        """All numbers in Prometheus' text format."""
        live = list(live_ones())
        self._records.set(live_records())
        self._devices.set(len(live))
        self._unsent.set(sum(each.unsent for each in live))
        self._refused.set(sum(each.refused for each in live))
        self._seq.set(HubState.read().seq)
        self._bytes.set(self.hub.database.size_bytes())
        self._free.set(shutil.disk_usage(self.hub.folder).free)
        self._backup.set((last_backup(self.hub) or 0) // 1000)
        return generate_latest(self.registry)
