"""The collections that the system itself brings: teams, devices, conflicts and tasks.

They are records like any other, so they need no protocol of their own.
"""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, CharField, IntegerField

from hongxian.kinds.members import MembersField
from hongxian.kinds.text import LONGEST_TEXT
from hongxian.merge import Largest
from hongxian.record import COMMUNITY, Record

LONGEST_JSON = 6 * LONGEST_TEXT + 2
"""Characters of a text as JSON: its quotes, and at worst six for each of its own."""


class Team(Record):
    """Teams of the community."""

    name = CharField(verbose_name="团队名称", max_length=80)
    key = CharField(verbose_name="范围", max_length=40, help_text="the scope of the team's records")

    class Meta:
        collection = "hongxian.team"
        title = "团队"
        scope = COMMUNITY
        writers = "hub"


class Device(Record):
    """Laptops of the community: one record for each number that one has had."""

    number = IntegerField(verbose_name="编号")
    laptop = CharField(
        verbose_name="机器", max_length=36, help_text="the same after a restore or clone"
    )
    name = CharField(verbose_name="名称", max_length=80)
    teams = MembersField(verbose_name="团队")
    revoked = BooleanField(verbose_name="已停用", default=False)

    class Meta:
        collection = "hongxian.device"
        title = "电脑"
        scope = COMMUNITY
        writers = "hub"


class Conflict(Record):
    """Values written without sight of each other, for a person to choose."""

    collection = CharField(verbose_name="数据表", max_length=80)
    record = CharField(verbose_name="记录", max_length=36)
    field = CharField(verbose_name="字段", max_length=80)
    kept = CharField(verbose_name="保留的值", max_length=LONGEST_JSON, help_text="JSON")
    kept_stamp = BigIntegerField(verbose_name="保留值的时刻")
    lost = CharField(verbose_name="未保留的值", max_length=LONGEST_JSON, help_text="JSON")
    lost_stamp = BigIntegerField(verbose_name="未保留值的时刻")
    resolved = BooleanField(verbose_name="已处理", default=False)

    class Meta:
        collection = "hongxian.conflict"
        title = "冲突"
        confidential = True  # it holds values of any collection
        scope = "any"
        writers = "hub"
        field_writers = {"resolved": "scope"}


class Task(Record):
    """Things that a person has to look into: a miscount, something given out without a right."""

    text = CharField(verbose_name="事项", max_length=400)
    collection = CharField(verbose_name="数据表", max_length=80, null=True)
    record = CharField(verbose_name="记录", max_length=36, null=True)
    done = BooleanField(verbose_name="已办", default=False)

    class Meta:
        collection = "hongxian.task"
        title = "待办"
        confidential = True
        scope = "any"
        merges = {"done": Largest()}


SHARED: tuple[type[Record], ...] = (Team, Device, Conflict, Task)
