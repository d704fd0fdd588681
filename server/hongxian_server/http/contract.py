"""What a view takes, gives and may refuse, said beside it; `openapi` makes the description of that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from hongxian.errors import DeviceRevoked, HongxianError, NonceOld, PageRefused, Unauthorized
from hongxian.wire.message import Message

STREAM = "application/x-hongxian"
JSON = "application/json"
TEXT = "text/plain"

Errors = tuple[type[HongxianError], ...]
View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True)
class Content:
    """A body: its media type, what it is for, and the message that it holds, if it holds one.

    A stream's message is its first frame; behind it stand `many` pages, or none. A JSON body is
    the message, or a list of `many`.
    """

    media: str
    says: str
    message: type[Message] | None = None
    many: bool = False


@dataclass(frozen=True)
class Contract:
    """What one view takes, gives and may refuse; whether anyone may ask, or only a device."""

    takes: Content | None
    gives: Content
    refuses: Errors
    from_anyone: bool


_contracts: dict[Callable[..., object], Contract] = {}


def promises(
    gives: Content,
    *,
    takes: Content | None = None,
    refuses: Errors = (),
    from_anyone: bool = False,
) -> Callable[[View], View]:
    """Say of a view what it does; what its body and signature may be refused for goes without saying."""
    if takes is not None:
        refuses = (PageRefused, *refuses)
        if takes.message is not None:
            takes.message.schema()  # made now: the first laptop would wait for it else
    if not from_anyone:
        refuses = (Unauthorized, NonceOld, DeviceRevoked, *refuses)

    def note(view: View) -> View:
        _contracts[view] = Contract(takes, gives, refuses, from_anyone)
        return view

    return note


def contract_of(view: Callable[..., object]) -> Contract:
    """What was said of a view; raises `KeyError` for one of which nothing was."""
    return _contracts[view]
