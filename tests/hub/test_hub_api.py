"""The hub over HTTP: every refusal in words, no page that can hurt it, and its own description."""

import io
import json
import re
import struct
import time
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import zstandard
from flask.testing import FlaskClient

from described import Described
from hongxian.errors import PageRefused
from hongxian.model.stamp import make_stamp
from hongxian.plugins.loading import Plugins
from hongxian.security.code import EnrolmentCode
from hongxian.wire.digest import digests
from hongxian.wire.page import (
    FRAME,
    FRAME_BYTES,
    MAGIC,
    STREAM,
    Page,
    PageKind,
    encode,
    frames_of,
    read_stream,
    stream,
)
from hongxian.wire.round import PROTOCOL
from hongxian.wire.weight import Weight
from hongxian_server.backups.backup import backup
from hongxian_server.backups.recovery_sheet import new_sheet
from hongxian_server.http.app import make_app
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.sync import incarnation
from samples import SAMPLE, Visit
from signing import SigningDevice, enrolled, enrolment, new_key, post_enrolment

NOTHING = {"protocol": PROTOCOL, "clock": 0, "collections": ["sample.visit"]}


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    plugins = Plugins(installed=False)
    plugins.add(SAMPLE)
    made = Hub.init(tmp_path / "hub", "示例社区", plugins=plugins)
    with made:
        devices.add_team(made, "甲队")
    return made


@pytest.fixture
def client(hub: Hub) -> FlaskClient:
    app = make_app(hub)
    app.test_client_class = Described  # whatever a hub says in these tests is as it describes it
    return app.test_client()


@pytest.fixture
def device(hub: Hub) -> SigningDevice:
    return enrolled(hub, "甲队")


def post(client: FlaskClient, device: SigningDevice, body: bytes, path: str = "/v1/round") -> Any:
    return device.post(client, path, body)


PREFIXES = count(1)


def stamps_in(page: dict[str, Any]) -> list[Any]:
    columns = page.get("columns", [])
    return list(page["values"][columns.index("stamp")]) if "stamp" in columns else []


def round_of(device: SigningDevice, *pages: dict[str, Any], **more: Any) -> bytes:
    """A request whose transactions are named one after the other, behind a prefix of its own."""
    stamps = {stamp for page in pages for stamp in stamps_in(page)}
    run = (f"{next(PREFIXES):020x}", 1, len(stamps))
    message = {
        **NOTHING,
        "epoch": device.epoch,
        "lineage": {"attempts": [(run[0], run[2])] if stamps else []},
        "transactions": [run] if stamps else [],
        **more,
    }
    return b"".join(stream(message, map(encode, pages)))


def refusal(answer: Any, status: int, error: str) -> dict[str, Any]:
    told = answer.get_json()
    assert (answer.status_code, told["error"]) == (status, error)
    assert re.search("[一-鿿]", told["message"]["zh"])
    assert told["message"]["en"]
    return dict(told)


def secret_of(hub: Hub, **more: Any) -> str:
    with hub:
        return EnrolmentCode.typed(devices.make_code(hub, ["甲队"], **more)[0]).secret


def enrol_with(client: FlaskClient, hub: Hub, secret: str) -> Any:
    key = new_key()
    return post_enrolment(client, hub, key, enrolment(secret, key))


def test_a_code_works_once_and_guessing_is_slowed_down(hub: Hub, client: FlaskClient) -> None:
    secret = secret_of(hub)
    assert enrol_with(client, hub, secret.lower()).status_code == 200
    refusal(enrol_with(client, hub, secret), 403, "CodeRefused")
    for _ in range(9):
        refusal(enrol_with(client, hub, "AAAABBBB"), 403, "CodeRefused")
    refusal(enrol_with(client, hub, "AAAABBBB"), 429, "TooManyAttempts")


def test_an_expired_code_is_refused(hub: Hub, client: FlaskClient) -> None:
    refusal(enrol_with(client, hub, secret_of(hub, minutes=-1)), 403, "CodeRefused")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"[" * 2_000 + b"]" * 2_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"secret": NaN}',
        b'{"secret": 5, "key": "%k"}',
        b'{"secret": "%s"}',
        b'{"secret": "%s", "key": "00", "sealing": "%k"}',
        b'{"secret": "%s", "key": "%k", "sealing": "%k", "name": "\\ud800"}',
        b'{"secret": "%s", "key": "%k", "sealing": "%k", "name": "' + b"x" * 81 + b'"}',
        b'{"secret": "%s", "key": "%k", "sealing": "%k", "name": ' + b"9" * 400 + b"}",
        b'{"secret": "%s", "key": "%k", "sealing": "%k"}' + b" " * 10_000,
    ],
)
def test_what_is_no_enrolment_is_refused_in_words_and_uses_no_code_up(
    hub: Hub, client: FlaskClient, body: bytes
) -> None:
    secret, key = secret_of(hub), new_key()
    body = body.replace(b"%s", secret.encode()).replace(b"%k", key.public.encode())
    refusal(post_enrolment(client, hub, key, body), 400, "PageRefused")
    assert enrol_with(client, hub, secret).status_code == 200


def test_a_revoked_device_is_told_so(hub: Hub, client: FlaskClient, device: SigningDevice) -> None:
    with hub:
        devices.revoke(hub, device.number)
    refusal(post(client, device, round_of(device)), 403, "DeviceRevoked")


@pytest.mark.usefixtures("refilling")
@pytest.mark.parametrize("name", ["a", "id"])
def test_an_offer_without_ids_is_refused_in_words(
    client: FlaskClient, device: SigningDevice, name: str
) -> None:
    [scope] = device.teams
    page = Page("sample.visit", PageKind.ROWS, [name], [[[1]]], scope=scope)
    request = {"scope": scope, "collection": "sample.visit"}
    answer = post(client, device, b"".join(stream(request, frames_of(page))), "/v1/repair")
    refusal(answer, 400, "PageRefused")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        MAGIC,
        MAGIC + b"\x00\x00\x00\x05abc",
        MAGIC + struct.pack(">I", FRAME_BYTES + 1),
        MAGIC + struct.pack(">I", 4) + b"junk" + b"\x00" * 4,
        b"".join(stream([], [])),
        b"".join(stream({"protocol": 2}, [])),
        b"".join(stream({"protocol": 1, "unsent": 10**18}, [])),
    ],
)
def test_bytes_that_are_no_round_are_refused_in_words(
    client: FlaskClient, device: SigningDevice, body: bytes
) -> None:
    refusal(post(client, device, body), 400, "PageRefused")


@pytest.mark.parametrize(
    "name", [b'"\\ud800"', b"1" + b"0" * 400, b"NaN", b'"a" "b"', b'"\xff"', b"1e999"]
)
def test_a_page_that_holds_what_no_json_may_is_refused_and_changes_nothing(
    hub: Hub, client: FlaskClient, device: SigningDevice, name: bytes
) -> None:
    page = visit(device, "01890000-0000-7000-8000-000000000001", "NAME")
    text = json.dumps(page).encode().replace(b'"NAME"', name)
    frame = zstandard.compress(text)
    body = round_of(device)[:-4] + struct.pack(">I", len(frame)) + frame + b"\x00" * 4
    answer = post(client, device, body)
    if answer.status_code == 200:  # a number that is no text is that record's fault alone
        [verdict] = next(read_stream(io.BytesIO(answer.data)))["outcome"]["others"]
        assert list(verdict["reasons"]) == ["name"]
    else:
        refusal(answer, 400, "PageRefused")
    with hub:
        assert Visit.with_deleted().count() == 0


def test_a_truncated_round_changes_nothing(
    hub: Hub, client: FlaskClient, device: SigningDevice
) -> None:
    page = visit(device, "01890000-0000-7000-8000-000000000001", "来访")
    refusal(post(client, device, round_of(device, page)[:-9]), 400, "PageRefused")
    with hub:
        assert SAMPLE.hongxian_collections()[1].select().count() == 0


def test_a_page_that_opens_to_ten_gigabytes_is_refused_before_it_is_opened(
    client: FlaskClient, device: SigningDevice
) -> None:
    compressor = zstandard.ZstdCompressor().compressobj(size=10 * 2**30)
    head = compressor.compress(b" " * 2**20) + compressor.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    body = MAGIC + struct.pack(">I", len(head)) + head + b"\x00" * 4
    told = refusal(post(client, device, body), 400, "PageRefused")
    assert str(FRAME.bytes) in told["message"]["en"]


@pytest.mark.parametrize("frames", [[b"[]"] * FRAME.values, [b"1"] * (FRAME.values // 2)])
def test_what_opens_to_too_many_values_is_refused_on_a_stick_and_in_an_answer_too(
    frames: list[bytes],
) -> None:
    """Two values for a list in a list, one for a number: so many in a frame, so many in a stream."""
    held = zstandard.compress(b"[" + b",".join(frames) + b"]")
    each = struct.pack(">I", len(held)) + held
    source = io.BytesIO(MAGIC + each * 3 + bytes(4))
    with pytest.raises(PageRefused, match="values"):
        list(read_stream(source, Weight(STREAM.bytes, FRAME.values)))


def test_pages_that_open_to_too_much_together_are_refused(
    client: FlaskClient, device: SigningDevice
) -> None:
    page = zstandard.compress(b" " * (FRAME.bytes - 2) + b"{}")
    frame = struct.pack(">I", len(page)) + page
    body = round_of(device)[:-4] + frame * 6 + b"\x00" * 4
    assert len(body) < 2**20
    refusal(post(client, device, body), 400, "PageRefused")


@pytest.mark.parametrize(
    "run",
    [("x", 1, 1), ("0" * 20, 0, 1), ("0" * 20, 1, 0), ("0" * 20, 1, 2**48), ("0" * 20, 1), 5],
)
def test_a_leave_that_names_no_transactions_is_refused(
    client: FlaskClient, device: SigningDevice, run: object
) -> None:
    body = b"".join(stream({"transactions": [run]}, []))
    refusal(post(client, device, body, "/v1/leave"), 400, "PageRefused")


def test_more_transactions_than_anybody_writes_are_not_looked_for(
    client: FlaskClient, device: SigningDevice
) -> None:
    body = b"".join(stream({"transactions": [("0" * 20, 1, 2**47)]}, []))
    refusal(post(client, device, body, "/v1/leave"), 400, "PageRefused")


@pytest.mark.parametrize("head", ["x", "9" * 80 + "-x", "²-x", "1-x", "٣-" + "0" * 64])
def test_what_is_no_head_of_a_journal_is_refused(
    client: FlaskClient, device: SigningDevice, head: str
) -> None:
    refusal(post(client, device, round_of(device, heads=[head])), 400, "PageRefused")
    signed = f"{device.epoch}:{head.replace('-', ':')}:5:{'0' * 128}"
    refusal(post(client, device, round_of(device, head=signed)), 400, "PageRefused")


def test_deep_nesting_is_refused(client: FlaskClient, device: SigningDevice) -> None:
    deep = zstandard.compress(b"[" * 100_000 + b"]" * 100_000)
    body = MAGIC + struct.pack(">I", len(deep)) + deep + b"\x00" * 4
    refusal(post(client, device, body), 400, "PageRefused")


def visit(device: SigningDevice, id: str, name: Any, **more: Any) -> dict[str, Any]:
    stamp = make_stamp(1_700_000_000_000, 0, device.incarnation)
    fields = {"id": id, "stamp": stamp, "scope": next(iter(device.teams)), "name": name, **more}
    return {
        "collection": "sample.visit",
        "kind": "new",
        "rows": 1,
        "columns": list(fields),
        "values": [[value] for value in fields.values()],
    }


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": "长" * 41}, "name"),
        ({"name": "nul\0"}, "name"),
        ({"name": None}, "name"),
        ({"name": 7}, "name"),
        ({"name": ["a"]}, "name"),
        ({"name": {"a": 1}}, "name"),
        ({"scope": "t-another"}, "scope"),
        ({"scope": 5}, "scope"),
        ({"later": 1.5}, "later"),
        ({"later": [[[[[[[[[[1]]]]]]]]]]}, "later"),
        ({"later": {"77": [5, 0]}}, "later"),
        ({"later": {"磨刀": {"77": [1, 0]}}}, "later"),
        ({"id": "not an id"}, "id"),
    ],
)
def test_a_bad_record_gets_its_reasons_by_field(
    hub: Hub, client: FlaskClient, device: SigningDevice, more: dict[str, Any], field: str
) -> None:
    given = {"id": "01890000-0000-7000-8000-000000000001", "name": "来访", **more}
    answer = post(client, device, round_of(device, visit(device, **given)))
    assert answer.status_code == 200, answer.get_json()
    outcome = next(read_stream(io.BytesIO(answer.data)))["outcome"]
    assert outcome["plain"] == 0
    assert [list(each["reasons"]) for each in outcome["others"]] == [[field]]
    with hub:
        assert SAMPLE.hongxian_collections()[1].select().count() == 0


@pytest.mark.parametrize("name", ["seq", "stamps", "extra"])
def test_what_the_hub_alone_keeps_is_not_a_laptops_to_write(
    client: FlaskClient, device: SigningDevice, name: str
) -> None:
    page = visit(device, "01890000-0000-7000-8000-000000000001", "来访", **{name: 7})
    refusal(post(client, device, round_of(device, page)), 400, "PageRefused")


@pytest.mark.parametrize("stamp", [0, -5, 2**63])
def test_what_is_no_stamp_is_refused(
    client: FlaskClient, device: SigningDevice, stamp: int
) -> None:
    page = visit(device, "01890000-0000-7000-8000-000000000001", "来访", stamp=stamp)
    refusal(post(client, device, round_of(device, page)), 400, "PageRefused")


@pytest.mark.parametrize("change", [{"name": "改"}, {"scope": "its own"}, {"deleted": True}])
def test_what_another_team_keeps_is_not_a_laptops_to_change(
    hub: Hub, client: FlaskClient, device: SigningDevice, change: dict[str, Any]
) -> None:
    with hub:
        kept = Visit.create(name="来访", scope=devices.add_team(hub, "乙队"))
    [own] = device.teams
    stamp = make_stamp(1_700_000_000_000, 0, device.incarnation)
    change = {"id": kept.id, "stamp": stamp, **change}
    if "scope" in change:
        change["scope"] = own
    page = {
        "collection": "sample.visit",
        "kind": "edit",
        "rows": 1,
        "columns": list(change),
        "values": [[value] for value in change.values()],
        "replaced": [[0]],
    }
    answer = post(client, device, round_of(device, page))
    [verdict] = next(read_stream(io.BytesIO(answer.data)))["outcome"]["others"]
    assert verdict["verdict"] == "refused"
    assert "another team" in str(verdict["reasons"])
    with hub:
        [row] = Visit.with_deleted().where(Visit.id == kept.id)
        assert (row.name, row.scope, row.deleted) == ("来访", kept.scope, False)


def test_fields_that_the_hub_does_not_know_are_kept(
    hub: Hub, client: FlaskClient, device: SigningDevice
) -> None:
    id = "01890000-0000-7000-8000-000000000001"
    page = visit(device, id, "来访", later={"a": [1]})
    outcome = next(read_stream(io.BytesIO(post(client, device, round_of(device, page)).data)))
    assert outcome["outcome"]["plain"] == 1
    with hub:
        assert hub.collection("sample.visit").rows_by_id([id])[id].values["later"] == {"a": [1]}


def test_a_hub_whose_disk_is_full_says_so_and_takes_the_same_request_later(
    hub: Hub, client: FlaskClient, device: SigningDevice
) -> None:
    id = "01890000-0000-7000-8000-000000000001"
    body = round_of(device, visit(device, id, "来访", note="长" * 9_000))
    with hub:
        pages = hub.database.execute_sql("PRAGMA page_count").fetchone()[0]
        hub.database.execute_sql(f"PRAGMA max_page_count = {pages}")
        told = refusal(post(client, device, body), 507, "StorageFailed")
        assert "free some space" in told["message"]["en"]
        assert Visit.select().count() == 0
        hub.database.execute_sql("PRAGMA max_page_count = 1000000")
        answer = post(client, device, body)
        assert next(read_stream(io.BytesIO(answer.data)))["outcome"]["plain"] == 1
        assert Visit.select().count() == 1


def test_health_and_numbers_can_be_asked_by_anyone(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert b"hongxian_records" in client.get("/metrics").data
    assert b"hongxian_disk_free_bytes" in client.get("/metrics").data


@pytest.mark.either_database
def test_the_numbers_tell_when_the_newest_backup_was_made(
    tmp_path: Path, database_url: str | None
) -> None:
    name = "hongxian_last_backup_timestamp_seconds"
    hub = Hub.init(
        tmp_path / "hub", "示例社区", database_url=database_url, plugins=Plugins(installed=False)
    )

    def told() -> dict[str, float]:
        lines = make_app(hub).test_client().get("/metrics").text.splitlines()
        pairs = (line.split(" ") for line in lines if not line.startswith("#"))
        return {key: float(value) for key, value in pairs if key == name}

    assert told() == {name: 0}
    before = int(time.time())
    with hub:
        new_sheet(hub)
    backup(hub, tmp_path / "backup.age")
    assert before <= told()[name] <= time.time()


def test_a_hub_that_has_no_room_left_is_not_well(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hongxian_server.http.health.LEAST_FREE_BYTES", 2**63)
    refusal(client.get("/healthz"), 507, "StorageFailed")


def test_an_unknown_address_is_answered_as_json(client: FlaskClient) -> None:
    refusal(client.get("/v1/nothing"), 404, "NotFound")
    refusal(client.get("/v1/round"), 405, "MethodNotAllowed")


# -- offers to a hub that is being refilled ---------------------------------------------------

ID = "01890000-0000-7000-8000-000000000001"
STAMP = (1_700_000_000_000 << 21) | 2


def offer(client: FlaskClient, device: SigningDevice, **more: Any) -> Any:
    """One record offered, or as many as the columns hold."""
    [scope] = device.teams
    columns = {"id": [ID], "stamp": [STAMP], "seq": [0], "name": ["来访"], "note": [None], **more}
    page = {
        "collection": "sample.visit",
        "kind": "rows",
        "rows": len(columns["id"]),
        "columns": list(columns),
        "values": list(columns.values()),
        "scope": scope,
    }
    request = {"scope": scope, "collection": "sample.visit"}
    return post(client, device, b"".join(stream(request, [encode(page)])), "/v1/repair")


def taken(answer: Any) -> int:
    assert answer.status_code == 200, answer.get_json()
    return int(next(read_stream(io.BytesIO(answer.data)))["taken"])


@pytest.fixture
def refilling(hub: Hub, device: SigningDevice) -> None:
    with hub:
        incarnation.start_epoch(hub)


@pytest.mark.usefixtures("refilling")
def test_a_whole_record_is_taken_with_what_this_release_does_not_know(
    hub: Hub, client: FlaskClient, device: SigningDevice
) -> None:
    stamps, extra = json.dumps({str(STAMP + 1): ["note"]}), json.dumps({"later": {"a": [1]}})
    assert taken(offer(client, device, stamps=[stamps], extra=[extra])) == 1
    with hub:
        row = hub.collection("sample.visit").rows_by_id([ID])[ID]
    assert row.stamps == {"note": STAMP + 1}
    assert row.values["later"] == {"a": [1]}


@pytest.mark.parametrize(
    "odd",
    [
        {"stamps": "{"},
        {"stamps": 5},
        {"stamps": "[1]"},
        {"stamps": '{"x": ["name"]}'},
        {"stamps": '{"-5": ["name"]}'},
        {"stamps": '{"5": [1]}'},
        {"stamps": '{"5": [["name"]]}'},
        {"extra": 5},
        {"extra": "{"},
        {"extra": "[1]"},
        {"extra": '{"name": {"a": 1}}'},
        {"extra": '{"name": 5}'},
        {"extra": '{"scope": "community"}'},
        {"extra": '{"later": 1.5}'},
        {"deleted": "x"},
        {"maker": 5},
        {"maker": "f" * 37},
        {"stamp": -4},
        {"stamp": 2**63 + 5},
        {"later": 1.5},
    ],
)
@pytest.mark.usefixtures("refilling")
def test_a_record_with_odd_parts_is_not_taken(
    hub: Hub,
    client: FlaskClient,
    device: SigningDevice,
    odd: dict[str, Any],
) -> None:
    assert taken(offer(client, device, **{name: [value] for name, value in odd.items()})) == 0
    with hub:
        assert not Visit.with_deleted().exists()


@pytest.mark.usefixtures("refilling")
def test_a_record_offered_twice_counts_once(
    hub: Hub, client: FlaskClient, device: SigningDevice
) -> None:
    twice = {"id": [ID] * 2, "stamp": [STAMP] * 2, "seq": [0] * 2, "name": ["来访"] * 2}
    assert taken(offer(client, device, **twice, note=[None] * 2)) == 1
    with hub:
        [scope] = device.teams
        assert digests([scope])[scope]["sample.visit"].count == 1


@pytest.mark.usefixtures("refilling")
def test_a_record_without_an_id_is_refused_in_words(
    client: FlaskClient,
    device: SigningDevice,
) -> None:
    refusal(offer(client, device, id=[None]), 400, "PageRefused")
