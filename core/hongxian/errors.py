"""The errors that all sides know, one class each, in one tree under `HongxianError`.

A class states its message once in English and once in Chinese; the facts fill the braces. A side's
own errors stand where they are raised; docs/errors.md draws the whole tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, ClassVar

from hongxian.wording import LANGUAGES, part


class HongxianError(Exception):
    """The root of the tree; `facts` fill the two messages."""

    en: ClassVar[str] = "Something went wrong: {detail}"
    zh: ClassVar[str] = "出错了：{detail}"
    exit_code: ClassVar[int] = 1
    status: ClassVar[int] = 400

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.en.format_map(facts))

    @property
    def chinese(self) -> str:
        """The same message in Chinese."""
        return self.zh.format_map(self.facts)

    def as_json(self) -> dict[str, Any]:
        """`{"error": class name, "message": {"zh": ..., "en": ...}, "facts": {...}}`."""
        return {
            "error": type(self).__name__,
            "message": {"zh": self.chinese, "en": str(self)},
            "facts": self.facts,
        }


class Refused(HongxianError):
    """Understood, and may not be done."""

    en = "Refused: {detail}"
    zh = "不能这样做：{detail}"


class Invalid(Refused):
    """Values that break the collection's rules; `reasons` is `{field: [sentence, ...]}`."""

    en = "{collection}: {summary}. Correct these fields and save again; nothing you typed is lost."
    zh = "{collection}：{summary}。请改正后再保存，已填内容没有丢。"

    def __init__(self, *, collection: str, reasons: dict[str, list[str]]) -> None:
        summary = "; ".join(f"{name}: {' '.join(why)}" for name, why in reasons.items())
        super().__init__(collection=collection, reasons=reasons, summary=summary)


class NotAllowed(Refused):
    """No right to it."""

    en = "Not allowed: {detail}"
    zh = "没有权限：{detail}"
    status = 403


class OnlyMovesForward(Refused):
    """The field's merge would keep the old value, so the new one would vanish unseen."""

    en = "{collection}.{field} is {old!r} and only moves {direction}; {new!r} would be lost."
    zh = "{collection}.{field} 现在是 {old!r}，只能{direction_zh}；{new!r} 不会生效。"


class Taken(Refused):
    """A key that only one record may hold is held by another; `free` are keys near it that are not."""

    en = "{collection}: {shown} is taken by record {by}. {free_en}What you typed is not lost."
    zh = "{collection}：{shown} 已被记录 {by} 占用。{free_zh}已填内容没有丢。"

    def __init__(self, *, listed: str, **facts: Any) -> None:
        free = {"free_en": f"Free: {listed}. ", "free_zh": f"空着的：{listed}。"}
        super().__init__(**facts, listed=listed, **(free if listed else dict.fromkeys(free, "")))


class QuotaShort(Refused):
    """More than this device may spend; says how much that is, what is left in all, and who holds it."""

    en = (
        "{collection}.{field}: {wanted}{unit_en} wanted, this laptop may spend {here} of {left} left."
        " The rest: {held}."
    )
    zh = "{collection}.{field}：要 {wanted}{unit_zh}，本机可用 {here}，总共还有 {left}。其余在：{held}。"

    def __init__(self, *, unit: str, holders: Mapping[str, int], **facts: Any) -> None:
        held = "、".join(f"{name} {amount}" for name, amount in holders.items()) or "-"
        units = {f"unit_{each}": f" {part(unit, each)}".rstrip() for each in LANGUAGES}
        super().__init__(**facts, unit=unit, **units, holders=dict(holders), held=held)


class PluginRefused(Refused):
    """A plugin's own rule said no. Plugins raise this from hooks that may refuse."""

    en = "{detail}"
    zh = "{detail}"


class TransactionTooLarge(Refused):
    """More records in one transaction than may travel together."""

    en = "{count} records in one transaction; at most {limit}. Write them in several transactions."
    zh = "一次写入 {count} 条记录，最多 {limit} 条。请分几次写入。"


class RecordUnknown(Refused):
    """No such record here."""

    en = "No record {id} in {collection} on this machine."
    zh = "本机的 {collection} 里没有记录 {id}。"
    status = 404


class CodeRefused(Refused):
    """An enrolment code that is wrong, used or expired; which of them is not told."""

    en = "This enrolment code is wrong, used or expired. Ask the hub's keeper for a new one."
    zh = "注册码不对、已用过或已过期。请向社区管理员要一个新的。"
    status = 403


class NotJoined(Refused):
    """The laptop has no hub yet."""

    en = "This laptop has not joined a community yet. Run: hongxian join URL CODE"
    zh = "这台电脑还没有加入社区。请运行：hongxian join 网址 注册码"


class AlreadyThere(Refused):
    """Making what exists."""

    en = "{what} is already there."
    zh = "{what} 已经存在。"


class FileRefused(Refused):
    """A file that is not what was asked for."""

    en = "{file}: {detail}"
    zh = "{file}：{detail}"


class InUse(Refused):
    """Another process holds the data folder."""

    en = "{folder} is in use by another process. Close it, then try again."
    zh = "{folder} 正被另一个程序使用。请先关闭它再试。"


class Usage(HongxianError):
    """The request names things that do not exist."""

    en = "{detail}"
    zh = "{detail}"
    exit_code = 2


class UnknownCollection(Usage):
    """No plugin here brings this collection; tells those of a like name, or else all."""

    en = "No collection {name!r} here. {hint_en}: {likely}"
    zh = "没有名为 {name!r} 的数据表。{hint_zh}：{likely}"

    def __init__(self, *, name: str, known: Iterable[str], **_: Any) -> None:
        """Also from the facts that a hub told of its own error."""
        every = sorted(known)
        near = get_close_matches(name, every, n=4, cutoff=0.75)
        super().__init__(
            name=name,
            known=every,
            likely=", ".join(near or every),
            hint_en="Did you mean" if near else "There are",
            hint_zh="您是不是要" if near else "现有",
        )


class UnknownField(Usage):
    """The collection has no such field."""

    en = "{collection} has no field {name!r}. It has: {known}"
    zh = "{collection} 没有字段 {name!r}。现有：{known}"


class UnknownTeam(Usage):
    """No such team, or not one of this laptop's."""

    en = "No team {name!r} here. There are: {known}"
    zh = "没有团队 {name!r}。现有：{known}"


class NotAQuota(Usage):
    """The field is no quota."""

    en = "{collection}.{field} is no quota. Its quotas are: {known}"
    zh = "{collection}.{field} 不是限额。它的限额有：{known}"


class BadCollection(Usage):
    """A plugin's model that cannot be a collection, with what to write instead."""

    en = "{model}: {detail}"
    zh = "{model}：{detail}"


class BadHook(Usage):
    """A plugin's function that nobody would call as it stands, with what to write instead."""

    en = "{function} ({place}): {detail}"
    zh = "{function}（{place}）：{detail}"


class HubOutOfReach(HongxianError):
    """No answer from the hub; the work stays on the laptop and goes out later."""

    en = "The hub at {url} is out of reach ({detail}). Your work is safe here and goes out later."
    zh = "连不上社区主机 {url}（{detail}）。数据已安全保存在本机，稍后会自动送出。"
    exit_code = 3


class Unauthorized(HongxianError):
    """The hub does not know this token."""

    en = "The hub does not know this device. Ask its keeper for a new enrolment code."
    zh = "社区主机不认识这台电脑。请向社区管理员要一个新的注册码。"
    status = 401


class DeviceRevoked(HongxianError):
    """The hub ended this device's access."""

    en = "The hub has ended this device's access; its data leaves this laptop."
    zh = "社区主机已停用这台电脑，其数据将从本机移除。"
    status = 403


class PageRefused(HongxianError):
    """Bytes that are not a page, or too large to open."""

    en = "Not a page that can be read: {detail}"
    zh = "数据页无法读取：{detail}"


class DatabaseTooNew(HongxianError):
    """Written by a later release; opening it could lose what this release does not know."""

    en = "{path} was written by a newer release (format {found}, this one knows {known}). Update first."
    zh = "{path} 由更新的版本写成（格式 {found}，本版只认识 {known}）。请先升级。"


class SqliteTooOld(HongxianError):
    """A SQLite that can lose committed writes in WAL mode."""

    en = "SQLite {found} can lose committed writes; {needed} or later is needed (pip install pysqlite3)."
    zh = "SQLite {found} 可能丢失已提交的数据，需要 {needed} 以上（pip install pysqlite3）。"


class StorageFailed(HongxianError):
    """The disk is full or damaged; what was confirmed before is still there."""

    en = "Could not write {path}: {detail}. What was confirmed before is safe; free some space and retry."
    zh = "无法写入 {path}：{detail}。之前确认过的数据都在；请清理磁盘后重试。"
    status = 507
