"""`hongxian hub serve`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from hongxian.errors import Refused
from hongxian.model.stamp import wall_clock
from hongxian.plugins.failing.memory import bound_memory
from hongxian.plugins.failing.watchdog import HUB_SECONDS, begin_anew, watch
from hongxian.security.key_file import KeyFile
from hongxian.storage.privacy import passing_folder
from hongxian.terminal.commands import Command, answer, end_by_signals, say, wants_json
from hongxian.terminal.help import option
from hongxian.text import Text
from hongxian.words.logs import has_log, start_log
from hongxian_server.ops.network.addresses import EVERYWHERE, names_of, own_address
from hongxian_server.ops.network.announcing import announced
from hongxian_server.ops.opening import hub_folder, hub_in
from hongxian_server.ops.releases.own import note_anew

if TYPE_CHECKING:
    from hongxian_server.http.serve import Served
    from hongxian_server.town.town import Town

PORT = 8470
_LAST_PORT = 65_535
HUB_THREADS, TOWN_THREADS = 8, 16
"""That answer; of a town's, one community has a quarter at most."""
HERE = "127.0.0.1"
"""Where nobody but this machine comes."""


@click.command(
    cls=Command,
    zh="""运行社区主机，直到按 Ctrl-C。

    要让别的电脑连得上，加 --host 0.0.0.0。
    """,
)
@option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help=Text("监听的地址", "Address to listen on"),
)
@option(
    "--port",
    default=PORT,
    type=click.IntRange(0, _LAST_PORT),
    show_default=True,
    help=Text("端口，0 任选", "Port; 0 picks a free one"),
)
@option(
    "--name",
    "names",
    multiple=True,
    help=Text("管理页还用哪些主机名打开", "More host names under which the console is opened"),
)
@option(
    "--proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help=Text(
        "前面有反向代理管加密：本机只说 HTTP，并信这个地址转告的来访者",
        "A proxy at this address terminates TLS: speak plain HTTP, and believe it about who asks",
    ),
)
@option(
    "--plain",
    "plain_port",
    type=click.IntRange(0, _LAST_PORT),
    metavar="PORT",
    help=Text(
        "另开一个不加密的端口，只给本机的浏览器看管理页，0 任选",
        "Another port, unencrypted, for the console in this machine's own browser; 0 picks a free one",
    ),
)
@option(
    "--no-announce",
    "is_silent",
    is_flag=True,
    help=Text(
        "不在网络里告诉电脑这里有主机（平时会告诉：社区名称、主机指纹、网址）",
        "Do not announce this hub (its community's name, fingerprint and address) on the network",
    ),
)
@option(
    "--communities",
    "is_town",
    is_flag=True,
    help=Text(
        "数据文件夹下每个社区各一个文件夹，一起运行，网址各以文件夹名结尾",
        "Serve a town: every folder in the data folder is a community, at an address that ends with its name",
    ),
)
def serve(
    host: str,
    port: int,
    names: tuple[str, ...],
    proxies: tuple[str, ...],
    plain_port: int | None,
    is_silent: bool,
    is_town: bool,
) -> None:
    """Serve the hub until Ctrl-C.

    To let other machines reach it, add --host 0.0.0.0.
    """
    from hongxian_server.http.serve import serve as serve_all
    from hongxian_server.http.serve import server_of
    from hongxian_server.ops.network.certificates import Certificates

    if not has_log():
        start_log("INFO")
    folder, hosts = hub_folder(), names_of(host, names)
    whole = _Town(folder, hosts) if is_town else _Hub(folder, hosts)
    if whole.passing != folder:  # nor do large forms pass over the disk in clear
        tempfile.tempdir = str(whole.passing)
    certificates = None if proxies else Certificates(folder, hosts, wall_clock())
    with _naming_port(host, port):
        served = whole.served(certificates.authority if certificates else "")
        tls = certificates.context() if certificates else None
        threads = TOWN_THREADS if is_town else HUB_THREADS
        server = server_of(served, whole.passing, host, port, threads, proxies=proxies, tls=tls)
    beside = []
    if plain_port is not None:
        with _naming_port(HERE, plain_port):
            beside = [server_of(whole.served(""), whole.passing, HERE, plain_port, threads=2)]
    password = whole.first_password()
    urls = [_url(host, server.port, plain=bool(proxies))]
    urls += [_url(HERE, each.port, plain=True) for each in beside]
    end_by_signals()
    bound_memory()
    anew = partial(_begin_anew, served, server.port, [each.port for each in beside])
    watch(HUB_SECONDS, lambda _call: anew())
    # Behind a proxy laptops go to its address, which only the keeper knows.
    announcing = nullcontext() if is_silent or proxies else whole.announced(host, server.port)
    try:
        with announcing:
            begins_anew = serve_all(
                served,
                server,
                lambda: _say_where(
                    host, urls, password, behind_proxy=bool(proxies), is_town=is_town
                ),
                certificates,
                beside,
            )
        if begins_anew:
            anew()
    except KeyboardInterrupt:
        if not wants_json():
            say(Text("主机已停止", "The hub has stopped"))


class _Hub:
    """One community's hub, to be served; raises `InUse` where another process serves it."""

    def __init__(self, folder: Path, hosts: Sequence[str]) -> None:
        self._opened, self._hosts = hub_in(folder), hosts
        with self._opened.held():
            pass  # said before anything is made

    @property
    def passing(self) -> Path:
        return self._opened.passing

    def served(self, authority: str) -> Served:
        from hongxian_server.http.community import Community

        return Community(self._opened, self._hosts, authority)

    def first_password(self) -> str | None:
        from hongxian_server.membership.keeper import first_password

        with self._opened:
            return first_password(self._opened)

    def announced(self, host: str, port: int) -> AbstractContextManager[None]:
        return announced(self._opened, host, port)


class _Town:
    """A town's communities, to be served."""

    def __init__(self, folder: Path, hosts: Sequence[str]) -> None:
        self._folder, self._hosts = folder, hosts
        self._town: Town | None = None

    @property
    def passing(self) -> Path:
        from hongxian_server.town.folder import names_in

        has_locked = any(KeyFile.read(self._folder / each) for each in names_in(self._folder))
        return passing_folder(self._folder) if has_locked else self._folder

    def served(self, authority: str) -> Served:
        from hongxian_server.town.front import Front
        from hongxian_server.town.town import Town

        self._town = self._town or Town(self._folder, self._hosts, authority)
        return Front(self._town, self._hosts)

    def first_password(self) -> str | None:
        from hongxian_server.town.folder import Kept, new_password

        return None if Kept.of(self._folder).password else new_password(self._folder)

    def announced(self, _host: str, _port: int) -> AbstractContextManager[None]:
        """An announcement says an address without what is below it: a town's communities are typed."""
        return nullcontext()


def _begin_anew(served: Served, port: int, plain_ports: Sequence[int]) -> None:
    """Go on at the same ports: with other releases, or without a plugin for which each laptop would wait."""
    for hub in served.open_now():
        note_anew(hub.folder)
    plain = [word for each in plain_ports for word in ("--plain", str(each))]
    begin_anew("--port", str(port), *plain)


@contextmanager
def _naming_port(host: str, port: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise Refused(
            detail=Text(
                f"{host}:{port} 不能用（{why}）。多半是主机已经在运行：先在浏览器里打开看看；"
                f"真要换一个端口，加 --port {_other(port)}",
                f"{host}:{port} cannot be listened on ({why}). Mostly a hub runs there already: "
                f"look with a browser; for another port add --port {_other(port)}",
            )
        ) from None


def _other(port: int) -> int:
    return port + 1 if port < _LAST_PORT else port - 1


def _url(host: str, port: int, *, plain: bool) -> str:
    shown = own_address() if host in EVERYWHERE else host
    return f"http{'' if plain else 's'}://{f'[{shown}]' if ':' in shown else shown}:{port}"


_ONLY_HERE = Text(
    "只有本机能连；别的电脑要连请加 --host 0.0.0.0", "For other machines add: --host 0.0.0.0"
)
_NO_NETWORK = Text(
    "这台机器现在没有连上网络，别的电脑连不到；连上后就能连",
    "This machine is in no network now: others reach it once it is",
)


def _say_where(
    host: str, urls: Sequence[str], password: str | None, *, behind_proxy: bool, is_town: bool
) -> None:
    """Print the hub's address, and that for this machine alone, once it listens there; flushed, for
    whoever waits for it in a pipe."""
    url, *here = urls
    if wants_json():
        told = {"url": url}
        told |= {"console": here[0]} if here else {}
        told |= {"keeper_password": password} if password else {}
        click.echo(json.dumps(told))
    else:
        answer({}, _lines(host, url, here, password, behind_proxy=behind_proxy, is_town=is_town))
    sys.stdout.flush()


def _lines(
    host: str,
    url: str,
    here: Sequence[str],
    password: str | None,
    *,
    behind_proxy: bool,
    is_town: bool,
) -> Iterator[Text]:
    if is_town:
        yield Text(
            f"片区在：{url}，各社区在后面加短名：{url}/短名",
            f"The town is at: {url}, each community below its name: {url}/NAME",
        )
    else:
        yield Text(f"社区主机在：{url}", f"The hub is at: {url}")
    if urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1"):
        yield _NO_NETWORK if host in EVERYWHERE else _ONLY_HERE
    for each in here:
        yield Text(f"本机看管理页：{each}", f"The console, on this machine: {each}")
    if behind_proxy:
        yield Text(
            "注意：这里不加密，只让代理来连；电脑和管理页要走代理的 https 网址",
            "Careful: nothing is encrypted here; only the proxy may connect, and laptops and "
            "the console must use the proxy's https address",
        )
    else:
        yield Text(
            f"浏览器说管理页不安全时：{url}{'/短名' if is_town else ''}/trust",
            f"Where a browser warns of the console: {url}{'/NAME' if is_town else ''}/trust",
        )
    if password:
        yield Text(
            f"{'片区' if is_town else ''}管理员密码，只显示这一次：{password}",
            f"{'Town' if is_town else 'Keeper'}'s password, shown only now: {password}",
        )
