"""Blood pressure at the stall: kept for a year, and only while the person consents."""

from datetime import date, timedelta

from peewee import DateField, IntegerField

from hongxian import Keep, Record, Reference, Text, hookimpl

title = Text("量血压", "Blood pressure")


def a_year_later(reading: "Reading") -> date:
    """The last day on which a reading is kept."""
    return reading.day + timedelta(days=365)


class Reading(Record):
    """Readings."""

    person = Reference("roster.person", verbose_name=Text("居民", "Resident"))
    day = DateField(verbose_name=Text("日期", "Day"))
    upper = IntegerField(verbose_name=Text("高压", "Upper"))
    lower = IntegerField(verbose_name=Text("低压", "Lower"))

    class Meta:
        collection = "health_checks.reading"
        title = Text("血压", "Readings")
        keep = Keep(
            until=a_year_later,
            consent="health",
            asks=Text("血压记录", "Blood pressure readings"),
            of="person",
        )


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Reading]
