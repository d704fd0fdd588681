"""One form for what lies in several records: a person with their team, their telephone and their consent."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from hongxian.plugins.marks import mark, mark_uncallable, parenthesised
from hongxian.plugins.offers import Action, Asked, Run, by_name
from hongxian.plugins.viewer import Audience
from hongxian.shapes.cells import Of
from hongxian.text import Text

_ONE_PART: Mapping[str, Text] = MappingProxyType({})


@dataclass(frozen=True)
class Alike:
    """A record that may be the one that is being entered: `Alike(Text("同名", "Same name"), name, Person, id)`."""

    why: Text
    title: Text | str
    of: Of
    id: str
    told: Text | str = ""
    """What tells it apart."""


@dataclass(frozen=True, kw_only=True)
class EntryForm(Action):
    """An action that enters a new record of a model, with all that belongs to it."""

    makes: Of
    parts: Mapping[str, Text] = field(default_factory=dict)
    """A heading before a field, by its name."""
    alike: Callable[..., Iterable[Alike]] | None = None
    each_row: bool = False
    """Whether a new row of a sheet is made by it also where the sheet has the collection's own columns alone."""

    def alike_to(self, store: object, typed: Mapping[str, object]) -> Sequence[Alike]:
        """What is there already and may be the same, by what is typed so far; None stands for what is not."""
        if self.alike is None:
            return ()
        wanted = list(inspect.signature(self.alike).parameters)[1:]
        return list(self.alike(store, **{name: typed.get(name) for name in wanted}))


@parenthesised
def entry(
    *,
    makes: Of,
    title: Text | str,
    asks: Asked,
    parts: Mapping[str, Text] = _ONE_PART,
    alike: Callable[..., Iterable[Alike]] | None = None,
    audience: Audience = "leader",
    icon: str = "plus",
    each_row: bool = False,
    card: bool = False,
) -> Callable[[Run], Run]:
    """Above a function that writes what its form asks for: it stands where a list of `makes` has “New”.

    `run(store, **asked)`; what it returns is told. While somebody types, `alike(store, phone=…, name=…)`
    is asked for what is there already, by the fields that it names; it is shown beside the form, and saved is only
    once they have said that none of it is meant. With `each_row` every new row of a sheet is what it makes; with
    `card` its button stands at the top of the first page too.
    """

    def decorate(run: Run) -> Run:
        made = EntryForm(
            run=run,
            makes=makes,
            title=title,
            asks=by_name(asks),
            parts=parts,
            alike=alike,
            each_row=each_row,
            card=card,
            audience=audience,
            menu=False,
            icon=icon,
        )
        mark_uncallable(run, None, made.asks, ("viewer",))
        return mark("Action", made)(run)

    return decorate
