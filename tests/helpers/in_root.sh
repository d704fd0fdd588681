# sh in_root.sh FOLDER SCRIPT DEB: run a script on a copy of this machine that is gone afterwards, by a root of its own;
# what it writes to /srv stays in the folder. Run it by `unshare -mnpf --kill-child`: its mounts are its own, it has no
# network but the loopback, and what it started ends with it.
at=$1/machine
mount --make-rprivate /
ip link set lo up
mkdir -p "$at"
mount -t tmpfs tmpfs "$at"
mkdir "$at/new" "$at/work" "$at/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$at/new,workdir=$at/work" "$at/root"
mount -t proc proc "$at/root/proc"
for each in dev tmp run; do mount -t tmpfs tmpfs "$at/root/$each"; done
for each in null:3 zero:5 full:7 random:8 urandom:9; do mknod -m 666 "$at/root/dev/${each%:*}" c 1 "${each#*:}"; done
ln -s /proc/self/fd "$at/root/dev/fd"
mkdir "$at/root/dev/shm" "$at/root/dev/pts"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$at/root/dev/pts"
ln -s pts/ptmx "$at/root/dev/ptmx"
mknod -m 666 "$at/root/dev/tty" c 5 0
mount --bind "$1" "$at/root/srv"
mkdir "$at/root/tried"
rm -f "$at/root/usr/sbin/policy-rc.d" # which lets no package begin a service
cp "$2" "$at/root/tried/here.sh"
cp "$3" "$at/root/tried/hongxian.deb"
exec chroot "$at/root" sh -e /tried/here.sh
