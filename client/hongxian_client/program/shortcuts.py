"""A shortcut of Windows, written by the shell itself through COM: no script host is asked.

The standard library alone.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

if sys.platform == "win32":
    from ctypes import (
        HRESULT,
        WINFUNCTYPE,
        OleDLL,
        byref,
        c_char_p,
        c_int,
        c_ulong,
        c_void_p,
        c_wchar_p,
    )
    from uuid import UUID

    _SHELL_LINK = UUID("00021401-0000-0000-c000-000000000046")
    _SHELL_LINK_W = UUID("000214f9-0000-0000-c000-000000000046")
    _PERSIST_FILE = UUID("0000010b-0000-0000-c000-000000000046")
    _IN_PROCESS = 1
    # Places in the interfaces' tables: of IUnknown, IShellLinkW and IPersistFile (shobjidl_core.h, objidl.h).
    _QUERY, _RELEASE = 0, 2
    _SET_ARGUMENTS, _SET_ICON, _SET_PATH = 11, 17, 20
    _SAVE = 6

    def put_shortcut(path: Path, words: Sequence[str], icon: Path) -> None:
        """Let a shortcut start these words; one that is there is written anew. Raises `OSError`."""
        program, *rest = words
        ole = OleDLL("ole32")
        # A thread that is in another apartment already says so, and may call all the same.
        ole.CoInitialize.restype = None
        ole.CoInitialize(None)
        link, file = c_void_p(), c_void_p()
        ole.CoCreateInstance(
            _guid(_SHELL_LINK), None, c_ulong(_IN_PROCESS), _guid(_SHELL_LINK_W), byref(link)
        )
        try:
            _call(link, _SET_PATH, c_wchar_p(program))
            _call(link, _SET_ARGUMENTS, c_wchar_p(subprocess.list2cmdline(rest)))
            _call(link, _SET_ICON, c_wchar_p(str(icon)), c_int(0))
            _call(link, _QUERY, _guid(_PERSIST_FILE), byref(file))
            try:
                _call(file, _SAVE, c_wchar_p(str(path)), c_int(1))
            finally:
                _call(file, _RELEASE)
        finally:
            _call(link, _RELEASE)

    def _guid(id: UUID) -> c_char_p:
        return c_char_p(id.bytes_le)

    def _call(thing: c_void_p, place: int, *given: object) -> None:
        kinds = [c_void_p if type(each).__name__ == "CArgObject" else type(each) for each in given]
        WINFUNCTYPE(HRESULT, *kinds)(place, "shortcut")(thing, *given)

else:

    def put_shortcut(path: Path, words: Sequence[str], icon: Path) -> None:
        """There is none on another system."""
        raise OSError(f"no shortcut here: {path} to {words[0]}, {icon}")
