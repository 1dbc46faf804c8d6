# SPDX-License-Identifier: GPL-2.0-only
#
# The host takes the hypercall back under the running guest, and gives it again
# (selftests/host/flip.sh). Not one flush may get lost.
. ./lib.sh

mode_is() { [ "$(cat $MODE)" = "$1" ]; }

# until_mode MODE: with flushes going on all the time, none of them stale
until_mode()
{
	i=0
	until mode_is "$1"; do
		stale-read -n 500 >/tmp/log 2>&1 || return 1
		# A write of "always" stands until a call is refused.
		[ "$1" = withdrawn ] || echo "$1" >$MODE
		i=$((i + 1))
		[ $i -lt 2000 ] || return 1
	done
}

check "the module loads" insmod $MODULE mode=always
check "withdrawn when the host refuses" until_mode withdrawn
check "refused calls were counted" [ "$(counter errors)" -gt 0 ]
ipis=$(flush_ipis)
check "no stale read then" stale-read -n 500
check "flushes are IPIs then" [ "$(flush_ipis)" -gt "$ipis" ]
check "the log says so once" [ "$(dmesg | grep -c 'has withdrawn')" -eq 1 ]

done=$(counter targets_done)
i=0
while [ "$(counter targets_done)" -eq "$done" ] && [ $i -lt 2000 ]; do
	echo always >$MODE
	stale-read -n 500 >/tmp/log 2>&1 || break
	i=$((i + 1))
done
check "hypercalls again when the host offers it again" \
	[ "$(counter targets_done)" -gt "$done" ]
finish
