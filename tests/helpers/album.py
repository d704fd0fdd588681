"""Records with photos and scans, for the tests of files."""

import io
import random

from peewee import CharField
from PIL import Image

from hongxian import FileField, Record
from hongxian.engine.store import Store
from hongxian.files import MB, attach
from hongxian.records import COMMUNITY
from hongxian.storage.files import Link
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.report import Report
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from samples import plugin


class Visit(Record):
    """Of one team, with a photo."""

    name = CharField(max_length=40)
    photo = FileField(most=10 * MB)
    scan = FileField(types=("image", "pdf"), most=10 * MB, shrink=False)

    class Meta:
        collection = "album.visit"
        scope = "any"


RED, BLUE = "示例·红队", "示例·蓝队"
ALBUM = plugin("album", Visit)


def photo(width: int, height: int, seed: int = 0) -> bytes:
    """A JPEG of chance, with what a camera notes in it."""
    noise = random.Random(seed).randbytes(width * height // 16 * 3)
    image = Image.frombytes("RGB", (width // 4, height // 4), noise).resize((width, height))
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x010F] = "Camera of 示例·甲001"
    image.save(out, "JPEG", quality=92, exif=exif)
    return out.getvalue()


def pdf(size: int, seed: int = 0) -> bytes:
    """As many bytes that begin as a PDF does."""
    return b"%PDF-1.7 " + random.Random(seed).randbytes(size - 9)


def kept(
    laptop: Replica, content: bytes, scope: str = COMMUNITY, field: FileField = Visit.scan
) -> Link:
    """A record with a file, as it lies on a laptop."""
    with laptop:
        file = attach(field, content, "IMG_1.jpeg")
        made = Visit.create(name="示例", scope=scope, **{field.name: file})
        return Link("album.visit", made.id, file.sha256)


def look(laptop: Replica, link: Link, field: FileField = Visit.scan) -> None:
    """Want to see a file."""
    with laptop:
        file = getattr(Visit.get_by_id(link.record), field.name)
        laptop.files.wish(link, file.size, laptop.now())


def synced(laptop: Replica, url: str | None = None) -> list[Report]:
    """Sync until no file can go on."""
    reports = []
    with laptop:
        while not reports or reports[-1].files_left:
            reports.append(sync(laptop, post_to_hub(laptop, url)))
    return reports


def seen(laptop: Replica, link: Link, field: FileField = Visit.scan) -> bytes | None:
    """What somebody sees who looks at a file, after a sync."""
    look(laptop, link, field)
    synced(laptop)
    return laptop.files.content(link)


def at_disk(store: Store, content: bytes) -> bool:
    """Whether a piece of a file stands anywhere in a folder's databases."""
    piece = content[len(content) // 2 :][:64]
    return any(piece in path.read_bytes() for path in store.folder.glob("*.db*"))
