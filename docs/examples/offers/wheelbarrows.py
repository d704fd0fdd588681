"""Wheelbarrows, as they stand in an old workbook: known by their plate, their column called many names."""

from peewee import CharField, DateField

from hongxian import Record, Text, hookimpl


class Wheelbarrow(Record):
    """Wheelbarrows."""

    plate = CharField(verbose_name=Text("车牌", "Plate"), max_length=20)
    bought = DateField(verbose_name=Text("购入日期", "Bought"), null=True)
    keeper = CharField(verbose_name=Text("保管人", "Keeper"), max_length=40, null=True)

    class Meta:
        collection = "wheelbarrows.wheelbarrow"
        title = Text("手推车", "Wheelbarrows")
        known_by = ("plate",)
        also_called = {"plate": ("牌号", "车号"), "keeper": ("谁管",)}


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Wheelbarrow]
