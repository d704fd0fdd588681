"""The lives of a hub's database: a new one has a new epoch, and is filled again from the laptops."""

from __future__ import annotations

from hongxian.record import new_id
from hongxian.setting import get_settings, put_settings
from hongxian_server.access import Access
from hongxian_server.hub import Hub


def start_epoch(hub: Hub) -> str:
    """Begin a new life, in which laptops offer what the hub lacks; returns the epoch."""
    epoch = new_id()
    with hub.transaction():
        settings = get_settings()
        put_settings(
            epoch=epoch,
            past_epochs=[*settings.get("past_epochs", []), settings["epoch"]],
            recovering=True,
            epoch_seq=settings["seq"],
        )
    return epoch


def end_recovery(hub: Hub) -> None:
    """The keeper's word that every device that matters has been back."""
    with hub.transaction():
        put_settings(recovering=False)


def came_back(hub: Hub) -> None:
    """A device has been back; when all have, the hub takes no more offers."""
    settings = get_settings()
    if settings.get("recovering"):
        away = Access.select().where(
            ~Access.revoked & ~Access.retired & (Access.epoch != settings["epoch"])
        )
        if not away.exists():
            put_settings(recovering=False)
