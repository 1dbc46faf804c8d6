# SPDX-License-Identifier: GPL-2.0-only
#
# many.sh: CPUs whose APIC IDs don't fit in a register. The guest has 66, of
# which it brings up a few after it has booted, and after the module was loaded.
. ./lib.sh

online() { echo 1 >/sys/devices/system/cpu/cpu"$1"/online; }

check "the module loads" insmod $MODULE mode=always
check "flushes are hypercalls" eval 'shootdown -n 20 -o mprotect -p 1 >/dev/null'
check "with a bitmap in a register" [ "$(counter bitmaps)" -eq 0 ]
calls=$(counter hypercalls)
check "there were some" [ "$calls" -gt 0 ]

check "CPU 64 comes up" online 64
check "CPU 65 comes up" online 65
check "no stale read with them" eval 'stale-read -n 300 >/tmp/log 2>&1'
sed 's/^/# /' /tmp/log
check "now bitmaps are in memory" [ "$(counter bitmaps)" -gt 0 ]
bitmaps=$(counter bitmaps)
check "one hypercall for each flush" \
	counters_agree 'n["hypercalls"] <= n["calls"] - n["trims"]'
check "that flush CPUs" [ "$(counter targets_done)" -gt "$bitmaps" ]
check "no error" [ "$(counter errors)" -eq 0 ]

sed 's/^/# /' $COUNTERS
finish
