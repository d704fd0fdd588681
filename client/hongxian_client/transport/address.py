"""A hub's address out of what people type and paste."""

from __future__ import annotations

import re
import unicodedata
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import SplitResult, urlsplit

from hongxian.errors import Usage
from hongxian.text import Text

LONGEST_ADDRESS = 2_000
"""Characters of what is typed for an address."""
_ON_A_CHINESE_KEYBOARD = str.maketrans("。、\\【】", ".//[]")
"""What NFKC leaves of the keys that stand where others have dot and slash."""
_FRAMES = "“”‘’\"'`「」『』《》〈〉<>()"
_AT_THE_END = ".,;!?/"
_BLANKS_ROUND_SIGNS = re.compile(r"\s*([:/.])\s*")
_WHOLE = re.compile(r"https?:[^\s\"'“”‘’「」『』《》〈〉<>]+", re.IGNORECASE)
_SCHEME_BEFORE = re.compile(r"(https?(?=:|/)|[a-z]+(?=://)):?/*", re.IGNORECASE)
_LABEL_BEFORE = re.compile(r"[^\x00-\x7f]+:(?=.*[.:])")
"""Such as 网址："""
_OWN_PAGES = re.compile(r"/(console|trust|v1|healthz|metrics|static)(/.*)?$")
"""Pages of a hub, whose addresses people copy from a browser."""
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_DIGITS = re.compile(r"[0-9.]+")
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


class NoAddress(Usage):
    """What was given as the hub's address is not one."""

    message = Text(
        "“{url}”不是社区主机的网址：{why}。网址像这样：https://192.168.1.10:8470",
        "{url!r} is not a hub's address: {why}. One looks like this: https://192.168.1.10:8470",
    )


_NOTHING = Text("没有填", "it is empty")
_TOO_LONG = Text("太长了", "it is too long")
_WORDS = Text("里面有空格，请只填网址", "there are blanks in it; give the address alone")
_SCHEME = Text("只能以 https:// 开头", "it can only begin with https://")
_PERSON = Text("网址里不写用户名和密码", "it holds no name and no password")
_HOST = Text(
    "“{host}”不能是一台机器的名字或 IP 地址", "{host!r} cannot be a machine's name or IP address"
)
_PORT = Text("冒号后面是 1 到 65535 的数", "after the colon comes a number from 1 to 65535")


def hub_address(given: str) -> str:
    """The hub's address in ASCII: https, but for a hub on this machine itself; raises `NoAddress`.

    Whatever the width of letters and signs, with or without a scheme, and with what a browser or a
    message had around it; a path below which a proxy has the hub stays.
    """
    try:
        return _address(_one_word(given))
    except _Wrong as wrong:
        shown = given.strip()[:100].encode(errors="replace").decode()
        raise NoAddress(url=shown, why=wrong.why) from None


def otherwise_on_this_machine(url: str) -> str | None:
    """The same address encrypted, or plainly, where both stay on this machine; nothing of another one."""
    told = urlsplit(url)
    if told.hostname not in _THIS_MACHINE:
        return None
    return told._replace(scheme="http" if told.scheme == "https" else "https").geturl()


class _Wrong(Exception):
    def __init__(self, why: Text) -> None:
        self.why = why


def _one_word(given: str) -> str:
    """What was typed in plain signs, without what stands around an address."""
    if len(given) > LONGEST_ADDRESS:
        raise _Wrong(_TOO_LONG)
    plain = unicodedata.normalize("NFKC", given).translate(_ON_A_CHINESE_KEYBOARD)
    plain = "".join(each for each in plain if unicodedata.category(each) not in ("Cf", "Cs"))
    found = _WHOLE.search(plain)
    word = found[0] if found else plain.strip().strip(_FRAMES)
    word = _BLANKS_ROUND_SIGNS.sub(r"\1", word.strip()).rstrip(_AT_THE_END)
    word = _LABEL_BEFORE.sub("", word, count=1)
    if not word:
        raise _Wrong(_NOTHING)
    if re.search(r"\s", word):
        raise _Wrong(_WORDS)
    return word


def _address(word: str) -> str:
    before = _SCHEME_BEFORE.match(word)
    scheme, rest = (before[1].lower(), word[before.end() :]) if before else ("https", word)
    if scheme not in ("http", "https"):
        raise _Wrong(_SCHEME)
    if rest.startswith("[") and rest.endswith("]"):
        rest = rest[1:-1]
    if _is_ipv6(rest):
        rest = f"[{rest}]"
    try:
        told = urlsplit(f"//{rest}")
        host, port = _host(told), _port(told)
    except ValueError:
        raise _Wrong(_HOST.format(host=rest)) from None
    shown = f"[{host}]" if ":" in host else host
    plainly = scheme == "http" and host in _THIS_MACHINE
    below = _OWN_PAGES.sub("", told.path.rstrip("/"))
    return f"{'http' if plainly else 'https'}://{shown}{port}{below.rstrip('/')}"


def _host(told: SplitResult) -> str:
    """Its name or number; raises `UnicodeError`, which is a `ValueError`, for what can be none."""
    if "@" in told.netloc:
        raise _Wrong(_PERSON)
    host = (told.hostname or "").rstrip(".")
    if _is_ipv6(host):
        return host
    named = host.encode("idna").decode()
    if not _NAME.fullmatch(named) or (_DIGITS.fullmatch(named) and not _is_ipv4(named)):
        raise _Wrong(_HOST.format(host=host))
    return named


def _port(told: SplitResult) -> str:
    try:
        port = told.port
    except ValueError:
        port = 0
    if port == 0:
        raise _Wrong(_PORT)
    return f":{port}" if port else ""


def _is_ipv6(host: str) -> bool:
    try:
        IPv6Address(host)
    except AddressValueError:
        return False
    return True


def _is_ipv4(host: str) -> bool:
    try:
        IPv4Address(host)
    except AddressValueError:
        return False
    return True
