"""How a browser is made to trust the hub's own certificate: open to whoever is warned, before any log-in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask_babel import gettext as _

from hongxian.text import Text
from hongxian_server.console.door.auth import is_keeper
from hongxian_server.current import current_authority
from hongxian_server.ops.network.certificates import CALLED, Authority
from hongxian_web import words

bp = Blueprint("trust", __name__, url_prefix="/trust")


@dataclass(frozen=True)
class System:
    """What to do on one sort of machine."""

    title: Text
    marks: tuple[str, ...]
    """By which a browser says that it runs there."""
    steps: tuple[Text, ...]
    command: str = ""

    @property
    def is_here(self) -> bool:
        """Whether the browser that asks says it, or more than it."""
        return any(mark in request.user_agent.string for mark in self.marks)


_RESTART = Text("关掉浏览器，再打开。", "Close the browser and open it again.")

SYSTEMS = (
    System(
        Text("Firefox 浏览器（任何系统）", "Firefox, on any system"),
        ("Firefox/",),
        (
            Text(
                "打开 设置 → 隐私与安全 → 证书 → 查看证书 → 证书颁发机构 → 导入，选 hongxian.crt。",
                "Open Settings → Privacy & Security → Certificates → View Certificates → Authorities "
                "→ Import, and choose hongxian.crt.",
            ),
            Text(
                "先点“查看”，核对 SHA-256 指纹；再勾选“信任由此证书颁发机构来标识网站”，点“确定”。",
                "Press View first and compare the SHA-256 fingerprint; then tick "
                "“Trust this CA to identify websites”, and press OK.",
            ),
        ),
    ),
    System(
        Text("iPhone、iPad", "iPhone, iPad"),
        ("iPhone", "iPad"),
        (
            Text(
                "用 Safari 打开本页下载证书，点“允许”。",
                "Open this page in Safari, download the certificate and allow it.",
            ),
            Text(
                "设置 → 已下载描述文件 → 安装；在“更多详细信息”里核对指纹。",
                "Settings → Profile Downloaded → Install; compare the fingerprint under More Details.",
            ),
            Text(
                "设置 → 通用 → 关于本机 → 证书信任设置，打开“{name}”。",
                "Settings → General → About → Certificate Trust Settings: turn “{name}” on.",
            ).format(name=CALLED),
        ),
    ),
    System(
        Text("安卓、鸿蒙手机", "Android and HarmonyOS telephones"),
        ("Android", "HarmonyOS"),
        (
            Text(
                "在“设置”里搜索“证书”，点“CA 证书”或“从存储设备安装”，选 hongxian.crt；"
                "手机要先设锁屏密码。",
                "Search the Settings for “certificate”, press CA certificate or Install from storage, "
                "and choose hongxian.crt; the telephone must have a screen lock.",
            ),
            Text(
                "在“受信任的凭据”的“用户”一栏点开它，核对 SHA-256 指纹；不一样就移除。",
                "Open it under Trusted credentials, User, and compare the SHA-256 fingerprint; "
                "remove it if it is another.",
            ),
            Text(
                "手机此后会提醒“网络可能受到监控”：凡是自己装的证书它都这样说。",
                "The telephone will say that the network may be monitored, as it does of every "
                "certificate that its owner installed.",
            ),
        ),
    ),
    System(
        Text("Windows（Edge、Chrome、360 等）", "Windows (Edge, Chrome and others)"),
        ("Windows",),
        (
            Text(
                "双击下载的 hongxian.crt，点“安装证书”，选“当前用户”。",
                "Open hongxian.crt, press Install Certificate and choose Current User.",
            ),
            Text(
                "选“将所有的证书都放入下列存储”，点“浏览”，选“受信任的根证书颁发机构”，直到“完成”。",
                "Choose “Place all certificates in the following store”, Browse, “Trusted Root "
                "Certification Authorities”, and go on to Finish.",
            ),
            Text(
                "系统会显示 SHA-1 指纹：核对一样，才点“是”。",
                "Windows shows the SHA-1 fingerprint: press Yes only if it is the same.",
            ),
            _RESTART,
        ),
        "certutil -user -addstore Root hongxian.crt",
    ),
    System(
        Text("苹果电脑（Safari、Chrome）", "macOS (Safari, Chrome)"),
        ("Macintosh",),
        (
            Text(
                "双击下载的 hongxian.crt，加入“登录”钥匙串。",
                "Open hongxian.crt and add it to the login keychain.",
            ),
            Text(
                "在“钥匙串访问”的“证书”里双击“{name}”，核对 SHA-256 指纹。",
                "Double-click “{name}” among the certificates of Keychain Access and compare "
                "the SHA-256 fingerprint.",
            ).format(name=CALLED),
            Text(
                "展开“信任”，“使用此证书时”选“始终信任”，关上窗口并输入密码。",
                "Open Trust, set “When using this certificate” to Always Trust, close the window and "
                "type your password.",
            ),
            _RESTART,
        ),
    ),
    System(
        Text(
            "Linux、统信 UOS、麒麟（Chromium 系浏览器）", "Linux, UOS, Kylin (Chromium's browsers)"
        ),
        ("Linux", "X11"),
        (
            Text(
                "核对指纹：{command}",
                "Compare the fingerprint: {command}",
            ).format(command="openssl x509 -in hongxian.crt -noout -fingerprint -sha256"),
            Text(
                "浏览器里打开 设置 → 隐私和安全 → 安全 → 管理证书 → 授权机构 → 导入，选 hongxian.crt，"
                "勾选“信任此证书，以标识网站的身份”。",
                "Open Settings → Privacy and security → Security → Manage certificates → Authorities "
                "→ Import, choose hongxian.crt, and tick that it is trusted to identify websites.",
            ),
            _RESTART,
        ),
        "certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n hongxian -i hongxian.crt",
    ),
)
"""In the order in which a browser is asked where it runs: an iPhone calls itself a Macintosh too, Android Linux."""


@bp.app_template_global()
def trust_page() -> str:
    """The address of the page; "" where the hub is served under no certificate of its own."""
    return url_for("trust.show") if current_authority() else ""


@bp.get("")
def show() -> str:
    """What to do on each system; the reader's own comes first, open."""
    here = [each for each in SYSTEMS if each.is_here][:1]
    held = Authority.of(current_authority() or abort(404))
    vouches = _(
        "addresses of private networks, and names of: %(names)s. Whoever steals it can pass for no site outside."
    )
    return render_template(
        "console/trust.html",
        held=held,
        vouches=words.filled(vouches, names=" · ".join(held.names)),
        here=here,
        others=[each for each in SYSTEMS if each not in here],
        is_keeper=is_keeper,
    )


@bp.get("/hongxian.crt")
def authority() -> Response:
    """The certificate, as systems take it."""
    return Response(current_authority() or abort(404), mimetype="application/x-x509-ca-cert")
