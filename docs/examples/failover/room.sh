#!/bin/sh
# Each ten seconds on each database machine: a primary whose disk is nearly full hands over to a standby, which Patroni
# itself does not do: such a PostgreSQL lives, and refuses each write. `tests/hub/test_patroni.py` runs this very file.
here=http://10.0.0.11:8008
name=db1
data=/var/lib/postgresql
least=1048576  # KiB
handed=/run/hongxian-handed-over  # not again within an hour, or two with full disks would hand over to each other

left=$(df -k --output=avail "$data" | tail -n 1)
[ "$left" -lt "$least" ] || exit 0
[ -z "$(find "$handed" -mmin -60 2>/dev/null)" ] || exit 0
curl -sf -m 5 -o /dev/null "$here/primary" || exit 0
logger "little room on $data: handing over" 2>/dev/null
curl -sf -m 30 -o /dev/null -d "{\"leader\": \"$name\"}" "$here/switchover" && touch "$handed"
