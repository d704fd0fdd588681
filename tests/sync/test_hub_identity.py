"""A hub is the one whose key the code names: whoever else answers gets nothing, and is not believed."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import urllib3

from command_line import Place
from consoles import last_act
from hongxian.errors import DeviceRevoked, HubOutOfReach, PageRefused, Unauthorized
from hongxian.security.code import EnrolmentCode
from hongxian.security.keys import id_of
from hongxian.security.sealing import NotOpened, SealingKey
from hongxian.wire.hub.identity import HubStatement
from hongxian.wire.signed import Asker
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import KEY, Replica
from hongxian_client.sync.enrol import OtherHub, join
from hongxian_client.sync.report import Report
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import Link, NotTheHub, post_to_hub
from hongxian_server.http.serve import make_server
from hongxian_server.hub import Hub
from hongxian_server.identity import IDENTITY
from hongxian_server.membership import devices
from hongxian_server.ops.network.certificates import Certificates
from hongxian_server.tables.access import Access, incarnations
from hongxian_server.tables.keeper_log import Act
from hongxian_testing.laptop import with_only
from hongxian_web.serving import Server, tls_context
from listening import listening
from proven_hubs import Impostor, at_its_place, code_of, joined, new_hub, served
from samples import SAMPLE, Visit
from signing import asker_with, new_key

REVOKED = {"error": "DeviceRevoked", "message": {"zh": "停", "en": "end"}, "facts": {}}


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return new_hub(tmp_path / "hub")


@pytest.fixture
def laptop(tmp_path: Path) -> Replica:
    return Replica.open(tmp_path / "laptop", plugins=with_only((SAMPLE,)))


def synced(laptop: Replica, url: str) -> Report:
    with laptop:
        return sync(laptop, post_to_hub(laptop, url))


def test_a_laptop_joins_and_syncs_under_the_hubs_own_certificate(hub: Hub, laptop: Replica) -> None:
    with served(hub) as url:
        joined(hub, laptop, url)
        with laptop:
            Visit.create(name="示例·甲")
        assert synced(laptop, url).sent == 1
        with pytest.raises(urllib3.exceptions.SSLError):  # nobody in the world vouches for it
            urllib3.request("GET", f"{url}/healthz", retries=False)


def test_a_laptop_whose_clock_is_years_off_is_let_in(hub: Hub, tmp_path: Path) -> None:
    """The certificates were made by a hub whose clock is ten years behind the laptop's."""
    ages_ago = hub.now() - 10 * 365 * 86_400_000
    Certificates(hub.folder, ["127.0.0.1"], ages_ago)
    server = tls_context(hub.folder / "server.pem", hub.folder / "server.pem")
    authority = (hub.folder / "authority.crt").read_text()
    with listening(
        make_server(hub, "127.0.0.1", 0, threads=2, tls=server, authority=authority)
    ) as url:
        laptop = Replica.open(tmp_path / "laptop", plugins=with_only((SAMPLE,)))
        joined(hub, laptop, url.replace("http:", "https:"))


def test_a_code_is_the_same_however_it_is_typed() -> None:
    code = EnrolmentCode.new(new_key().public)
    wide = "".join(chr(ord(each) + 0xFEE0) for each in str(code))
    for typed in (str(code), str(code).lower(), str(code).replace("-", " "), wide):
        assert EnrolmentCode.typed(typed) == code
    assert [len(group) for group in str(code).split("-")] == [5] * 5


def test_an_impostor_is_told_nothing_by_who_joins(
    hub: Hub, laptop: Replica, tmp_path: Path
) -> None:
    """It has a sound key of its own, and a certificate to go with it."""
    stranger = Impostor(json.loads(json.dumps(vars(HubStatement.signed(new_key(), "")))))
    code = code_of(hub)
    with at_its_place(stranger, tmp_path / "stranger") as url, laptop, pytest.raises(OtherHub):
        join(laptop, url, code)
    assert stranger.heard == [("GET", "/v1/hub", b"")]


def test_an_impostor_that_repeats_the_hubs_own_statement_is_told_nothing_either(
    hub: Hub, laptop: Replica, tmp_path: Path
) -> None:
    own = Certificates(hub.folder, ["127.0.0.1"], hub.now())
    statement = HubStatement.signed(hub.identity.key, own.authority)
    stranger = Impostor(json.loads(json.dumps(vars(statement))))
    code = code_of(hub)
    with at_its_place(stranger, tmp_path / "stranger") as url, laptop, pytest.raises(NotTheHub):
        join(laptop, url, code)
    assert set(stranger.heard) == {("GET", "/v1/hub", b"")}


def test_a_code_of_another_hub_or_with_a_wrong_letter_is_not_sent(
    hub: Hub, laptop: Replica, tmp_path: Path
) -> None:
    code = code_of(hub)
    wrong = ("3" if code[0] == "2" else "2") + code[1:]
    with served(hub) as url, laptop:
        for other in (wrong, code_of(new_hub(tmp_path / "other"))):
            with pytest.raises(OtherHub):
                join(laptop, url, other)
        join(laptop, url, code)  # it was not used up


def test_who_answers_in_the_hubs_place_is_not_believed_and_the_laptop_keeps_all(
    hub: Hub, laptop: Replica, tmp_path: Path
) -> None:
    with served(hub) as url:
        joined(hub, laptop, url)
    with laptop:
        Visit.create(name="示例·未送")
    stranger = Impostor(REVOKED, "403 Forbidden")
    for statement in (REVOKED, vars(HubStatement.signed(new_key(), ""))):
        stranger.told = statement
        folder = tmp_path / f"stranger-{len(stranger.heard)}"
        with at_its_place(stranger, folder) as there, pytest.raises(NotTheHub):
            synced(laptop, there)
    assert {path for _, path, _ in stranger.heard} == {"/v1/hub"}
    with laptop:
        assert Visit.select().count() == 1
        assert LaptopState.read().hub_key
    with served(hub) as url:
        assert synced(laptop, url).sent == 1


class InBetween:
    """A proxy of the plain kind, which sees and changes what it likes of what passes."""

    def __init__(self, hub_url: str, change) -> None:
        self.hub_url, self.change = hub_url, change

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        body = environ["wsgi.input"].read()
        headers = {"Authorization": environ.get("HTTP_AUTHORIZATION", "")}
        answer = self.change(self._ask, method, path, body, headers)
        kept = [(name, value) for name, value in answer.headers.items() if "ongxian" in name]
        start(f"{answer.status} x", kept)
        return [answer.data]

    def _ask(self, method: str, path: str, body: bytes, headers: dict) -> urllib3.BaseHTTPResponse:
        return urllib3.request(
            method, self.hub_url + path, body=body, headers=headers, retries=False
        )


@contextmanager
def through(hub: Hub, change) -> Iterator[str]:
    with (
        listening(make_server(hub, "127.0.0.1", 0, threads=2)) as inner,
        listening(Server(InBetween(inner, change), "127.0.0.1", 0)) as url,
    ):
        yield url


def as_it_is(ask, *request):
    return ask(*request)


def test_what_a_proxy_changes_on_the_way_is_noticed_on_either_side(
    hub: Hub, laptop: Replica
) -> None:
    def other_body(ask, method, path, body, headers):
        return ask(method, path, body[:-1] + b"\x01" if body else body, headers)

    def cut(ask, method, path, body, headers):
        return ask(method, path, body[:-9], headers)

    def other_path(ask, method, path, body, headers):
        return ask(method, path.replace("round", "leave"), body, headers)

    def other_device(ask, method, path, body, headers):
        mine, theirs = id_of(laptop.key().public), id_of(other.key().public)
        told = headers["Authorization"].replace(mine, theirs)
        return ask(method, path, body, {"Authorization": told})

    def other_answer(ask, method, path, body, headers):
        answer = ask(method, path, body, headers)
        if path == "/v1/round":
            answer._body = answer.data[:-1] + b"\x01"
        return answer

    def other_status(ask, method, path, body, headers):
        answer = ask(method, path, body, headers)
        answer.status = 403 if path == "/v1/round" else answer.status
        return answer

    with through(hub, as_it_is) as url:
        joined(hub, laptop, url)
    other = Replica.open(laptop.folder.with_name("other"), plugins=with_only((SAMPLE,)))
    with through(hub, as_it_is) as url:
        joined(hub, other, url)
    with hub:
        devices.revoke(hub, 3)  # `other`, whose id an attacker writes into requests
    with laptop:
        Visit.create(name="示例·未送")
    for change in (other_body, cut, other_path, other_device, other_answer, other_status):
        with through(hub, change) as url, pytest.raises((HubOutOfReach, PageRefused)):
            synced(laptop, url)
    with laptop:
        assert Visit.select().count() == 1
    with through(hub, as_it_is) as url:
        assert synced(laptop, url).sent == 1


def test_an_answer_that_was_given_before_is_none_to_another_request(
    hub: Hub, laptop: Replica
) -> None:
    first: list = []

    def replays(ask, method, path, body, headers):
        answer = ask(method, path, body, headers)
        if path == "/v1/round":
            first.append(answer)
            return first[0]
        return answer

    with through(hub, replays) as url:
        joined(hub, laptop, url)
        synced(laptop, url)
        with laptop:
            Visit.create(name="示例·甲")
        with pytest.raises(HubOutOfReach):
            synced(laptop, url)


def test_a_request_that_is_replayed_counts_once(hub: Hub, laptop: Replica) -> None:
    def twice(ask, *request):
        ask(*request)
        return ask(*request)

    with through(hub, twice) as url:
        joined(hub, laptop, url)
    with hub:
        assert Access.select().count() == 1
    with laptop:
        Visit.create(name="示例·甲")
    with through(hub, twice) as url:
        assert synced(laptop, url).sent == 1
    with hub:
        assert Visit.select().count() == 1


def test_an_old_nonce_is_refused_and_a_fresh_one_taken(tmp_path: Path, laptop: Replica) -> None:
    late = [0]
    hub = new_hub(tmp_path / "late")
    usual = hub.now
    hub.now = lambda: usual() + late[0]  # type: ignore[method-assign]
    seen: list[int] = []

    def noting(ask, *request):
        answer = ask(*request)
        seen.append(answer.status)
        return answer

    with through(hub, noting) as url, laptop:
        join(laptop, url, code_of(hub))
        post = post_to_hub(laptop, url)
        sync(laptop, post)
        late[0] = 11 * 60_000
        seen.clear()
        sync(laptop, post)
    assert seen == [401, 200]


def test_a_strangers_signature_opens_nothing(hub: Hub, laptop: Replica) -> None:
    with served(hub) as url:
        joined(hub, laptop, url)
        with laptop:
            state = LaptopState.read()
        with pytest.raises(Unauthorized):
            Link(url, state.hub_key, new_key(), state.asker).post("/v1/round", b"")


def test_revoking_one_number_ends_every_number_and_the_key_of_a_laptop(
    hub: Hub, laptop: Replica
) -> None:
    with served(hub) as url:
        joined(hub, laptop, url)
        with laptop:
            laptop_id = LaptopState.read().laptop
        with hub, hub.transaction():
            key, further = new_key(), new_key()
            devices.incarnation_of(hub, Asker(laptop_id, b"again".hex()))
            asker = asker_with(key)
            devices.let_in(hub, asker, key.public, SealingKey(further).public, "other", [])
        with hub:
            devices.revoke(hub, 2)
            ended = {each.number for each in incarnations() if each.state == "revoked"}
            assert ended == {2, 3}
        code = code_of(hub)
        with laptop, pytest.raises(DeviceRevoked):
            join(laptop, url, code)
        with pytest.raises(DeviceRevoked):
            synced(laptop, url)
        joined(hub, laptop, url)  # with a key of its own again


def test_what_a_revoked_laptop_had_not_sent_is_sealed_for_the_hub(
    hub: Hub, laptop: Replica, tmp_path: Path
) -> None:
    with served(hub) as url:
        joined(hub, laptop, url)
        with laptop:
            Visit.create(name="示例·未送")
        with hub:
            devices.revoke(hub, 2)
        with pytest.raises(DeviceRevoked):
            synced(laptop, url)
    with laptop:
        assert not Visit.select().exists()
        [path] = map(Path, LaptopState.read().kept)
    assert "示例·未送" not in path.read_bytes().decode("utf-8", "replace")
    with pytest.raises(NotOpened):
        SealingKey(new_key()).opened(path.read_bytes())
    for place in (0, 10, 40, -1):
        changed = bytearray(path.read_bytes())
        changed[place] ^= 1
        with pytest.raises(NotOpened):
            SealingKey(hub.identity.key).opened(bytes(changed))
    told = Place(hub.folder).json("hub", "open", path, tmp_path / "opened.json")
    assert last_act(hub) == [Act.SEALED_OPENED, path.name]
    assert "示例·未送" in Path(told["opened"]).read_text("utf-8")
    assert Place(hub.folder)("hub", "open", hub.folder / "hub.db", tmp_path / "x").code == 1


@pytest.mark.parametrize("name", [IDENTITY, "authority.key", "server.pem"])
def test_the_hubs_keys_are_its_owners_alone(hub: Hub, name: str) -> None:
    Certificates(hub.folder, ["127.0.0.1"], hub.now())
    assert (hub.folder / name).stat().st_mode & 0o777 == 0o600


def test_the_laptops_key_is_its_owners_alone_and_no_secret_is_at_the_hub(
    hub: Hub, laptop: Replica
) -> None:
    with served(hub) as url:
        joined(hub, laptop, url)
    path = laptop.folder / KEY
    assert path.stat().st_mode & 0o777 == 0o600
    held = b"".join(each.read_bytes() for each in hub.folder.glob("hub.db*"))
    assert path.read_bytes() not in held
    assert path.read_bytes().hex().encode() not in held


def test_the_authority_signs_for_the_hubs_names_alone(hub: Hub) -> None:
    """One that a browser was made to trust is of no use to whoever steals it, elsewhere."""
    Certificates(hub.folder, ["127.0.0.1"], hub.now())
    stolen = Certificates(hub.folder, ["127.0.0.1"], hub.now())
    stolen._names = Certificates(hub.folder.parent, ["bank.example"], hub.now())._names
    import datetime as dt

    stolen._make_server(dt.datetime.now(dt.UTC))
    context = ssl.create_default_context(cadata=stolen.authority)
    server = tls_context(hub.folder / "server.pem", hub.folder / "server.pem")
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=_greet, args=(server, theirs))
    thread.start()
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        context.wrap_socket(ours, server_hostname="bank.example")
    ours.close()
    thread.join()


def _greet(context: ssl.SSLContext, line: socket.socket) -> None:
    try:
        context.wrap_socket(line, server_side=True)
    except OSError:
        line.close()


def test_a_certificate_is_renewed_before_it_ends_and_fits_new_names(hub: Hub) -> None:
    now, day = hub.now(), 86_400_000
    own = Certificates(hub.folder, ["127.0.0.1"], now)
    authority = own.authority
    assert not own.fit(now + 50 * day)
    assert own.fit(now + 61 * day)
    assert (
        Certificates(hub.folder, ["127.0.0.1", "192.168.9.9"], now + 61 * day).authority
        == authority
    )
    assert Certificates(hub.folder, ["hub.example.org"], now + 61 * day).authority != authority
