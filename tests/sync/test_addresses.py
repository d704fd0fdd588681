"""The hub's address and the code, as people type and paste them."""

import pytest

from hongxian.errors import CodeRefused
from hongxian.security.code import LONGEST_CODE, EnrolmentCode
from hongxian_client.transport.address import NoAddress, hub_address, otherwise_on_this_machine
from signing import new_key

HUB = "https://192.168.1.10:8470"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("192.168.1.10:8470", HUB),
        ("http://192.168.1.10:8470/", HUB),
        ("http://127.0.0.1:8470", "http://127.0.0.1:8470"),
        (" hub.lan:8470 ", "https://hub.lan:8470"),
        ("https://示例.中国:8470", "https://xn--fsq092h.xn--fiqs8s:8470"),
    ],
)
def test_nothing_goes_to_another_machine_unencrypted(typed: str, address: str) -> None:
    assert hub_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "192.168.1.10：8470",
        "１９２。１６８．１。１０：８４７０",
        "ｈｔｔｐｓ：／／192.168.1.10：8470／",
        "https:、、192.168.1.10:8470",
        "https:\\\\192.168.1.10:8470",
        "HTTPS://192.168.1.10:8470",
        "http：192.168.1.10：8470",
        "https//192.168.1.10:8470",
        "192.168.1.10 : 8470",
        "192.168.1.10:\u30008470",
        "\ufeff192.168.1.10:8470\u200b\xa0",
        "「192.168.1.10:8470」",
        "“https://192.168.1.10:8470”。",
        "【192.168.1.10:8470】",
        "<https://192.168.1.10:8470>",
        "网址：192.168.1.10:8470",
        "社区主机的网址 https://192.168.1.10:8470 ，注册码 ABCDE",
        "hongxian join https://192.168.1.10:8470 ABCDE",
        "https://192.168.1.10:8470/#/home",
        "https://192.168.1.10:8470/console/overview?since=3",
        "192.168.1.10:8470/console",
        "192.168.1.10:8470/trust",
        "192.168.1.10:8470/v1/hub",
    ],
)
def test_an_address_is_read_as_it_was_meant(typed: str) -> None:
    assert hub_address(typed) == HUB


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("::1", "https://[::1]"),
        ("[::1]:8470", "https://[::1]:8470"),
        ("2001:DB8::5", "https://[2001:db8::5]"),
        ("http://[::1]:8470/console", "http://[::1]:8470"),
        ("https://example.org/hub/", "https://example.org/hub"),
        ("https://example.org/hub/console/codes", "https://example.org/hub"),
    ],
)
def test_ipv6_and_a_path_below_which_a_proxy_has_the_hub_stay(typed: str, address: str) -> None:
    assert hub_address(typed) == address


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "empty"),
        ("https://", "cannot be a machine's name"),
        ("ftp://192.168.1.10", "begin with https"),
        ("my hub", "blanks"),
        ("192.168.1.300:8470", "'192.168.1.300' cannot be"),
        ("192,168,1,10", "cannot be"),
        ("hub..lan", "cannot be"),
        ("[::1", "cannot be"),
        ("hub.lan:99999", "1 to 65535"),
        ("hub.lan:0", "1 to 65535"),
        ("https://keeper:secret@hub.lan", "no password"),
        ("h" * 64 + ".lan", "cannot be"),
        ("h" * 3_000, "too long"),
        ("\ud800", "empty"),
    ],
)
def test_what_can_be_no_address_is_refused_with_the_reason(typed: str, why: str) -> None:
    with pytest.raises(NoAddress, match=why) as refused:
        hub_address(typed)
    assert len(refused.value.text.zh.encode()) < 600


def test_the_other_scheme_is_tried_on_this_machine_alone() -> None:
    assert otherwise_on_this_machine("http://127.0.0.1:1/x") == "https://127.0.0.1:1/x"
    assert otherwise_on_this_machine("https://[::1]:1") == "http://[::1]:1"
    assert otherwise_on_this_machine(HUB) is None
    assert otherwise_on_this_machine("https://127.0.0.1.example.org") is None


def test_a_code_is_read_among_what_was_pasted_with_it() -> None:
    code = EnrolmentCode.new(new_key().public)
    wide = "".join(chr(ord(each) + 0xFEE0) for each in str(code))
    for typed in (
        f"hongxian join {HUB} {code}",
        f"网址：{HUB}　注册码：{wide}。",
        f"注册码{str(code).lower()}",
        str(code).replace("-", " — "),
        str(code).replace("-", "\u200b"),
        f"localhost:8470 {str(code).replace('-', '')}",
    ):
        assert EnrolmentCode.typed(typed) == code
    for wrong in (f"{HUB} {str(code)[:-1]}", "", f"{code}{' ' * LONGEST_CODE}"):
        with pytest.raises(CodeRefused):
            EnrolmentCode.typed(wrong)
