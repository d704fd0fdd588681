"""Whom a release goes to, as both pages show it and take it: to some laptops first, to all, to no further one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from hongxian.releases.publisher import called
from hongxian.text import Text
from hongxian_server.current import current_hub
from hongxian_server.ops.releases.stages import hold_back, send_out
from hongxian_server.tables.releases import REPLACED, HubRelease, Stage
from hongxian_web import words
from hongxian_web.flashes import tell

_TONES = {Stage.HELD: "wait", Stage.SOME: "now", Stage.ALL: "done", Stage.WITHDRAWN: "rest"}


@dataclass(frozen=True)
class Shown:
    """A release as a page shows it."""

    one: HubRelease
    is_replaced: bool

    @property
    def stage(self) -> Text:
        """How far it goes."""
        return REPLACED if self.is_replaced else Stage(self.one.stage).text

    @property
    def tone(self) -> str:
        """Of that."""
        return "rest" if self.is_replaced else _TONES[Stage(self.one.stage)]

    @property
    def publisher(self) -> str:
        """Their letters."""
        return called(self.one.publisher)


def decide(found: Sequence[HubRelease], name: str) -> bool:
    """Do what the form says of whom it goes to, and tell it of this name; False where the form says something else."""
    match request.form.get("act"):
        case "some":
            ticked = request.form.getlist("laptop")[:10_000]
            numbers = [int(each) for each in ticked if each.isdecimal()]
            if not numbers:
                tell(_("Choose the laptops first."))
                return True
            send_out(current_hub(), found, numbers)
            told = _("%(name)s goes to the laptops that you chose, with their next sync.")
        case "all":
            send_out(current_hub(), found)
            told = _("%(name)s goes to all laptops, with their next sync.")
        case "hold":
            hold_back(current_hub(), found)
            told = _("%(name)s goes to no further laptop.")
        case _:
            return False
    tell(words.filled(told, name=name))
    return True
