"""The errors that all sides know, one class each, in one tree under `HongxianError`.

A class states its message as a `Text`; the facts fill its braces, and a fact that is a `Text` itself
fills each language with its own. A side's own errors stand where they are raised; docs/errors.md
draws the whole tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, ClassVar  # Any: a fact may be of any type

from hongxian.text import NOTHING, Text, joined, sentences, worded
from hongxian.words.nearest import nearest
from hongxian.words.values import Json, JsonObject

__all__ = [
    "HongxianError",
    "RecordUnknown",
    "StillUsed",
    "Taken",
]


class HongxianError(Exception):
    """The root of the tree; `facts` fill the message."""

    message: ClassVar[Text] = Text("出错了：{detail}", "Something went wrong: {detail}")
    exit_code: ClassVar[int] = 1
    status: ClassVar[int] = 400

    def __init__(self, **facts: Json) -> None:
        self.facts = facts
        self.text = self.message.format(**facts)
        """The message with the facts filled in."""
        super().__init__(self.text.en)

    def as_json(self) -> JsonObject:
        """`{"error": class name, "message": {"zh": ..., "en": ...}, "facts": {...}}`."""
        return {"error": type(self).__name__, "message": asdict(self.text), "facts": self.facts}


class Refused(HongxianError):
    """Understood, but not allowed: `raise Refused("还差 {n} 件。", "{n} are missing.", n=3)` says why."""

    message = Text("{detail}", "{detail}")

    def __init__(self, why: Text | str | None = None, en: str = "", /, **facts: Any) -> None:
        super().__init__(**(facts if why is None else {"detail": worded(why, en, facts)}))


class Invalid(Refused):
    """Values that break the collection's rules; `reasons` is `{field: [sentence, ...]}`."""

    message = Text(
        "{collection}：{summary}。还没有写入；请改正这些再试。",
        "{collection}: {summary}. Nothing was written; correct this and try again.",
    )

    def __init__(self, *, collection: str, reasons: Mapping[str, Sequence[Text]]) -> None:
        summary = summary_of(reasons.items())
        super().__init__(collection=collection, reasons=dict(reasons), summary=summary)


def summary_of(reasons: Iterable[tuple[Text | str, Sequence[Text]]]) -> Text:
    """What is wrong with each field."""
    told = [_OF_FIELD.format(field=field, why=_clause(why)) for field, why in reasons]
    return joined(told, Text("；", "; "))


def _clause(why: Sequence[Text]) -> Text:
    """Sentences after which another goes on."""
    said = sentences(why)
    return Text(said.zh.rstrip("。"), said.en.rstrip("."))


_OF_FIELD = Text("{field}：{why}", "{field}: {why}")


class NotAllowed(Refused):
    """No right to it."""

    message = Text("没有权限：{detail}", "Not allowed: {detail}")
    status = 403


class OnlyMovesForward(Refused):
    """The field's merge would keep the old value, so the new one would vanish unseen."""

    message = Text(
        "{collection}.{field} 现在是 {old!r}，只能{direction}；{new!r} 不会生效。",
        "{collection}.{field} is {old!r} and only moves {direction}; {new!r} would be lost.",
    )


class Taken(Refused):
    """A key that only one record may hold is held by another; `free` are keys near it that are not."""

    message = Text(
        "{collection}：{shown} 已被记录 {by} 占用{there}。{hint}还没有写入。",
        "{collection}: {shown} is taken by record {by}{there}. {hint}Nothing was written.",
    )

    def __init__(
        self, *, listed: Sequence[Text | str], spelt: Text | None = None, **facts: Json
    ) -> None:
        """`listed` are the free keys as people read them; `spelt` is how the holder spells its key, if otherwise."""
        hint = _FREE.format(listed=joined(listed, Text("；", "; "))) if listed else NOTHING
        there = SPELT.format(spelt=spelt) if spelt else NOTHING
        super().__init__(**facts, listed=list(listed), hint=hint, there=there)


SPELT = Text("（那里写作 {spelt}）", " (written there as {spelt})")
_FREE = Text("空着的：{listed}。", "Free: {listed}. ")


class StillUsed(Refused):
    """A record that others refer to, so that it may not be deleted."""

    message = Text(
        "{what}还被引用：{used}。请先改掉或删除这些记录。",
        "{what} is still used: {used}. Change or delete these records first.",
    )


class QuotaShort(Refused):
    """More than this device may spend; says how much that is, what is left in all, and who holds it."""

    message = Text(
        "{label}：要 {wanted}{units}，本机可用 {here}，总共还有 {left}。{rest}",
        "{label}: {wanted}{units} wanted, this laptop may spend {here} of {left} left. {rest}",
    )

    def __init__(
        self,
        *,
        label: Text,
        unit: Text,
        holders: Sequence[tuple[Text | str, int]],
        rest: Text | None = None,
        **facts: Json,
    ) -> None:
        """`label` is what people call the quota; `holders` may spend the rest, with how much, or `rest` says it."""
        held = [Text.of("{who} {amount}").format(who=who, amount=many) for who, many in holders]
        rest = rest or (_REST.format(held=held) if held else _NOBODY)
        units = Text.of(" {unit}").format(unit=unit) if unit else NOTHING
        super().__init__(
            **facts, label=label, unit=unit, units=units, holders=list(holders), rest=rest
        )


_REST = Text("其余在：{held}。", "The rest: {held}.")
_NOBODY = Text("别处也没有。", "Nobody else has any.")


class TransactionTooLarge(Refused):
    """More in one transaction than may travel together; `limit` says how much may."""

    message = Text(
        "一次写入太多，最多{limit}；什么也没有存下。请分几次写入。",
        "Too much in one transaction (limit {limit}). Nothing was stored; split it up.",
    )


class ValueTooLarge(Refused):
    """One value so large that two versions of it could not travel together; `limit` in MiB."""

    message = Text(
        "{collection}：“{field}”太长，最多约 {limit} MB，什么也没有存下。"
        "请缩短，或把原文另存成文件，这里写摘要和存放的地方。",
        "{collection}: {field} is too long (limit about {limit} MB). Nothing was stored; shorten "
        "it, or keep the text in a file and note here where it is.",
    )


class RecordTooLarge(Refused):
    """A record that holds more than travels; `field` is its largest, `limit` in MiB."""

    message = Text(
        "{collection}：这条记录太大，最多约 {limit} MB，最长的是“{field}”，什么也没有存下。请缩短，或分成几条。",
        "{collection}: the record is too large (limit about {limit} MB); most of it is in "
        "{field}. Nothing was stored; shorten it, or split it into several records.",
    )


class RecordUnknown(Refused):
    """No such record here."""

    message = Text(
        "本机的 {collection} 里没有记录 {id}。",
        "No record {id} in {collection} on this machine.",
    )
    status = 404


class CodeRefused(Refused):
    """An enrolment code that is wrong, used or expired; which of them is not told."""

    message = Text(
        "注册码不对、已用过或已过期。请向社区管理员要一个新的。",
        "This enrolment code is wrong, used or expired. Ask the hub's keeper for a new one.",
    )
    status = 403


class NotJoined(Refused):
    """The laptop has no hub yet."""

    message = Text(
        "这台电脑还没有加入社区。请运行：hongxian join 网址 注册码",
        "This laptop has not joined a community yet. Run: hongxian join URL CODE",
    )


class AlreadyThere(Refused):
    """Making what exists."""

    message = Text("{what} 已经存在。", "{what} is already there.")


class FileRefused(Refused):
    """A file that is not what was asked for."""

    message = Text("{file}：{detail}", "{file}: {detail}")


class KeyLost(FileRefused):
    """The file of a key is gone, or holds no key or another."""

    message = Text(
        "{file}：密钥不在了，或者坏了。{advice}", "{file}: the key is gone or damaged. {advice}"
    )


class DatabaseGone(FileRefused):
    """A data folder whose database is gone, or empty."""

    message = Text(
        "{file}：数据库不在了，或者是空的。{advice}",
        "{file}: the database is gone, or empty. {advice}",
    )


class InUse(Refused):
    """Another process holds the data folder, or another hub the database."""

    message = Text(
        "{folder} 正被{by}使用。请先关闭它再试。",
        "{folder} is in use by {by}. Close it, then try again.",
    )
    status = 503

    def __init__(self, *, folder: str, by: Text | None = None) -> None:
        super().__init__(folder=folder, by=by or _ANOTHER)


_ANOTHER = Text("另一个程序", "another process")


class Usage(HongxianError):
    """The request names things that do not exist."""

    message = Text("{detail}", "{detail}")
    exit_code = 2


class UnknownCollection(Usage):
    """No plugin here brings this collection; lists the three nearest names."""

    message = Text(
        "没有名为 {name!r} 的数据表。名字最近的：{nearest}",
        "No collection {name!r} here. The nearest names: {nearest}",
    )

    def __init__(self, *, name: str, known: Iterable[str], **_: Json) -> None:
        """Also from the facts that a hub told of its own error."""
        every = sorted(known)
        super().__init__(name=name, known=every, nearest=nearest(name, every))


class UnknownField(Usage):
    """The collection has no such field."""

    message = Text(
        "{collection} 没有字段 {name!r}。现有：{known}",
        "{collection} has no field {name!r}. It has: {known}",
    )


class UnknownTeam(Usage):
    """No such team, or not one of this laptop's."""

    message = Text("没有团队 {name!r}。现有：{known}", "No team {name!r} here. There are: {known}")


class NotAQuota(Usage):
    """The field is not a quota."""

    message = Text(
        "{collection}.{field} 不是限额。它的限额有：{known}",
        "{collection}.{field} is not a quota. Its quotas are: {known}",
    )


class BadCollection(Usage):
    """A plugin's model that cannot be a collection, with what to write instead."""

    message = Text("{model}：{detail}", "{model}: {detail}")


class BadHook(Usage):
    """A plugin's function that would never be called as it stands, with what to write instead."""

    message = Text("{function}（{place}）：{detail}", "{function} ({place}): {detail}")


class BadPlugin(Usage):
    """A plugin that cannot take part as it stands."""

    message = Text("{detail}", "{detail}")


class HubOutOfReach(HongxianError):
    """No answer from the hub; the work stays on the laptop and is sent later."""

    message = Text(
        "连不上社区主机 {url}（{detail}）。数据已安全保存在本机，稍后会自动送出。",
        "The hub at {url} is out of reach ({detail}). Your work is safe here and will be sent "
        "later.",
    )
    exit_code = 3
    has_left = True
    """False where nobody took the connection, or nobody who is the hub: nothing can have arrived."""
    carried = 0
    """Bytes of the request, or of its answer if that is larger, under which the line gave out; 0 where it did not."""
    took_long = False
    """Whether the line stood still, or was too slow, before it was given up."""


class NonceOld(HongxianError):
    """A request that was signed too long ago, or not for this hub; the answer carries a fresh nonce."""

    message = Text(
        "请求签名的时间太久了，请再试一次。",
        "The request was signed too long ago; try again.",
    )
    status = 401


class Unauthorized(HongxianError):
    """The hub does not know this laptop."""

    message = Text(
        "社区主机不认识这台电脑。请向社区管理员要一个新的注册码。",
        "The hub does not know this laptop. Ask its keeper for a new enrolment code.",
    )
    status = 401


class DeviceRevoked(HongxianError):
    """The hub ended this device's access."""

    message = Text(
        "社区主机已停用这台电脑，其数据将从本机移除。",
        "The hub has ended this laptop's access; its data will be removed from here.",
    )
    status = 403


class OtherTeams(Refused):
    """A hub that no longer knows this laptop gives it teams other than its own."""

    message = Text(
        "这台电脑存着 {teams} 的记录，而这台主机没有让它加入：加入后这些记录会被移除。"
        "请向社区管理员要这些团队的注册码；主机若是丢失后重建的，请先逐个恢复团队："
        "hongxian hub team add NAME --scope SCOPE",
        "This laptop holds the records of {teams}, which this hub does not give it: joining "
        "would remove them. Ask the hub's keeper for a code for these teams. If the hub was lost, each team has to be "
        "restored there first:"
        " hongxian hub team add NAME --scope SCOPE",
    )


class PageRefused(HongxianError):
    """Bytes that are not a page, or too large to open."""

    message = Text("数据页无法读取：{detail}", "The page of data cannot be read: {detail}")


class StorageFailed(HongxianError):
    """The disk is full, read-only or damaged; what was confirmed before is still there."""

    message = Text(
        "{path}：{detail}。之前确认过的数据都在。",
        "{path}: {detail}. What was confirmed before is safe.",
    )
    status = 507
