"""The door of the phones' pages: a session is short, each phone's own, and nothing is sent as somebody else."""

import re
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient

import hongxian_plugins.roster as roster
from hongxian.codes import code_in
from hongxian.collections.builtin import Phone
from hongxian.model.record import Record
from hongxian_plugins.roster.records import Person
from hongxian_server.hub import Hub
from hongxian_server.ops.phone_pages import publish
from hongxian_server.phone.app import make_phone_pages
from hongxian_server.phone.door import SESSION_MILLISECONDS
from hongxian_server.phone.phones import PhoneRefused, let_in, said_to_enter, said_to_return
from hongxian_testing import Clock
from hongxian_testing.laptop import with_only
from phones import code_for, publish_at
from wishing import Wish, person_of, wished, wishes

AT = "http://localhost"
HALF = SESSION_MILLISECONDS // 2000


class Key:
    """What a phone has and signs with."""

    def __init__(self) -> None:
        self._key = generate_private_key(SECP256R1())
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.told = point.hex()

    def signed(self, said: bytes) -> str:
        """As a browser gives it."""
        r, s = decode_dss_signature(self._key.sign(said, ECDSA(SHA256())))
        return (r.to_bytes(32) + s.to_bytes(32)).hex()


class Browser:
    """One that sends what the pages' scripts send."""

    def __init__(self, hub: Hub) -> None:
        self.hub, self.keys = hub, dict[str, Key]()
        self.client: FlaskClient = make_phone_pages(hub).test_client()

    def get(self, path: str, **headers: str) -> Any:
        """A page below `/m`."""
        return self.client.get(path, base_url=f"{AT}/m", headers=headers)

    def post(
        self, path: str, fields: dict[str, Any], network: str = "10.0.0.1", **headers: str
    ) -> Any:
        """What a script sends."""
        told = {"X-CSRFToken": self.get("/token").json["token"], **headers}
        at = {"REMOTE_ADDR": network}
        return self.client.post(
            path, base_url=f"{AT}/m", data=fields, headers=told, environ_base=at
        )

    def of(self, record: Record) -> str:
        """Somebody's phone that was let in; its id."""
        key = Key()
        with self.hub:
            made = Phone.create(of=record._meta.collection, record=record.id, key=key.told)
        self.keys[made.id] = key
        return str(made.id)

    def come_back(self, *phones: str) -> Any:
        """Prove these."""
        page = self.get("/door").text
        challenge = page.partition('data-challenge="')[2].partition('"')[0]
        proofs = [self.keys[id].signed(said_to_return(id, challenge)) for id in phones]
        return self.post(
            "/door", {"challenge": challenge, "phone": [*phones], "proof": proofs}
        ).json

    def is_in(self) -> bool:
        """Whether its own page is shown."""
        return bool(self.get("/me").status_code == 200)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hub(tmp_path: Path, clock: Clock) -> Hub:
    made = Hub.init(tmp_path / "hub", "示例社区", plugins=with_only((roster, wishes())), now=clock)
    with made:
        publish(made, AT)
    return made


def people(hub: Hub, *names: str) -> list[Person]:
    with hub:
        return [Person.create(name=each, scope="community") for each in names]


def test_the_shells_pages_open_and_run_and_load_nothing_that_stands_in_them(hub: Hub) -> None:
    (one,) = people(hub, "示例·甲001")
    browser = Browser(hub)
    browser.come_back(browser.of(one))
    pages = [*("", "all", "me", "me/data", "waiting", "offline", "door", "wall/"), "no-such-page"]
    for path in pages:
        answer = browser.get(f"/{path}")
        assert answer.status_code == (404 if path == "no-such-page" else 200), path
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert not re.search(
            r"<script(?! [^>]*src)|<style| style=|_blank|bootstrap", answer.text
        ), path
    assert one.name not in browser.get("/waiting").text + browser.get("/offline").text


def test_a_copied_cookie_is_good_for_its_session_whoever_comes_in_beside_it(
    hub: Hub, clock: Clock
) -> None:
    one, other = people(hub, "示例·甲001", "示例·乙002")
    browser = Browser(hub)
    first, second = browser.of(one), browser.of(other)
    browser.come_back(first)
    clock.wait(seconds=HALF)
    browser.come_back(second)
    assert [name in browser.get("/me").text for name in (one.name, other.name)] == [True, True]
    clock.wait(seconds=HALF + 1)
    assert [name in browser.get("/me").text for name in (one.name, other.name)] == [False, True]
    clock.wait(seconds=2 * HALF)
    assert not browser.is_in()


def test_what_is_sent_for_somebody_is_theirs_whoever_asks_by_now(hub: Hub) -> None:
    one, other = people(hub, "示例·甲001", "示例·乙002")
    browser = Browser(hub)
    first, second = browser.of(one), browser.of(other)
    browser.come_back(second, first)
    sent = {"what": "一把伞", "once": "a" * 32}
    outbox = {"Hongxian-Outbox": "yes"}
    assert (
        browser.post("/do/wishes.wish", sent, **outbox, **{"Hongxian-Of": first}).status_code == 200
    )
    with hub:
        assert [each.person for each in Wish.select()] == [one.id]
    browser.come_back(second)
    browser.post("/leave", {"phone": first})
    late = browser.post("/do/wishes.wish", {**sent, "once": "b" * 32}, **{"Hongxian-Of": first})
    assert late.status_code == 401
    as_nobody = browser.post("/do/wishes.wish", {**sent, "once": "c" * 32}, **{"Hongxian-Of": ""})
    assert as_nobody.status_code == 401


def test_what_anybody_sends_again_from_another_network_is_done_once(hub: Hub) -> None:
    browser, sent = Browser(hub), {"what": "路灯不亮", "once": "a" * 32}
    for network in ("10.0.0.1", "10.9.0.1"):
        assert browser.post("/do/wishes.show_us", sent, network=network).status_code == 302
    with hub:
        assert Wish.select().count() == 1


def test_a_phone_that_was_ended_is_out_at_once_and_its_key_is_to_be_forgotten(hub: Hub) -> None:
    (one,) = people(hub, "示例·甲001")
    browser = Browser(hub)
    phone = browser.of(one)
    browser.come_back(phone)
    with hub:
        hub.edit(Phone, {phone: {"ended": True}})
    assert not browser.is_in()
    assert f'data-ended="{phone}"' in browser.get("/").text
    assert browser.come_back(phone) == {"here": [], "gone": [phone]}


def test_a_code_whose_answer_was_lost_lets_the_same_key_in_again_and_no_other(
    tmp_path: Path,
) -> None:
    with wished(tmp_path) as there:
        publish_at(there)
        laptop, person = person_of(there, "示例·甲001")
        code, key, other = code_in(code_for(laptop, person)), Key(), Key()
        with there.hub:
            phones = {
                let_in(there.hub, code, key.told, key.signed(said_to_enter(code))).id for _ in "12"
            }
            assert len(phones) == 1
            with pytest.raises(PhoneRefused):
                let_in(there.hub, code, other.told, other.signed(said_to_enter(code)))
