"""Attendance, as a plugin of one file: what the bench keeps in Hongxian."""

from peewee import BooleanField, CharField, DateField, DateTimeField, IntegerField, TextField

from hongxian import Record, Reference, hookimpl

STATES = ("signed_up", "signed_in", "signed_out", "confirmed")


class Attendance(Record):
    """Who was there, when, and for how long."""

    person = Reference("roster.person", verbose_name="志愿者")
    activity = Reference("service.activity", verbose_name="活动")
    day = DateField(verbose_name="日期")
    signed_in = DateTimeField(verbose_name="签到")
    minutes = IntegerField(verbose_name="分钟")
    state = CharField(verbose_name="状态", max_length=20, choices=[(each, each) for each in STATES])
    late = BooleanField(verbose_name="补录", default=False)
    notes = TextField(verbose_name="备注", null=True)

    class Meta:
        collection = "bench.attendance"


@hookimpl
def hongxian_collections():
    """This one."""
    return [Attendance]
