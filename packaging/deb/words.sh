#!/bin/sh
set -e
LIB=/usr/lib/hongxian DATA=/var/lib/hongxian BUILD=@BUILD@ VERSION=@WHEEL@

# In the language of whoever installs.
say() {
    case "${LC_ALL:-${LC_MESSAGES:-$LANG}}" in
        zh*) echo "红线：$1" ;;
        *) echo "Hongxian: $2" ;;
    esac
}

systemd_runs() { [ -d /run/systemd/system ]; }

