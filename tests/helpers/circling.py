"""A circle of a few venues, for tests of the plugin and for its day in a browser."""

from datetime import date, timedelta
from io import BytesIO

from PIL import Image

from hongxian import Text, local_today
from hongxian.files import attach
from hongxian_plugins.circle import Gate, Picture, Venue

HOSTILE = '<script>alert(1)</script>"&'
WEEKDAYS = "周一至周五 8:00–17:00；周六、周日 休息"


def venue(**values: object) -> Venue:
    usual = {
        "name": "示例·日间照料中心",
        "kind": "day_care",
        "address": "示例路1号",
        "hours": "工作日 8:00-17:00",
        "state": "open",
    }
    return Venue.create(**{**usual, **values})


def gate(**values: object) -> Gate:
    return Gate.create(**{"name": "示例苑3幢", "point": "500,400", **values})


def picture() -> Picture:
    made = BytesIO()
    Image.new("RGB", (300, 200), "#e8efe0").save(made, "PNG")
    file = attach(Picture.file, made.getvalue(), "circle.png")
    return Picture.create(file=file, metres=1_500)


def long_ago(days: int = 91) -> date:
    return local_today() - timedelta(days=days)


def told(text: object) -> str:
    """What a reader of Chinese reads."""
    return str(Text.of(text).zh)  # type: ignore[arg-type]
