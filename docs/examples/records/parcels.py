"""Parcels: what the house takes in for neighbours, with fields of several sorts."""

from peewee import CharField, DateTimeField, IntegerField

from hongxian import MembersField, PhoneField, Record, Text, computed, hookimpl
from hongxian.records import COMMUNITY


class Parcel(Record):
    """Parcels."""

    name = CharField(verbose_name=Text("收件人", "For whom"), max_length=40)
    phone = PhoneField(verbose_name=Text("电话", "Phone"), null=True)
    handle = MembersField(verbose_name=Text("注意", "Handle"))
    building = CharField(verbose_name=Text("幢", "Building"), max_length=10)
    room = CharField(verbose_name=Text("室", "Room"), max_length=10)
    shelf = IntegerField(verbose_name=Text("货架", "Shelf"), null=True)
    taken_in = DateTimeField(verbose_name=Text("收下时刻", "Taken in"), null=True)
    scanned = CharField(max_length=80, null=True)

    class Meta:
        collection = "parcels.parcel"
        title = Text("包裹", "Parcels")
        scope = COMMUNITY
        groups = {"address": ("building", "room")}
        read_only = ("taken_in",)
        hidden = ("scanned",)
        secret = ("phone",)

    @computed(CharField(verbose_name=Text("送到", "Where to")))
    def where_to(self) -> str:
        return f"{self.building}–{self.room}"


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Parcel]
