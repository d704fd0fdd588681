"""The collections that the system itself brings: teams, devices, conflicts and tasks.

They are records like any other, so they need no protocol of their own.
"""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, CharField, DateField, IntegerField

from hongxian.kinds.bilingual import BilingualField
from hongxian.kinds.merged.members import MembersField
from hongxian.kinds.reference import Reference
from hongxian.merges.merge import Largest
from hongxian.model.circle import CIRCLE
from hongxian.model.record import COMMUNITY, Record, same_id
from hongxian.text import Text

WHOLE_COMMUNITY = Text("全社区", "whole community")
"""What people call the scope of that name."""
THE_KEEPER = Text("社区管理员", "the hub's keeper")
"""What people call the scope of what is handed in to them."""
LONGEST_MATTER = 4_000
"""Characters of a task's text in both languages."""
LONGEST_JSON = 2**20
"""Bytes of any one value as JSON, and so its characters too, at most."""


class Team(Record):
    """Teams of the community."""

    name = CharField(verbose_name=Text("团队名称", "Name"), max_length=80)
    key = CharField(
        verbose_name=Text("范围", "Scope"),
        max_length=40,
        help_text=Text("该团队记录的范围", "the scope of the team's records"),
    )

    class Meta:
        collection = "hongxian.team"
        title = Text("团队", "Teams")
        scope = COMMUNITY
        writers = "hub"


class Device(Record):
    """Laptops of the community: one record for each incarnation that one has had."""

    incarnation = BigIntegerField(verbose_name=Text("化身", "Incarnation"))
    number = IntegerField(verbose_name=Text("编号", "Number"))
    laptop = CharField(
        verbose_name=Text("机器", "Laptop"),
        max_length=36,
        help_text=Text("恢复或复制之后不变", "the same after a restore or clone"),
    )
    name = CharField(verbose_name=Text("名称", "Name"), max_length=80)
    teams = MembersField(verbose_name=Text("团队", "Teams"))
    revoked = BooleanField(verbose_name=Text("已停用", "Revoked"), default=False)

    class Meta:
        collection = "hongxian.device"
        title = Text("电脑", "Laptops")
        scope = COMMUNITY
        writers = "hub"


class Conflict(Record):
    """Values written without sight of each other, for a person to choose."""

    collection = CharField(verbose_name=Text("数据表", "Collection"), max_length=80)
    record = CharField(verbose_name=Text("记录", "Record"), max_length=36)
    field = CharField(verbose_name=Text("字段", "Field"), max_length=80)
    kept = CharField(
        verbose_name=Text("保留的值", "Kept"), max_length=LONGEST_JSON, help_text="JSON"
    )
    kept_stamp = BigIntegerField(verbose_name=Text("保留值的时刻", "Kept stamp"))
    lost = CharField(
        verbose_name=Text("未保留的值", "Lost"), max_length=LONGEST_JSON, help_text="JSON"
    )
    lost_stamp = BigIntegerField(verbose_name=Text("未保留值的时刻", "Lost stamp"))
    resolved = BooleanField(verbose_name=Text("已处理", "Resolved"), default=False)

    class Meta:
        collection = "hongxian.conflict"
        title = Text("冲突", "Conflicts")
        confidential = True  # it holds values of any collection
        scope = "any"
        writers = "hub"
        field_writers = {"resolved": "scope"}


class Task(Record):
    """Things that a person has to look into: a miscount, something given out without a right."""

    text = BilingualField(verbose_name=Text("事项", "Matter"), max_length=LONGEST_MATTER)
    collection = CharField(verbose_name=Text("数据表", "Collection"), max_length=80, null=True)
    record = CharField(verbose_name=Text("记录", "Record"), max_length=36, null=True)
    done = BooleanField(verbose_name=Text("已办", "Done"), default=False, index=True)
    rule = CharField(verbose_name=Text("规则", "Rule"), max_length=120, null=True)
    """Which opened it, and closes it again."""

    class Meta:
        collection = "hongxian.task"
        title = Text("待办", "Tasks")
        confidential = True
        scope = "any"
        hidden = ("rule",)  # its name is for programs
        merges = {"done": Largest()}


class Alias(Record):
    """Two records that are of one person or thing: nothing is moved, reads follow it."""

    collection = CharField(verbose_name=Text("数据表", "Collection"), max_length=80)
    one = CharField(verbose_name=Text("一条记录", "One record"), max_length=36, index=True)
    other = CharField(
        verbose_name=Text("另一条记录", "The other record"), max_length=36, index=True
    )

    class Meta:
        collection = "hongxian.alias"
        title = Text("合并的重复记录", "Joined doubles")
        confidential = True
        scope = "any"


class Ask(Record):
    """What laptops ask of others: rights of a quota that stay where they were granted."""

    collection = CharField(verbose_name=Text("数据表", "Collection"), max_length=80)
    record = CharField(verbose_name=Text("记录", "Record"), max_length=36, index=True)
    field = CharField(verbose_name=Text("字段", "Field"), max_length=80)
    holder = BigIntegerField(verbose_name=Text("化身", "Incarnation"))
    """Which asks."""
    until = BigIntegerField(verbose_name=Text("共收到", "Received in all"))
    """It is met once its holder was passed so many in all, whatever it spent of them meanwhile."""

    class Meta:
        collection = "hongxian.ask"
        title = Text("调用申请", "Asks for rights")
        confidential = True
        scope = "any"
        writers = "maker"


class CircleMember(Record):
    """Laptops of a circle: who in it asks for whom, and what the hub made of it."""

    laptop = CharField(verbose_name=Text("电脑", "Laptop"), max_length=36)
    wanted = BooleanField(verbose_name=Text("要在内", "Wanted"), default=True)
    inside = BooleanField(verbose_name=Text("在内", "Inside"), default=False)

    class Meta:
        collection = "hongxian.circle_member"
        title = Text("知情圈的电脑", "Laptops of a circle")
        confidential = True
        scope = CIRCLE
        field_writers = {"laptop": "maker", "inside": "hub"}


def member_id(scope: str, laptop: str) -> str:
    """The id of the record that tells of a laptop in a circle."""
    return same_id("hongxian.circle_member", scope, laptop)


class Consent(Record):
    """What a person has consented to, or withdrew: the last one of a kind counts."""

    person = Reference(
        "roster.person", on_delete="keep", verbose_name=Text("本人", "Person"), index=True
    )
    kind = CharField(verbose_name=Text("同意的事项", "Kind"), max_length=40)
    given = BooleanField(verbose_name=Text("同意", "Given"), default=True)

    class Meta:
        collection = "hongxian.consent"
        title = Text("同意书", "Consents")
        confidential = True
        scope = "any"
        writers = "team"  # what the keeper put down counts for all: no laptop rewrites it


class SpecialDay(Record):
    """Days that are not as their weekday says: holidays, and days of a week-end that are worked."""

    day = DateField(verbose_name=Text("日期", "Day"), index=True)
    works = BooleanField(verbose_name=Text("上班", "Worked"), default=False)
    name = CharField(verbose_name=Text("名称", "Name"), max_length=40, default="")

    class Meta:
        collection = "hongxian.special_day"
        title = Text("节假日与调休", "Holidays")
        scope = COMMUNITY


class PhonePages(Record):
    """Where people find the pages for phones."""

    EVERYWHERE, ONLY_THERE, NOWHERE = "everywhere", "only_there", "nowhere"

    address = CharField(
        verbose_name=Text("网址", "Address"),
        max_length=200,
        default="",
        help_text=Text(
            "手机上打开的 https 网址；空着，本人的页面就不开。",
            "By which phones open them, with https; while it is empty there are no personal ones.",
        ),
    )
    served = CharField(
        verbose_name=Text("开放", "Served"),
        max_length=20,
        default=EVERYWHERE,
        choices=[
            (EVERYWHERE, Text("主机的每个网址", "at each address of the hub")),
            (ONLY_THERE, Text("只在这个网址", "at this address only")),
            (NOWHERE, Text("全部关闭", "not at all")),
        ],
        help_text=Text(
            "人人可看的页和墙上的屏幕在哪里打开；本人的页面只在上面的网址。",
            "Where what anybody may see is, and what stands on walls; personal ones are at the address alone.",
        ),
    )

    class Meta:
        collection = "hongxian.phone_pages"
        title = Text("手机页", "Pages for phones")
        scope = COMMUNITY
        writers = "hub"


THE_PHONE_PAGES = same_id("hongxian.phone_pages")
"""The one record that says where they are."""


class Phone(Record):
    """Phones by which people come to what is their own; let in once, by a code of a laptop."""

    of = CharField(verbose_name=Text("数据表", "Collection"), max_length=80)
    """Of whom it is: of a volunteer, of a merchant."""
    record = CharField(
        verbose_name=Text("谁的", "Whose"),
        max_length=36,
        index=True,
        help_text=Text("这部手机是谁的", "whose phone it is"),
    )
    key = CharField(
        verbose_name=Text("公钥", "Public key"),
        max_length=200,
        default="",
        help_text=Text("手机自己留着私钥", "the phone alone has the other half"),
    )
    code = CharField(
        verbose_name=Text("手机码", "Code"),
        max_length=64,
        index=True,
        default="",
        help_text=Text("扫过的码的哈希，一码只用一次", "the hash of what was scanned, good once"),
    )
    since = DateField(verbose_name=Text("加入", "Let in"), null=True)
    used = DateField(verbose_name=Text("最近用过", "Last used"), null=True)
    ended = BooleanField(verbose_name=Text("已停用", "Ended"), default=False)

    class Meta:
        collection = "hongxian.phone"
        title = Text("手机", "Phones")
        confidential = True
        scope = COMMUNITY
        writers = "hub"
        field_writers = {"ended": "scope"}
        hidden = ("key", "code")
        merges = {"ended": Largest()}


class Erasure(Record):
    """What was erased for good: which record, when and by whom, and nothing that it held."""

    collection = CharField(
        verbose_name=Text("数据表", "Collection"),
        max_length=80,
        help_text=Text(
            "只删一个字段时后面带字段名", "with a field's name behind it, where only that went"
        ),
    )
    record = CharField(verbose_name=Text("记录", "Record"), max_length=36)
    at = BigIntegerField(verbose_name=Text("时刻", "When"))
    by = CharField(verbose_name=Text("经手人", "By whom"), max_length=80)
    signature = CharField(verbose_name=Text("主机的签名", "The hub's signature"), max_length=128)

    class Meta:
        collection = "hongxian.erasure"
        title = Text("彻底删除", "Erasures")
        confidential = True
        scope = COMMUNITY
        writers = "hub"


def erased_part(what: str) -> tuple[str, str]:
    """The collection of what an erasure names, and the field; "" for the whole record."""
    plugin, thing, *field = what.split(".", 2)
    return f"{plugin}.{thing}", "".join(field)


def said_of_erasure(collection: str, record: str, at: int, by: str) -> bytes:
    """What the hub signs of an erasure; `at` is in milliseconds since 1970."""
    return "\n".join(("Hongxian erasure", collection, record, str(at), by)).encode()


SHARED: tuple[type[Record], ...] = (
    Team,
    Device,
    Conflict,
    Task,
    Erasure,
    Ask,
    CircleMember,
    Consent,
    Alias,
    SpecialDay,
    PhonePages,
    Phone,
)
