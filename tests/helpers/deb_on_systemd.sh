# On a copy of this machine (`in_root.sh`), with its own systemd as the first process: the hub's service is begun, ended,
# hung, renewed and removed by those who do so where it serves. What was seen is written into /srv/seen.
if [ $$ = 1 ]; then
    mkdir -p /run/systemd/system /sys/fs/cgroup
    mountpoint -q /sys || mount -t sysfs -o ro sysfs /sys
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    mount --make-rshared / # so that the services' namespaces see what is mounted for them
    cat >/run/systemd/system/tried.service <<EOF
[Unit]
SuccessAction=exit-force
FailureAction=exit-force
FailureActionExitStatus=1
[Service]
Type=oneshot
TimeoutStartSec=3min
ExecStart=/bin/sh -e /tried/here.sh
StandardOutput=append:/srv/seen
StandardError=append:/srv/seen
EOF
    # This machine's other services are none of ours.
    exec env -i container=tried PATH="$PATH" LANG="$LANG" LANGUAGE="$LANGUAGE" \
        /lib/systemd/systemd --log-target=null --unit=tried.service
fi

trap '[ $? = 0 ] || journalctl --no-pager --unit $unit --lines 40' EXIT
data=/var/lib/hongxian
unit=hongxian.service
is_idle() { [ "$(systemctl is-active $unit)" = inactive ]; }
process() { systemctl show --property MainPID --value $unit; }
answers() {
    python3 -c 'import ssl, urllib.request as u
u.urlopen("https://127.0.0.1:8470/healthz", timeout=30, context=ssl._create_unverified_context())'
}
# Another process than the one told serves.
goes_on() {
    until [ "$(process)" != "$1" ] && systemctl is-active --quiet $unit; do sleep 0.2; done
    answers
}

dpkg -i /tried/hongxian.deb
systemctl is-enabled --quiet $unit
is_idle
echo "== nothing to serve yet"
hongxian hub init --community 示例社区 >/dev/null
hongxian hub keeper >/dev/null
systemctl start $unit
answers
echo "== it is ready once it answers"

before=$(process)
systemctl kill --signal KILL $unit
goes_on "$before"
echo "== ended, it is started anew"

mkdir -p /etc/systemd/system/$unit.d
printf '[Service]\nWatchdogSec=6s\n' >/etc/systemd/system/$unit.d/here.conf
systemctl daemon-reload
systemctl restart $unit
before=$(process)
systemctl kill --signal STOP $unit
goes_on "$before"
echo "== hung, it is started anew"

install -d -o hongxian /mnt/disk
mkdir /home/tried /opt/tried
cat >/etc/systemd/system/$unit.d/here.conf <<'EOF'
[Service]
ExecStartPre=sh -c 'echo > /mnt/disk/may && ! ls /home/tried && ! touch /opt/tried/may'
EOF
systemctl daemon-reload
systemctl restart $unit
answers
echo "== it writes to disks, and reads no home"

# As docs/operations.md has it where there is no TPM: root's file on a stick, and one for who runs commands.
systemctl stop $unit
for each in root hongxian; do
    install -d -o $each -m 700 /mnt/$each
    echo "twelve words that nobody knows" >/mnt/$each/passphrase
    chown -R $each /mnt/$each
    chmod 600 /mnt/$each/passphrase
done
export HONGXIAN_PASSPHRASE_FILE=/mnt/hongxian/passphrase
hongxian hub encrypt >/dev/null
grep -q "SQLite format 3" $data/hub.db && exit 1
cat >/etc/systemd/system/$unit.d/here.conf <<'EOF'
[Service]
LoadCredential=passphrase:/mnt/root/passphrase
Environment=HONGXIAN_PASSPHRASE_FILE=%d/passphrase
EOF
systemctl daemon-reload
systemctl start $unit
answers
echo "== encrypted, it starts by what systemd holds"

before=$(process)
dpkg -i /tried/hongxian.deb
goes_on "$before"
ls $data/backups/*.age >/dev/null
echo "== a backup, then it serves by what came"

dpkg -r hongxian
is_idle
[ -s $data/hub.db ]
echo "== removed, it serves no more"
