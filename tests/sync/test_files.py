"""Photos and scans: records go first, their files after them, and nobody has one without its record."""

import hashlib
import io
import random
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from album import ALBUM, BLUE, RED, Visit, at_disk, kept, look, pdf, photo, seen, synced
from bad_lines import bad_line
from hongxian import Refused
from hongxian.errors import DeviceRevoked, HubOutOfReach, Invalid
from hongxian.files import MB, File, attach
from hongxian.records import COMMUNITY
from hongxian.storage.files import Files, Link
from hongxian.wire.files import (
    DownloadRequest,
    FilesReply,
    FileState,
    Piece,
    PieceState,
    UploadRequest,
    bytes_in,
    text_of,
)
from hongxian.wire.message import Message
from hongxian.wire.page import first_of, stream
from hongxian_client.replica.files import FROM_HUB, let_unnamed_go
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.bundle import bundle_in, bundle_out
from hongxian_client.sync.report import Report
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_server.backups.backup import backup
from hongxian_server.backups.recovery_sheet import new_sheet
from hongxian_server.backups.restore import restore
from hongxian_server.backups.sources import Backup
from hongxian_server.history.erasing import erase
from hongxian_server.membership import devices
from hongxian_server.ops.tidy import tidy
from hongxian_server.sync.bundle import answer_bundle
from hongxian_server.sync.files import PARTS
from hongxian_server.sync.incarnation import start_epoch
from meeting import Meeting, keep_for, meeting


@pytest.fixture
def all_(tmp_path: Path, database_url: str | None) -> Iterator[Meeting]:
    with meeting(tmp_path, ALBUM, url=database_url) as made:
        yield made


# -- on the way ----------------------------------------------------------------------------------


@pytest.mark.either_database
def test_a_photo_of_twelve_megapixels_comes_small_and_bare_to_who_looks_at_it(
    all_: Meeting,
) -> None:
    one, other = all_.laptop(), all_.laptop()
    link = kept(one, photo(4000, 3000), field=Visit.photo)
    synced(one)
    synced(other)
    assert other.files.content(link) is None, "nothing comes that nobody looks at"
    content = seen(other, link, Visit.photo)
    assert content == one.files.content(link)
    assert len(content) <= 500 * 1024
    image = Image.open(io.BytesIO(content))
    assert 800 < max(image.size) <= 2048
    assert not image.getexif()


def test_without_shrinking_the_bytes_stay_as_they_were(all_: Meeting) -> None:
    one, other = all_.laptop(), all_.laptop()
    content = photo(800, 600)
    link = kept(one, content)
    synced(one)
    synced(other)
    assert seen(other, link) == content


@pytest.mark.parametrize("then", ["cut", "ended"])
def test_a_line_that_dies_again_and_again_brings_a_file_up_and_down_from_where_it_was(
    all_: Meeting, then: str
) -> None:
    one, other = all_.laptop(), all_.laptop()
    content = pdf(150_000)
    with bad_line(all_.address, both=30_000, then=then) as line:
        link = kept(one, content)
        while one.files.not_at_hub(epoch_of(one), 1):
            synced(one, line.url)
        carried = sum(line.connections)
        assert carried < 4 * len(content), "what had come stays"
        synced(other, line.url)
        look(other, link)
        while other.files.content(link) is None:
            synced(other, line.url)
        assert other.files.content(link) == content
        assert sum(line.connections) - carried < 4 * len(content)


def epoch_of(laptop: Replica) -> str:
    with laptop:
        return LaptopState.read().epoch


def test_a_record_that_is_written_meanwhile_waits_for_no_photo(all_: Meeting) -> None:
    """Of a file that takes many requests a few go; then it is the record's turn."""
    one, other = all_.laptop(), all_.laptop()
    link = kept(one, pdf(9 * MB))
    with one:
        asked: list[str] = []
        post = post_to_hub(one)

        def writes_between(path: str, body: bytes) -> BinaryIO:
            asked.append(path)
            if len(asked) == 5:
                Visit.create(name="示例·急", scope=COMMUNITY)
            return post(path, body)

        report = sync(one, writes_between)
        assert "/v1/upload" in asked[:5]
        assert "/v1/upload" not in asked[5:], "nothing more of the file goes"
        assert report.files_left
        sync(one, post)
    synced(other)
    with other:
        assert Visit.select().where(Visit.name == "示例·急").count() == 1
        assert other.files.content(link) is None


@pytest.mark.parametrize("many", [300, pytest.param(2_000, marks=pytest.mark.thorough)])
def test_many_small_files_go_up_and_those_looked_at_come_down(all_: Meeting, many: int) -> None:
    one, other = all_.laptop(), all_.laptop()
    with one, one.separately():
        links = [kept(one, pdf(2_000, seed)) for seed in range(many)]
    reports = synced(one)
    assert sum(each.files_sent for each in reports) == many
    synced(other)
    for link in links[::60]:
        look(other, link)
    synced(other)
    assert [link for link in links if other.files.content(link)] == links[::60]


def test_a_photo_whose_bytes_have_not_come_is_waited_for(all_: Meeting) -> None:
    one, other = all_.laptop(), all_.laptop()
    with one:
        link = kept(one, pdf(3 * MB))
        post = post_to_hub(one)

        def records_alone(path: str, body: bytes) -> BinaryIO:
            if path == "/v1/upload":
                raise HubOutOfReach(url="", detail="")
            return post(path, body)

        report = sync(one, records_alone)
        assert report.sent == 1, "a line that fails a photo fails no sync"
    synced(other)
    assert seen(other, link) is None
    synced(one)
    synced(other)
    assert other.files.content(link), "it was waited for"


# -- rights --------------------------------------------------------------------------------------


def download(laptop: Replica, link: Link, size: int) -> PieceState:
    """What the hub answers to who asks for a file."""
    return ask(laptop, "download", DownloadRequest(pieces=[Piece(**link._asdict(), size=size)]))


def ask(laptop: Replica, where: str, message: Message) -> PieceState:
    with laptop:
        body = b"".join(stream(message, []))
        laptop.asker = LaptopState.read().asker
        answer = post_to_hub(laptop)(f"/v1/{where}", body)
    [state] = FilesReply.load(first_of(answer)).pieces
    return state


def test_who_knows_a_hash_has_no_right_by_it(all_: Meeting) -> None:
    """Neither by the other team's record nor by one of its own that names the same hash."""
    red, blue = all_.team(RED), all_.team(BLUE)
    one, thief = all_.laptop(RED), all_.laptop(BLUE)
    content = pdf(5_000)
    link = kept(one, content, red)
    synced(one)
    assert download(one, link, 5_000).content
    assert download(thief, link, 5_000).state is FileState.UNKNOWN
    with one:
        named = Visit.get_by_id(link.record).scan
    with thief:
        own = Visit.create(name="示例·贼", scope=blue, scan=named)
    stolen = Link("album.visit", own.id, link.sha256)
    synced(thief)
    assert seen(thief, stolen) is None
    told = download(thief, stolen, 5_000)
    assert (told.state, told.content) == (FileState.COMING, "")
    with thief:
        laptops_own = attach(Visit.scan, content, "same.pdf")
    assert laptops_own.sha256 == link.sha256, "who has the bytes sends them whole for a record"
    with thief:
        Visit.update(scan=laptops_own, name="示例·有").where(Visit.id == own.id).execute()
        thief.files.link(stolen)
    [report, *_] = synced(thief)
    assert report.files_sent == 1
    assert bytes_in(download(thief, stolen, 5_000).content) == content


def test_no_laptop_sends_its_team_s_file_for_a_record_that_a_stranger_wrote(all_: Meeting) -> None:
    red, _ = all_.team(RED), all_.team(BLUE)
    one, stranger = all_.laptop(RED), all_.laptop(BLUE)
    link = kept(one, pdf(5_000), red)
    synced(one)
    with one:
        named = Visit.get_by_id(link.record).scan
    with stranger:
        bait = Visit.create(name="示例·饵", scope=COMMUNITY, scan=named)
    synced(stranger)
    synced(one)
    synced(stranger)
    assert seen(stranger, Link("album.visit", bait.id, link.sha256)) is None


def test_a_file_leaves_the_laptop_and_its_disk_with_the_team_that_is_withdrawn(
    all_: Meeting,
) -> None:
    red = all_.team(RED)
    one, other = all_.laptop(RED), all_.laptop(RED)
    content = pdf(70_000)
    link = kept(one, content, red)
    synced(one)
    synced(other)
    assert seen(other, link) == content
    assert at_disk(other, content)
    number = number_of(other)
    with all_.hub:
        devices.withdraw(all_.hub, number, RED)
    synced(other)
    assert other.files.content(link) is None
    assert not at_disk(other, content)
    assert download(other, link, 70_000).state is FileState.UNKNOWN
    assert one.files.content(link) == content


def test_nor_does_a_part_of_one_stay_that_had_not_come_whole(all_: Meeting) -> None:
    red = all_.team(RED)
    one, other = all_.laptop(RED), all_.laptop(RED)
    content = pdf(70_000)
    link = kept(one, content, red)
    synced(one)
    synced(other)
    look(other, link)
    other.files.append(link.sha256, FROM_HUB, len(content), 0, content[:60_000], other.now())
    assert at_disk(other, content)
    number = number_of(other)
    with all_.hub:
        devices.withdraw(all_.hub, number, RED)
    synced(other)
    assert not at_disk(other, content)


def test_a_laptop_whose_access_has_ended_keeps_no_file(all_: Meeting) -> None:
    one, other = all_.laptop(), all_.laptop()
    content, unsent = pdf(70_000), pdf(70_000, seed=1)
    link = kept(one, content)
    synced(one)
    synced(other)
    assert seen(other, link) == content
    kept(other, unsent)
    number = number_of(other)
    with all_.hub:
        devices.revoke(all_.hub, number)
    with pytest.raises(DeviceRevoked):
        synced(other)
    assert not at_disk(other, content)
    assert not at_disk(other, unsent)


# -- what comes in -------------------------------------------------------------------------------


def upload(laptop: Replica, link: Link, size: int, content: bytes) -> PieceState:
    piece = Piece(**link._asdict(), size=size, content=text_of(content))
    return ask(laptop, "upload", UploadRequest(pieces=[piece]))


def test_bytes_that_do_not_fit_their_hash_are_given_to_nobody(all_: Meeting) -> None:
    one, other = all_.laptop(), all_.laptop()
    link = kept(one, pdf(5_000))
    with one:
        post = post_to_hub(one)
        sync(one, lambda path, body: _away() if path == "/v1/upload" else post(path, body))
    told = upload(one, link, 5_000, pdf(5_000, seed=1))
    assert told.state is FileState.WRONG
    assert download(one, link, 5_000).state is FileState.COMING
    synced(one)
    synced(other)
    assert seen(other, link) == pdf(5_000)


def _away() -> BinaryIO:
    raise HubOutOfReach(url="", detail="")


def test_a_laptop_takes_no_bytes_that_do_not_fit_from_a_hub(all_: Meeting) -> None:
    one, other = all_.laptop(), all_.laptop()
    link = kept(one, pdf(5_000))
    synced(one)
    with all_.hub.files._writing() as database:
        database.execute_sql("UPDATE chunk SET content = ?", (pdf(5_000, seed=1),))
    synced(other)
    assert seen(other, link) is None


def test_a_page_in_the_place_of_a_photo_is_refused_by_its_content_everywhere(
    all_: Meeting,
) -> None:
    one = all_.laptop()
    for content in (b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html><script>", b"GIF89a"):
        with one, pytest.raises(Refused, match="not one of JPG"):
            attach(Visit.photo, content, "photo.jpg")
    page = b"<html><script>alert(1)</script>"
    with one:
        sha256 = one.files.put(page, one.now())
        made = Visit.create(
            name="示例", scope=COMMUNITY, photo=File(sha256, len(page), "image/jpeg", "a.jpg")
        )
        for odd in (
            File(sha256, 10, "text/html", "a.html"),
            File(sha256, 11 * MB, "image/jpeg", "a.jpg"),
            File(sha256, 10, "image/jpeg", "../a.jpg"),
            File("..", 10, "image/jpeg", "a.jpg"),
        ):
            with pytest.raises(Invalid):
                Visit.create(name="示例", scope=COMMUNITY, photo=odd)
    synced(one)
    link = Link("album.visit", made.id, sha256)
    assert download(one, link, len(page)).state is FileState.COMING, "the hub looked at it"


def test_a_bomb_and_a_broken_image_are_refused_in_words(all_: Meeting) -> None:
    one = all_.laptop()
    bomb, out = Image.new("1", (12_000, 9_000)), io.BytesIO()
    bomb.save(out, "PNG")
    for content in (out.getvalue(), photo(400, 300)[:3_000]):
        with one, pytest.raises(Refused, match=r"cannot be opened.* 80 million pixels"):
            attach(Visit.photo, content, "photo.png")
    with one, pytest.raises(Refused, match=r"limit here is 10\.0 MB"):
        attach(Visit.photo, b"\xff\xd8\xff" + bytes(10 * MB), "photo.jpg")


def test_one_laptop_begins_no_files_without_end(all_: Meeting) -> None:
    one = all_.laptop()
    links = [kept(one, pdf(5_000, seed)) for seed in range(20)]
    with one:
        post = post_to_hub(one)
        sync(one, lambda path, body: _away() if path == "/v1/upload" else post(path, body))
    for seed, link in enumerate(links):
        assert upload(one, link, 5_000, pdf(5_000, seed)[:1_000]).state is FileState.PART
    assert sum(upload(one, link, 5_000, b"").received > 0 for link in links) == PARTS


# -- on a stick ----------------------------------------------------------------------------------


def carried(all_: Meeting, laptop: Replica, name: str, *, with_files: bool) -> tuple[Report, int]:
    """A stick there and back; what came of it, and the bytes of both files."""
    out, back = all_.folder / f"{name}.out", all_.folder / f"{name}.back"
    bundle_out(laptop, out, with_files=with_files)
    answer_bundle(all_.hub, out, back)
    return bundle_in(laptop, back), out.stat().st_size + back.stat().st_size


def test_a_stick_takes_files_along_where_it_is_asked_to(all_: Meeting) -> None:
    one, other = all_.laptop(), all_.laptop()
    mine, theirs = pdf(300_000), pdf(200_000, seed=1)
    own, others = kept(one, mine), kept(other, theirs)
    synced(other)
    report, size = carried(all_, one, "without", with_files=False)
    assert (report.sent, report.files_received) == (1, 0)
    assert size < 20_000
    assert all_.hub.files.content(own) is None
    report, size = carried(all_, one, "with", with_files=True)
    assert all_.hub.files.content(own) == mine
    assert one.files.content(others) == theirs
    assert (report.files_sent, report.files_received) == (1, 1)
    _, size = carried(all_, one, "again", with_files=True)
    assert size < 20_000, "what both have does not go again"
    newcomer = all_.laptop()
    carried(all_, newcomer, "new", with_files=True)
    assert [newcomer.files.content(each) for each in (own, others)] == [mine, theirs]


def test_a_stick_brings_no_file_to_who_only_names_its_hash(all_: Meeting) -> None:
    red, blue = all_.team(RED), all_.team(BLUE)
    one, thief = all_.laptop(RED), all_.laptop(BLUE)
    link = kept(one, pdf(5_000), red)
    synced(one)
    with one:
        named = Visit.get_by_id(link.record).scan
    with thief:
        own = Visit.create(name="示例·贼", scope=blue, scan=named)
    carried(all_, thief, "thief", with_files=True)
    carried(all_, thief, "again", with_files=True)
    assert thief.files.size_of(link.sha256) is None
    assert own.scan.sha256 == link.sha256


# -- what goes -----------------------------------------------------------------------------------


@pytest.mark.either_database
def test_what_nothing_names_any_more_goes_from_laptops_and_later_from_the_hub(
    all_: Meeting,
) -> None:
    one = all_.laptop()
    former, later = pdf(70_000), pdf(70_000, seed=1)
    link = kept(one, former)
    synced(one)
    with one:
        file = attach(Visit.scan, later, "later.pdf")
        Visit.update(scan=file).where(Visit.id == link.record).execute()
    synced(one)
    assert not at_disk(one, former)
    assert at_disk(one, later)
    with all_.hub:
        tidy(all_.hub)
    assert all_.hub.files.content(link) == former, "an undo may want it"
    keep_for(all_.hub, -1)
    with all_.hub:
        tidy(all_.hub)
    assert not at_disk(all_.hub, former)
    assert at_disk(all_.hub, later)


def test_what_waits_in_the_outbox_or_for_a_team_s_return_keeps_its_file(all_: Meeting) -> None:
    red = all_.team(RED)
    one = all_.laptop(RED)
    content = pdf(70_000)
    link = kept(one, content, red)
    with one:
        let_unnamed_go(one)
    assert one.files.content(link) == content
    number = number_of(one)
    with all_.hub:
        devices.withdraw(all_.hub, number, RED)
    synced(one)
    assert one.files.content(link) == content
    with all_.hub:
        devices.grant(all_.hub, number, RED)
    synced(one)
    synced(one)
    assert all_.hub.files.content(link) == content


def number_of(laptop: Replica) -> int:
    with laptop:
        return LaptopState.read().number


@pytest.mark.parametrize("what", ["album.visit", "album.visit.scan"])
def test_an_erasure_takes_the_files_from_hub_and_laptops(all_: Meeting, what: str) -> None:
    one, other = all_.laptop(), all_.laptop()
    content = pdf(70_000)
    link = kept(one, content)
    synced(one)
    synced(other)
    assert seen(other, link) == content
    with all_.hub:
        erase(all_.hub, [(what, link.record)], "示例管理员")
    synced(one)
    synced(other)
    assert not any(at_disk(each, content) for each in (all_.hub, one, other))


def test_in_a_conflict_both_files_can_still_be_had(all_: Meeting) -> None:
    one, other = all_.laptop(), all_.laptop()
    link = kept(one, pdf(5_000))
    synced(one)
    synced(other)
    mine, theirs = (pdf(6_000, seed) for seed in (1, 2))
    for laptop, content in ((one, mine), (other, theirs)):
        with laptop:
            file = attach(Visit.scan, content, "new.pdf")
            Visit.update(scan=file).where(Visit.id == link.record).execute()
    for laptop in (one, other, one, other, one):
        synced(laptop)
    links = [link._replace(sha256=hashlib.sha256(each).hexdigest()) for each in (mine, theirs)]
    assert [all_.hub.files.content(each) for each in links] == [mine, theirs]


def test_a_backup_brings_the_files_back(all_: Meeting, tmp_path: Path) -> None:
    content = pdf(70_000)
    one = all_.laptop()
    link = kept(one, content)
    synced(one)
    with all_.hub:
        sheet = new_sheet(all_.hub)
    backup(all_.hub, tmp_path / "backup.age")
    restored = restore(tmp_path / "again", Backup(tmp_path / "backup.age"), lambda: sheet)
    assert restored.files.content(link) == content


def test_a_hub_that_lost_its_files_is_filled_again_by_the_laptops(all_: Meeting) -> None:
    one, other = all_.laptop(), all_.laptop()
    content = pdf(70_000)
    link = kept(one, content)
    synced(one)
    all_.hub.files.let_records_go([(link.collection, link.record)])
    with all_.hub:
        start_epoch(all_.hub)
    synced(one)
    synced(other)
    assert seen(other, link) == content


# -- bytes on disk -------------------------------------------------------------------------------

piece_sizes = st.lists(st.integers(1, 150_000), min_size=1, max_size=6)


@given(sizes=piece_sizes, repeated=st.integers(0, 5), offset=st.integers(0, 400_000))
def test_whatever_the_pieces_a_file_comes_together_and_is_read_from_anywhere(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], repeated: int, offset: int
) -> None:
    files = Files(tmp_path_factory.mktemp("files"))
    content = random.Random(1).randbytes(sum(sizes))
    link = Link("album.visit", "1", hashlib.sha256(content).hexdigest())
    asked = (link.sha256, "laptop", len(content))
    at = 0
    for number, size in enumerate(sizes):
        part = content[at : at + size]
        assert files.append(*asked, at, part, 0) == at + size
        if number == repeated:
            assert files.append(*asked, at, part, 0) == at + size, "what came twice counts once"
        assert files.append(*asked, at + size + 1, b"x", 0) == at + size, "nothing is left out"
        at += size
    assert files.content(link) is None
    assert files.complete(link, "laptop", lambda first: content.startswith(first))
    assert files.content(link) == content
    assert files.read(link.sha256, offset, 1_000) == content[offset : offset + 1_000]
