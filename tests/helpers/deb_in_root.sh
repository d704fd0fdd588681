# What is done to a machine by the package, without systemd; on a copy of this one (`in_root.sh`).
deb=/tried/hongxian.deb
cd /
data=/var/lib/hongxian
well() { python3 -c 'import sys, urllib.request as u; print(u.urlopen(sys.argv[1], timeout=30).status)' "$1"; }

dpkg -i "$deb"
echo "== installed $(dpkg-query -W -f '${Version}' hongxian)"
[ -L /etc/systemd/system/multi-user.target.wants/hongxian.service ] && echo "== enabled"
hongxian hub init --community 示例社区 >/dev/null
hongxian hub keeper >/dev/null
[ -z "$(find $data ! -user hongxian)" ] && echo "== the hub's files are its user's"

HONGXIAN_DATA=$data setpriv --reuid=hongxian --regid=hongxian --init-groups \
    hongxian hub serve --plain 8469 --no-announce >/tmp/said 2>/tmp/log &
service=$!
until grep -q 8469 /tmp/said; do
    kill -0 $service || { cat /tmp/log; exit 1; }
    sleep 0.2
done
echo "== the page answers $(well http://127.0.0.1:8469/console/log-in)"
dpkg -i "$deb"
ls $data/backups/*.age >/dev/null && echo "== a backup before the update"
[ "$(well http://127.0.0.1:8469/healthz)" = 200 ] && echo "== it answered meanwhile"
mv $data/backups /tmp/backups
touch $data/backups
if ! dpkg -i "$deb" && hongxian hub status >/dev/null; then echo "== no update without a backup"; fi
rm $data/backups
dpkg -i "$deb"
kill $service && wait $service

dpkg -r hongxian
[ ! -e /usr/lib/hongxian ] && [ -s $data/hub.db ] && echo "== removed, the data stays"
dpkg -P hongxian
[ -s $data/hub.db ] && echo "== purged, the data stays"
rm -r $data
dpkg -i "$deb"
dpkg -P hongxian
[ ! -e $data ] && [ ! -e /usr/lib/hongxian ] && echo "== purged, nothing was there"
