"""Two records that may be of one person or thing: laid side by side until somebody says which it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any  # Any: the author knows of which model a record is

from hongxian.kinds.merged.members import MembersField
from hongxian.kinds.reference import Reference
from hongxian.plugins.entries import Alike
from hongxian.plugins.marks import mark, mark_uncallable, parenthesised
from hongxian.plugins.offers import Action, Run
from hongxian.shapes.cells import Of, name_of
from hongxian.text import Text

_OTHER = Text("另一条记录", "The other record")
_SAME = Text("同一个人或同一件东西登记了两次的那一条。", "The one that was entered once more.")
_TAKEN = Text("用另一条的这些栏", "Fields to take from the other")
_NAMES = Text("字段名；不填就不改。", "Names of fields; none for none.")


@dataclass(frozen=True)
class Twice:
    """Two records that are probably of one: their ids, what people call them, and why it is thought so."""

    one: str
    other: str
    title: Text | str
    why: Text | str = ""


@dataclass(frozen=True, kw_only=True)
class JoinForm(Action):
    """An action that says two records of a model are of one, on a page that lays both side by side."""

    same: Text
    """What is pressed to say so: 是同一个人."""
    apart: str
    """The action that says that they are two, by its name; it asks for `other`, too."""
    alike: Callable[[Any, Any], Iterable[Alike]]
    waits: Callable[[Any], Iterable[Twice]] | None = None

    def settled(self, record: Any) -> Sequence[str]:
        """Which fields are taken is pressed beside each other, and not typed."""
        return ("take",)


@parenthesised
def joining(
    *,
    of: Of,
    title: Text | str,
    same: Text,
    apart: str,
    alike: Callable[[Any, Any], Iterable[Alike]],
    waits: Callable[[Any], Iterable[Twice]] | None = None,
    icon: str = "people",
) -> Callable[[Run], Run]:
    """Above `join(store, record, other, take)`, which calls `join_doubles`: its page shows what each has.

    `alike(store, record)` tells who may be the same as one record; `waits(store)` which pairs somebody
    is to look at, quickly: each page of what waits asks it. `apart` names the action for *they are two*.
    """

    def decorate(run: Run) -> Run:
        asks = {
            "other": Reference(name_of(of), verbose_name=_OTHER, help_text=_SAME),
            "take": MembersField(verbose_name=_TAKEN, help_text=_NAMES),
        }
        form = JoinForm(
            run=run,
            of=of,
            title=title,
            asks=asks,
            same=same,
            apart=apart,
            alike=alike,
            waits=waits,
            icon=icon,
        )
        mark_uncallable(run, of, asks, ("viewer",))
        return mark("Action", form)(run)

    return decorate
