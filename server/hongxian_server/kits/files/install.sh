#!/bin/sh
# Installs Hongxian for whoever starts it, and opens it. No network is asked, and nothing of the system is changed.
# The icon beside this file starts it; so does: sh install.sh

here=$(cd "$(dirname "$0")" && pwd)

case ${LANGUAGE:-${LC_ALL:-${LC_MESSAGES:-$LANG}}} in
zh* | '' | C*) chinese=1 ;;
*) chinese= ;;
esac

# Says it in a window, by whatever this desktop has for that, and in the terminal if there is one.
tell() {
    title="Red Thread" text=$2
    [ -n "$chinese" ] && title=红线 text=$1
    printf '%s\n' "$text"
    [ -n "$DISPLAY$WAYLAND_DISPLAY" ] || return 0
    if command -v zenity >/dev/null; then
        zenity --info --no-markup --width=420 --title="$title" --text="$text" 2>/dev/null
    elif command -v kdialog >/dev/null; then
        kdialog --title "$title" --msgbox "$text" 2>/dev/null
    elif command -v xmessage >/dev/null; then
        xmessage -center "$text"
    elif command -v xdg-open >/dev/null; then
        page=$(mktemp --suffix=.html) && printf '<!DOCTYPE html><meta charset="utf-8"><title>%s</title>
<p style="font:1.4rem/1.6 sans-serif;max-width:32em;margin:3em auto">%s</p>' "$title" "$text" >"$page" &&
            xdg-open "$page" >/dev/null 2>&1
    fi
}

for file in "$here"/*.hxprog; do
    case $file in
    *-linux.hxprog | *-linux-"$(uname -m)".hxprog) ;;
    *)
        tell "这个安装包是给另一种处理器的电脑的，这台是 $(uname -m)。请另取一个，或交给社区管理员。什么都没有改动。" \
            "This kit is for another processor; this machine's is $(uname -m). Take the other kit, or ask the keeper. Nothing was changed."
        exit 1
        ;;
    esac
done

for python in python3.14 python3.13 python3.12 python3.11 python3; do
    if command -v $python >/dev/null && $python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        if ! $python -c 'import venv, sqlite3, ssl' 2>/dev/null; then
            tell "这台电脑的 Python 不完整，缺少 venv、sqlite3 或 ssl。请社区管理员装好 python3-venv，再点一次“安装红线”。您的数据没有动。" \
                "This machine's Python is not whole: venv, sqlite3 or ssl is missing. Ask the keeper to install python3-venv, then start this again. Nothing was changed."
            exit 1
        fi
        $python -B -I "$here/setup.py" && exit 0
        tell "没有装成，已有的数据没有动。请把这句话和下面的文件给社区管理员看：${XDG_DATA_HOME:-$HOME/.local/share}/hongxian/install.log" \
            "It was not installed; what was there is untouched. Show the keeper this, and the file ${XDG_DATA_HOME:-$HOME/.local/share}/hongxian/install.log"
        exit 1
    fi
done

tell "这台电脑没有 Python 3.11 或更新的版本，红线装不上。请社区管理员先装 Python 3.11 以上的版本（不用联网的安装包也可以），再点一次“安装红线”。什么都没有改动。" \
    "This machine has no Python 3.11 or later, which Red Thread needs. Ask the keeper to install one, then start this again. Nothing was changed."
exit 1
