"""Lamps: what is broken in the street, with a photo."""

from peewee import CharField

from hongxian import FileField, Record, Text, action, hookimpl
from hongxian.files import MB

title = Text("路灯报修", "Lamps")


class Report(Record):
    """A lamp that somebody found broken."""

    place = CharField(verbose_name=Text("地点", "Place"), max_length=40)
    photo = FileField(verbose_name=Text("照片", "Photo"), types=("image",))
    order = FileField(
        verbose_name=Text("维修单", "Work order"), types=("image", "pdf"), most=5 * MB, shrink=False
    )

    mended = FileField(verbose_name=Text("修好后", "Mended"), types=("image",))

    class Meta:
        collection = "lamps.report"
        scope = "any"
        title = Text("报修", "Reports")


@hookimpl
def hongxian_collections():
    return [Report]


@action(
    of=Report,
    title=Text("修好了", "Mended"),
    when=lambda report: report.mended is None,
    asks={"photo": FileField(verbose_name=Text("照片", "Photo"), types=("image",), null=False)},
)
def mend(store, report, photo):
    report.mended = photo
    report.save()
    return Text("已记下", "Noted")
