"""The lives of a hub's database: a new one has a new epoch, and is filled again from the laptops."""

from __future__ import annotations

from collections.abc import Sequence

from hongxian.record import new_id
from hongxian.setting import get_settings, put_settings
from hongxian_server import journal
from hongxian_server.access import Access
from hongxian_server.hub import Hub


def start_epoch(hub: Hub, heads: Sequence[str] = ()) -> str:
    """Begin a new life, in which laptops offer what the hub lacks; returns the epoch.

    What was taken in after `epoch_seq` was written without sight of what was lost. Whoever
    restores the hub knows that this is now; a laptop that notices it later names the `heads` that
    it knew, and the first of them that is here is as late as the copy can be told to be. A life
    that begins before the last one was filled has lost from there on.
    """
    epoch = new_id()
    with hub.transaction():
        settings = get_settings()
        known = (seq for head in heads if (seq := journal.seq_of_head(head)) is not None)
        began = next(known, 0) if heads else settings["seq"]
        if settings.get("recovering"):
            began = min(began, settings["epoch_seq"])
        put_settings(
            epoch=epoch,
            past_epochs=[*settings.get("past_epochs", []), settings["epoch"]],
            recovering=True,
            epoch_seq=began,
        )
    return epoch


def end_recovery(hub: Hub) -> None:
    """The keeper's word that every device that matters has been back."""
    with hub.transaction():
        put_settings(recovering=False)


def came_back(hub: Hub) -> None:
    """A device has been back; when all have and none has more to offer, the hub takes no more."""
    settings = get_settings()
    if settings.get("recovering"):
        away = Access.select().where(
            ~Access.revoked & ~Access.retired & ((Access.epoch != settings["epoch"]) | Access.due)
        )
        if not away.exists():
            put_settings(recovering=False)
