"""Whoever comes to the phones' pages, with whatever: they get what is theirs, and learn nothing of what is not."""

import http.client
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from peewee import CharField

import hongxian_plugins.roster as roster
from adversary import rows_of
from consoles import CHOSEN, keepers, page, send
from hongxian import Record, Reference, Text, Viewer, action, view
from hongxian.codes import code_in, phones_address, signed_qr
from hongxian.collections.builtin import THE_PHONE_PAGES, Consent, Phone, PhonePages
from hongxian.collections.local_time import local_now
from hongxian.doubles import join_doubles, part_doubles
from hongxian.errors import Refused
from hongxian.plugins.phones import LETS_IN, phones_let_in
from hongxian.shapes import Stat, Stats, Table
from hongxian_plugins.roster.records import Person
from hongxian_server.history.erasing import erase
from hongxian_server.hub import Hub
from hongxian_server.membership import devices, keeper, pace
from hongxian_server.membership.pace import TooFast, refuse_haste
from hongxian_server.ops.phone_pages import publish
from hongxian_server.ops.tidy import tidy
from hongxian_server.phone import pieces
from hongxian_server.phone.app import make_phone_pages
from hongxian_server.tables.access import live_ones
from hongxian_testing.laptop import with_only
from meeting import Meeting, meeting
from phone_lines import HERE, Line
from phones import code_for, publish_at
from samples import plugin

NOBODY = "01890000-0000-7000-8000-000000000001"
SECRET = "别人的心愿"


class Wish(Record):
    """What somebody wishes for."""

    person = Reference("roster.person", verbose_name=Text("谁", "Who"))
    what = CharField(verbose_name=Text("什么", "What"), max_length=20)

    class Meta:
        collection = "wishes.wish"
        title = Text("心愿", "Wishes")
        scope = "community"


def wishes() -> ModuleType:
    """What is for a person, of a wish of theirs, for anybody, for leaders, for a wall."""
    made = plugin("wishes", Wish)

    @view(of="roster.person", title=Text("我的心愿", "My wishes"), audience="self")
    def mine(store: Any, person: Any) -> Table:
        return Table.listing(Wish, list(Wish.select().where(Wish.person == person.id)), "what")

    @view(of=Wish, title=Text("心愿", "The wish"), audience="self")
    def one(store: Any, wish: Any) -> Table:
        return Table.listing(Wish, [wish], "what")

    @action(of=Wish, title=Text("改", "Change"), audience="self", asks=[Wish.what])
    def change(store: Any, wish: Any, what: str) -> Text:
        store.edit(Wish, {wish.id: {"what": what}})
        return Text("改了", "Changed")

    @action(title=Text("许愿", "Wish"), audience="self", asks=[Wish.what])
    def wish(store: Any, what: str, viewer: Viewer) -> Text:
        Wish.create(person=viewer.person, what=what)
        return Text("记下了", "Noted")

    @action(title=Text("留言", "Leave a word"), audience="public", asks=[Wish.what])
    def leave(store: Any, what: str) -> Text:
        return Text("收到", "Received")

    @view(title=Text("多少心愿", "How many"), audience="public", card=True)
    def count(store: Any) -> Stats:
        return Stats([Stat(Text("心愿", "Wishes"), Wish.select().count())])

    @view(title=Text("全部心愿", "All wishes"))
    def all_of_them(store: Any) -> Table:
        return Table.listing(Wish, list(Wish.select()), "what")

    for each in (mine, one, change, wish, leave, count, all_of_them):
        vars(made)[each.__name__] = each
    return made


class There(Meeting):
    """A hub with personal pages, a laptop, and two people."""

    address = ""
    where = ""
    one: Any = None
    other: Any = None
    laptop_here: Any = None

    def code(self, person: Any = None) -> str:
        """One that lets a person's phone in."""
        return code_in(code_for(self.laptop_here, person or self.one))

    def inside(self, person: Any = None) -> Line:
        """A phone that is let in."""
        line = Line(self.where)
        assert line.enter(self.code(person)).status == 200
        return line


@pytest.fixture
def there(tmp_path: Path) -> Iterator[There]:
    with meeting(tmp_path, roster, wishes()) as found:
        there = There(found.folder, found.modules, found.hub, found.address)
        there.team("示例队")
        there.where = publish_at(there)
        there.laptop_here = there.laptop("示例队")
        there.sync()
        with there.laptop_here:
            there.one, there.other = (Person.create(name=f"示例·甲00{n}") for n in (1, 2))
            Wish.create(person=there.other, what=SECRET)
        there.sync()
        yield there


def of_other(there: There) -> str:
    """The id of the other's wish."""
    with there.hub:
        return str(Wish.get(Wish.person == there.other.id).id)


# -- who has what --------------------------------------------------------------------------------


def test_what_is_anothers_and_what_is_nowhere_are_answered_alike_to_a_person(there: There) -> None:
    phone, id, other = there.inside(), of_other(there), there.other.id
    nowhere = phone.get("view/wishes.nothing").kind
    assert nowhere[0] == 404
    for path in (
        "view/wishes.all_of_them",
        f"view/wishes.mine/{other}",
        f"view/wishes.mine/{NOBODY}",
        f"view/wishes.one/{id}",
        f"view/wishes.one/{NOBODY}",
        f"do/wishes.change/{id}",
        f"do/wishes.change/{NOBODY}",
        f"of/wishes.wish/{id}",
        f"of/wishes.wish/{NOBODY}",
        f"of/roster.person/{other}",
        f"of/roster.person/{NOBODY}",
        f"of/hongxian.phone/{phone.phone}",
        f"of/hongxian.team/{NOBODY}",
        "of/no.such/x",
    ):
        assert phone.get(path).kind == nowhere, path
    sent = {"what": "我的了", "once": "a" * 20}
    assert phone.post(f"do/wishes.change/{id}", sent).status == 404
    with there.hub:
        assert Wish.get_by_id(id).what == SECRET
    assert SECRET not in phone.get().text + phone.get("all").text


def test_a_stranger_is_led_to_the_door_from_whatever_there_is_or_is_not(there: There) -> None:
    """At another address, where nobody has anything of their own, there is nothing instead."""
    stranger, id = Line(there.where), of_other(there)
    beside = Line(there.where.replace("localhost", "127.0.0.1"))
    for path in (
        "view/wishes.mine",
        f"view/wishes.one/{id}",
        "view/wishes.nothing",
        f"of/wishes.wish/{id}",
    ):
        told = stranger.get(path)
        assert (told.status, urlsplit(told.headers["Location"]).path) == (302, "/m/door"), path
        assert beside.get(path).status == 404, path
    assert stranger.post("do/wishes.wish", {"what": "x", "once": "a" * 20}).status == 401
    assert beside.post("do/wishes.wish", {"what": "x", "once": "a" * 20}).status == 404
    for line in (stranger, beside):
        home = line.get()
        assert home.status == 200
        assert "How many" in home.text
        for hidden in ("My wishes", SECRET, "示例·甲", "All wishes"):
            assert hidden not in home.text + line.get("all").text


def test_no_code_tells_a_stranger_whether_there_is_whom_it_names(there: There) -> None:
    """Forged, of another purpose, past, cut, of a laptop that was ended: all the same."""
    laptop = there.laptop_here
    with laptop:
        until = local_now(laptop) + timedelta(hours=1)
        past = signed_qr(laptop, LETS_IN, there.one, until - timedelta(hours=2)).text
        elsewhere = signed_qr(laptop, "wishes.other", there.one, until).text
    good = there.code()
    forged = good[:-1] + ("A" if good[-1] != "A" else "B")
    odd = [past, elsewhere, forged, good[:-5], "", "x" * 3000, NOBODY, "示例·甲001"]
    with there.hub:
        [laptop_there] = live_ones()
        devices.revoke(there.hub, laptop_there.number)
    told = [Line(there.where).post("scan", {"code": each}) for each in [*odd, good]]
    assert {each.kind for each in told} == {told[0].kind}
    assert told[0].status == 400
    for code in [*odd, good]:
        refused = Line(there.where, source="127.0.0.9").enter(code)
        assert refused.status in (400, 403, 429), code
        assert "示例·甲" not in refused.text
    with there.hub:
        assert not Phone.select().exists()


# -- keys, codes and cookies ---------------------------------------------------------------------


def test_a_phone_comes_back_by_its_own_key_and_the_hubs_own_fresh_challenge_alone(
    there: There,
) -> None:
    phone = there.inside()
    phone.cookies.clear()
    assert phone.come_back().told["here"] == [phone.phone]
    assert phone.get("me").status == 200
    other = Line(there.where)
    assert other.come_back(phone=phone.phone).told == {"here": [], "gone": []}
    assert other.come_back(phone=NOBODY).told == {"here": [], "gone": []}
    for challenge in ("", "door", phone.challenge()[:-2] + "xx"):
        assert phone.come_back(challenge).status == 400
    assert other.get("me").status == 302
    challenge = phone.challenge()
    phone.cookies.clear()  # a proof that was overheard is of use to nobody: the challenge was this browser's
    assert phone.come_back(challenge).status == 400


def test_a_code_lets_in_once_and_only_who_read_what_is_kept_and_agreed(there: There) -> None:
    code = there.code()
    told = Line(there.where).post("scan", {"code": code}).told
    assert told["invited"] == "示例·甲001"
    for said in ("What is kept", "How long", "30 days", "take a consent back", "示例社区"):
        assert said in told["asks"]
    assert Line(there.where).enter(code, agreed="").status == 403
    assert Line(there.where).enter(code, key=Line(there.where).key).status == 403
    first, second = Line(there.where), Line(there.where)
    assert first.enter(code).status == 200
    assert "was used" in second.enter(code).text
    assert "was used" in second.enter(f" {code.lower()}").text
    beside = Line(there.where.replace("localhost", "127.0.0.1"))
    assert "no personal pages at this address" in beside.enter(there.code()).text


def test_whoever_tries_codes_out_is_slowed_with_all_of_their_network(there: There) -> None:
    guesses = [Line(there.where).enter("A" * 50).status for _ in range(11)]
    assert guesses == [400] * 10 + [429]
    assert Line(there.where, source="127.0.0.2").enter(there.code()).status == 200


def test_the_cookie_of_the_phones_pages_opens_no_console_and_the_other_way_round(
    there: There,
) -> None:
    phone = there.inside()
    assert "/m/" in str(phone.get("door").headers["Set-Cookie"])
    with there.hub:
        keeper.set_password(there.hub, CHOSEN)
    [session] = phone.cookies.values()
    thief = Line(there.where, cookies={"hongxian_console": session, "hongxian_phone": session})
    assert thief.get("/console/overview").status in (302, 403)
    assert thief.get("/console/phones").status in (302, 403)
    with keepers(there.hub) as browser:
        browser.get("/console/overview")
        held = browser.get_cookie("hongxian_console")
        assert held is not None
        assert held.path == "/"
        assert Line(there.where, cookies={"hongxian_phone": held.value}).get("me").status == 302


def test_a_lost_phone_is_ended_on_any_laptop_and_by_the_keeper(there: There) -> None:
    laptop, one, two = there.laptop_here, there.inside(), there.inside(there.other)
    there.sync()
    with laptop:
        laptop.edit(Phone, {one.phone: {"ended": True}})
    there.sync()
    assert one.get("me").status == 302
    assert one.come_back().told == {"here": [], "gone": [one.phone]}
    browser = keepers(there.hub)
    assert "示例·甲002" in page(browser, "/console/phones")
    send(browser, "/console/phones/end", "/console/phones", phone=two.phone)
    assert two.get("me").status == 302
    assert "示例·甲002" not in page(browser, "/console/phones")
    assert "phone ended" in page(browser, "/console/log")


# -- where it is asked for -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "hub.example.org", "X-Forwarded-Proto": "https"},
        {"X-Forwarded-Host": "hub.example.org", "X-Forwarded-Proto": "https"},
        {"Forwarded": "host=hub.example.org;proto=https"},
        {"Host": "hub.example.org"},
        {"Host": "hub.example.org:443"},
        {"Host": "HUB.example.org."},
        {"Host": "hub.example.org,localhost"},
        {"Host": "hub.example.org@localhost"},
        {"Host": "hub.example.org", "X-Forwarded-Prefix": "/m"},
    ],
)
def test_what_a_stranger_says_of_how_they_came_opens_nothing_personal(
    there: There, headers: dict[str, str]
) -> None:
    with there.hub:
        publish(there.hub, "https://hub.example.org")
    line = Line(there.where, headers=headers)
    told = line.get(f"here?nonce={'a' * 32}")
    assert told.status == 400 or told.told["personal"] is False
    assert line.get("me").status in (302, 400)
    assert line.get("view/wishes.mine").status in (400, 404)


def test_all_of_it_can_be_shut_or_be_at_its_address_alone(there: There) -> None:
    phone, beside = there.inside(), Line(there.where.replace("localhost", "127.0.0.1"))
    paths = ("", "wall/", "door", "token", "sw.js", "static/phone.js", "me", "view/wishes.count")
    with there.hub:
        publish(there.hub, there.where.removesuffix("/m/"), PhonePages.ONLY_THERE)
    assert {phone.get(each).status for each in paths} == {200}
    assert {beside.get(each).status for each in paths} == {404}
    with there.hub:
        publish(there.hub, there.where.removesuffix("/m/"), PhonePages.NOWHERE)
    assert {line.get(each).status for each in paths for line in (phone, beside)} == {404}
    assert phone.ask("POST", "enter", b"code=x", {}).status in (400, 404)
    there.sync()
    with there.laptop_here:
        assert phones_address(there.laptop_here) == ""  # laptops show no code that would lead there


@pytest.mark.parametrize(
    "address",
    [
        "http://hub.example.org",
        "ftp://hub.example.org",
        "https://",
        "https://a:b@hub.example.org",
        "https://hub.example.org/?x",
        "https://hub.example.org/#x",
        "https://hub.example.org:99999",
        "https://[::1",
        "https://hub.example.org/ b",
        f"https://{'a' * 300}.example.org",
        "hub.example.org",
        "javascript:alert(1)",
    ],
)
def test_no_other_address_is_taken_for_that_of_personal_pages(there: There, address: str) -> None:
    with there.hub, pytest.raises(Refused):
        publish(there.hub, address)


def test_an_address_is_kept_as_browsers_write_it(there: There) -> None:
    with there.hub:
        for typed, kept in (
            (" https://Hub.Example.org:443/ ", "https://hub.example.org"),
            ("https://社区.example.org", "https://xn--dkrp89f.example.org"),
            ("https://hub.example.org:8443/name", "https://hub.example.org:8443/name"),
        ):
            publish(there.hub, typed)
            assert PhonePages.get_by_id(THE_PHONE_PAGES).address == kept


# -- how much, how fast --------------------------------------------------------------------------


def test_haste_is_counted_by_person_and_by_network_and_forgotten_by_the_day(there: There) -> None:
    phone, stranger = there.inside(), Line(there.where, source="127.0.0.7")
    sends = [
        phone.post("do/wishes.wish", {"what": "伞", "once": f"{n:020}-one"}).status
        for n in range(22)
    ]
    assert sends == [302] * 20 + [429] * 2
    told = [
        stranger.post("do/wishes.leave", {"what": "话", "once": f"{n:020}"}).status
        for n in range(62)
    ]
    assert told == [302] * 60 + [429] * 2
    assert Line(there.where, source="127.0.0.7").post("scan", {"code": "x"}).status == 429
    assert Line(there.where, source="127.0.0.8").post("scan", {"code": "x"}).status == 400


def test_a_strangers_body_is_small_unless_it_is_a_piece_that_says_how_small_it_is(
    there: There,
) -> None:
    line = Line(there.where)
    assert line.post("do/wishes.leave", {"what": "x" * 5000, "once": "a" * 20}).status == 413
    where = urlencode({"sha256": "a" * 64, "size": 2**20, "offset": 0})
    token = {"X-CSRFToken": line.token()}
    piece, more = b"x" * pieces.PIECE_BYTES, b"x" * (pieces.PIECE_BYTES + 1)
    assert line.ask("POST", f"piece?{where}", piece, token).told["received"] == len(piece)
    assert line.ask("POST", f"piece?{where}", more, token).status == 413
    for odd in ("9" * 5000, "-1", "0", str(2**20 + 1), "x"):
        where = urlencode({"sha256": "b" * 64, "size": odd, "offset": 0})
        assert line.ask("POST", f"piece?{where}", b"x", token).status in (400, 413), odd[:9]
    where = urlencode({"sha256": "c" * 64, "size": 10, "offset": 0})
    assert chunked(line, f"/m/piece?{where}", b"x" * 10) == 413


def chunked(line: Line, path: str, body: bytes) -> int:
    """The status of what does not say how large it is."""
    named, headers = urlsplit(line.address), {"X-CSRFToken": line.token()}
    told = http.client.HTTPConnection(HERE, named.port, timeout=30)
    headers |= {"Host": named.netloc, "Cookie": f"hongxian_phone={line.cookies['hongxian_phone']}"}
    told.request("POST", path, iter([body]), headers, encode_chunked=True)
    return told.getresponse().status


def test_what_strangers_have_begun_is_bounded_however_many_networks_they_come_from(
    there: There, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "STRANGERS_PHOTOS", 5)
    monkeypatch.setattr(pieces, "STRANGERS_ALL_BYTES", 100 * 1024)
    phone = there.inside()
    where = urlencode({"sha256": "f" * 64, "size": 2**20, "offset": 0})
    phone.ask("POST", f"piece?{where}", b"x", {"X-CSRFToken": phone.token()})
    for network in range(10, 19):
        line = Line(there.where, source=f"127.0.0.{network}")
        where = urlencode({"sha256": f"{network}" * 32, "size": 2**20, "offset": 0})
        token = {"X-CSRFToken": line.token()}
        assert line.ask("POST", f"piece?{where}", b"x" * 40_000, token).status == 200
        time.sleep(0.002)  # by the clock the newest stay
    begun = [
        there.hub.files.received(f"{network}" * 32, f"phone at 127.0.0.{network}.")
        for network in range(10, 19)
    ]
    assert begun == [0] * 7 + [40_000] * 2
    assert there.hub.files.received("f" * 64, f"phone {phone.phone}.") == 1


# -- what laptops may, and what is one's own -----------------------------------------------------


def test_a_laptop_ends_phones_and_writes_nothing_else_of_them(there: There) -> None:
    phone, laptop = there.inside(), there.laptop_here
    there.sync()
    before = rows_of(there.hub)
    for model, values in (
        (Phone, {phone.phone: {"key": "00"}}),
        (Phone, {phone.phone: {"record": there.other.id}}),
        (Phone, {phone.phone: {"code": ""}}),
        (PhonePages, {THE_PHONE_PAGES: {"address": "https://evil.example"}}),
    ):
        with laptop, pytest.raises(Refused):
            laptop.edit(model, values)
    with laptop, pytest.raises(Refused):
        Phone.create(of="roster.person", record=there.one.id, key="00")
    assert rows_of(there.hub) == before


def test_a_person_has_a_copy_of_their_own_data_and_takes_a_consent_back(there: There) -> None:
    with there.hub:
        Consent.create(person=there.one.id, kind="health", given=True, scope="community")
    phone = there.inside()
    assert Line(there.where).get("me/data.zip").status in (302, 404)
    told = phone.ask("GET", "me/data.zip", b"", {})
    assert (told.status, told.headers.get_content_type()) == (200, "application/zip")
    assert "their own phone" in page(keepers(there.hub), "/console/log")
    for kind in ("nothing", "health"):
        phone.post("me/withdraw", {"kind": kind})
    with there.hub:
        said = [each.given for each in Consent.select().order_by(Consent.id)]
    assert said == [True, False]


def test_whoever_was_entered_twice_has_their_phones_on_either_page(there: There) -> None:
    phone = there.inside()
    with there.hub:
        join_doubles("roster.person", there.other.id, there.one.id)
        for each in (there.one, there.other):
            assert [held.id for held in phones_let_in(each)] == [phone.phone]
    assert SECRET in phone.get(f"of/wishes.wish/{of_other(there)}").text
    with there.hub:
        for _ in range(4):
            Phone.create(of="roster.person", record=there.other.id)
    time.sleep(1)  # a code of the same second is the same code
    assert "they have 5 phones" in Line(there.where).enter(there.code()).text
    with there.hub:
        part_doubles("roster.person", there.one.id)
        assert [held.id for held in phones_let_in(there.one)] == [phone.phone]
    assert phone.get(f"of/wishes.wish/{of_other(there)}").status == 404


def test_who_is_erased_has_no_phone_any_more(there: There) -> None:
    gone, stays = there.inside(), there.inside(there.other)
    with there.hub:
        erase(there.hub, [("roster.person", there.one.id)], "示例管理员")
        assert [each.id for each in Phone.select()] == [stays.phone]
    assert gone.get("me").status == 302
    assert gone.come_back().told["here"] == []
    assert stays.get("me").status == 200


def test_a_phone_that_ended_is_forgotten_after_thirty_days(there: There) -> None:
    gone, stays = there.inside(), there.inside(there.other)
    hub = there.hub
    with hub:
        hub.edit(Phone, {gone.phone: {"ended": True}})
        tidy(hub)
        assert Phone.select().count() == 2
        now, hub.now = hub.now, lambda: now() + 31 * 86_400_000
        tidy(hub)
        hub.now = now
        assert [each.id for each in Phone.select()] == [stays.phone]


def test_haste_is_counted_by_all_processes_together(there: There) -> None:
    other = Hub.open(there.hub.folder, plugins=with_only(there.modules))
    for n in range(20):
        with (hub := (there.hub, other)[n % 2]):
            refuse_haste(hub, "a phone")
    for hub in (there.hub, other):
        with hub, pytest.raises(TooFast):
            refuse_haste(hub, "a phone")


def test_a_house_of_ipv6_is_one_network(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "NETWORKS_PACE", ((2, 60_000),))
    client = make_phone_pages(there.hub).test_client()

    def scanned(address: str) -> int:
        options = {"base_url": "http://localhost/m", "environ_base": {"REMOTE_ADDR": address}}
        token = client.get("/token", **options).json
        assert token
        return client.post(
            "/scan", data={"code": "x", "csrf_token": token["token"]}, **options
        ).status_code

    told = [scanned(f"2001:db8::{n}") for n in range(1, 4)]
    assert told == [400, 400, 429]
    assert scanned("2001:db8:0:1::1") == 400
