# SPDX-License-Identifier: GPL-2.0-only
#
# kexec.sh [second]: another kernel takes over while the module flushes, without
# having been told. That kernel, which is the same one again, loads the module and
# finds everything as the first did.
. ./lib.sh

pages_remapped() { stale-read -n "$1" >/tmp/log 2>&1; }

check "all CPUs are there" [ "$(cpus)" -eq 2 ]
check "the module loads" insmod $MODULE mode=always
check "no stale read" pages_remapped 300
check "the host has flushed" [ "$(counter targets_done)" -gt 0 ]
check "no error" [ "$(counter errors)" -eq 0 ]
sed 's/^/# /' $COUNTERS
[ "${1:-}" != second ] || finish

# What this runs from is what the next one boots from.
(cd / && find . -xdev ! -name vmlinuz ! -name stress-ng | cpio -o -H newc) \
	>/tmp/initrd 2>/dev/null
while :; do
	pages_remapped 100
done &
echo "# and now, in the middle of flushes:"
check "the next kernel takes over" kexec /lab/vmlinuz /tmp/initrd \
	"$(sed 's/lab.run=kexec.sh/&,second/' /proc/cmdline)"
finish
