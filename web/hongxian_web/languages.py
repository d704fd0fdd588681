"""The two languages of every page: Chinese first, English second, as the reader chose.

Strings in code and templates are English; a `.po` file, read as it is, holds the Chinese. A
package may have several, so that people who work on different pages do not meet in one file.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Blueprint, Flask, redirect, request
from flask_babel import Babel, Domain, get_locale
from werkzeug.wrappers import Response

from hongxian.text import EN, LANGUAGES, ZH, Language
from hongxian_web.cookies import remember
from hongxian_web.navigation import back

COOKIE = "hongxian_language"
_LOCALES = {ZH: "zh_Hans_CN", EN: "en"}

bp = Blueprint("language", __name__)


@bp.app_template_global()
def language() -> Language:
    """The language of the page under way: "zh" or "en"."""
    locale = get_locale()
    return EN if locale is not None and locale.language == "en" else ZH


@bp.post("/language")
def choose() -> Response:
    """Remember the language for a year."""
    answer = redirect(back())
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        remember(answer, COOKIE, wanted)
    return answer


def add_to(app: Flask, catalogs: Sequence[Path]) -> None:
    """Give an app its languages and the address that changes them."""
    _Babel(tuple(catalogs)).init_app(app, "en", locale_selector=_chosen_locale)
    app.register_blueprint(bp)


def _chosen_locale() -> str:
    wanted = request.cookies.get(COOKIE)
    if wanted in LANGUAGES:
        return _LOCALES[wanted]
    asked = [tag.partition("-")[0].lower() for tag in request.accept_languages.values()]
    return _LOCALES[next((each for each in asked if each in LANGUAGES), ZH)]


class _Babel(Babel):
    """Flask-Babel over catalogs that are read from .po files."""

    def __init__(self, catalogs: tuple[Path, ...]) -> None:
        self._catalogs = catalogs
        super().__init__()

    @cached_property
    def domain_instance(self) -> Domain:
        return _Catalogs(self._catalogs)


class _Catalogs(Domain):
    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders
        super().__init__()

    def get_translations(self) -> Translations:
        return _chinese(self._folders) if language() == ZH else _NOTHING


_NOTHING = Translations()


@lru_cache
def _chinese(folders: tuple[Path, ...]) -> Translations:
    found = Translations()
    found.plural = lambda _: 0  # Chinese has one form; what is merged brings no rule of its own
    for folder in folders:
        for path in sorted(folder.glob("*.po")):
            compiled = BytesIO()
            with path.open("rb") as file:
                write_mo(compiled, read_po(file, locale=_LOCALES[ZH]))
            compiled.seek(0)
            found.merge(Translations(compiled))
    return found
