"""Records that last: never deleted, voided at most, and as they are once something is filled in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal  # Any: peewee's metadata

from peewee import BooleanField, CharField, TextField

from hongxian.merges.merge import Largest, Merge
from hongxian.model.record import SYSTEM_FIELDS
from hongxian.text import Text

_NO_FIELDS = Text("lasting 里的 {names} 不是字段", "lasting names {names}, which are no fields")
_VOIDED = Text(
    "lasting 的 voided 要是默认不勾的 BooleanField，且不写进 merges",
    "voided of lasting is a BooleanField with default=False that merges does not name",
)
_WHY = Text(
    "lasting 的 why 要是可空的文字字段，并写明 voided",
    "why of lasting is a text with null=True or a default, and goes with voided",
)
_VOID = Text("记错了请作废", "void what is wrong")
_ANOTHER = Text("记错了请另记一条更正", "set it right by another")
_PLANNED = Text(
    "lasting 的 planned 要和 once 一起写", "planned of lasting goes with once, until which it is so"
)
_STAYS = Text(
    'lasting 写了 once 或 but 就要写 stays：不再变的字段，或 "all"（but 只配 "all"）',
    'once and but of lasting want stays: the fields that change no more, or "all"; but goes with "all"',
)


@dataclass(frozen=True, kw_only=True)
class Lasting:
    """Records that are never deleted: `class Meta: lasting = Lasting(voided="voided", why="void_reason")`.

    Of what `stays` names nothing changes once `once` is filled in, unless the record is void.
    """

    voided: str = ""
    """The field that says that a record does not count; once it does, that is so for good."""
    why: str = ""
    """The text without which nothing is voided."""
    once: str | Mapping[str, Sequence[str]] = ""
    """A field that is filled in, or the values of one, `{"state": ("archived",)}`; "": from the beginning."""
    stays: Sequence[str] | Literal["all"] = ()
    """The fields that change no more; "all": whatever it has, but for `voided` and `why`."""
    but: Sequence[str] = ()
    """With "all" those that may change all the same."""
    planned: bool = False
    """Whether it may be deleted until `once` is filled in: what was only planned need not stay."""
    instead: Text | None = None
    """What to do in the place of deleting or changing it, as half a sentence; where nothing is said, void it."""

    @property
    def why_kept(self) -> Text:
        """Why a record is not deleted: what to do instead, as half a sentence."""
        return self.instead or (_VOID if self.voided else _ANOTHER)

    def is_over(self, field: str, value: str) -> bool:
        """Whether a field that has come to this value changes no more, itself included."""
        over = {} if isinstance(self.once, str) else self.once
        return value in over.get(field, ()) and field in self.staying([field])

    def staying(self, fields: Iterable[str]) -> list[str]:
        """Of a collection's fields those that change no more."""
        may_change = {self.voided, self.why, *self.but}
        return [
            name
            for name in fields
            if name in self.stays or (self.stays == "all" and name not in may_change)
        ]

    @property
    def merges(self) -> dict[str, Merge]:
        """What is void on one laptop is void on all."""
        return {self.voided: Largest()} if self.voided else {}

    @property
    def _named(self) -> set[str]:
        once = [self.once] if isinstance(self.once, str) else self.once
        stays = () if self.stays == "all" else self.stays
        return {self.voided, self.why, *once, *stays, *self.but} - {""}

    def what_is_odd(self, meta: Any) -> Iterator[Text]:
        """What a model's Meta says wrong of it."""
        fields, merges = meta.fields, getattr(meta, "merges", {})
        if odd := sorted(self._named - (fields.keys() - set(SYSTEM_FIELDS))):
            yield _NO_FIELDS.format(names=odd)
            return
        voided, why = fields.get(self.voided), fields.get(self.why)
        is_tick = isinstance(voided, BooleanField) and voided.default is False
        if voided is not None and (not is_tick or self.voided in merges):
            yield _VOIDED
        is_text = isinstance(why, CharField | TextField) and (why.null or why.default is not None)
        if why is not None and not (is_text and voided):
            yield _WHY
        if self.planned and not self.once:
            yield _PLANNED
        if (self.once and not self.stays) or (self.but and self.stays != "all"):
            yield _STAYS
