"""How the console shows things: moments, sizes, and why a form was refused."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _

from hongxian.collections.local_time import local_moment
from hongxian.errors import HongxianError, Invalid
from hongxian_server.current import current_hub
from hongxian_server.ops.opening import command_for
from hongxian_server.ops.service_manager import is_service
from hongxian_web import words

UNIT = "hongxian"
"""The service's name, as `packaging/` delivers it."""


def moment(milliseconds: int | None) -> str:
    """In the community's time, to the minute; a dash for never."""
    if not milliseconds:
        return "—"
    return local_moment(milliseconds).strftime("%Y-%m-%d %H:%M")


def days_since(now: int, then: int) -> int:
    """How many days ago a moment was, as people count them: yesterday evening is one."""
    return (local_moment(now).date() - local_moment(then).date()).days


def clock(now: int, then: int) -> str:
    """A moment of late: by its hour where it was today or yesterday, else by its day."""
    days, moment = days_since(now, then), local_moment(then)
    time = f"{moment:%H:%M}"
    if days in (0, 1):
        return _("yesterday %(time)s", time=time) if days else _("today %(time)s", time=time)
    return f"{moment:%m-%d}" if days < 300 else f"{moment:%Y-%m-%d}"


def day(milliseconds: int) -> str:
    """The same as `clock`, seen from now."""
    return clock(current_hub().now(), milliseconds)


def reasons(error: HongxianError) -> list[str]:
    """Why what was typed into a form's one field was refused, in the language of the page."""
    if isinstance(error, Invalid):
        return [words.marked(each) for why in error.facts["reasons"].values() for each in why]
    return [words.marked(error.text)]


def hub_command(typed: str) -> str:
    """`hongxian hub TYPED` for the keeper to copy."""
    return command_for(current_hub(), typed)


def start_command() -> str:
    """What starts the hub again, as it was started."""
    return f"sudo systemctl start {UNIT}" if is_service() else hub_command("serve --host 0.0.0.0")


def stop_command() -> str | None:
    """What stops the hub; None where that is a key in its window."""
    return f"sudo systemctl stop {UNIT}" if is_service() else None


def add_to(app: Flask) -> None:
    """Let templates use them."""
    app.jinja_env.globals.update(
        hub_command=hub_command, start_command=start_command, stop_command=stop_command
    )
    app.jinja_env.filters.update(moment=moment, day=day)
