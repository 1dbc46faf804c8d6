# SPDX-License-Identifier: GPL-2.0-only
#
# stale-read.sh ROUNDS MODE|reload: pages are remapped under readers on the other
# vCPUs, flushes by the host. With "reload", the module comes and goes and
# changes its mode meanwhile.
. ./lib.sh

rounds=$1
mode=$2
[ "$mode" != reload ] || mode=adaptive

check "the module loads" insmod $MODULE mode="$mode"
if [ "$2" = reload ]; then
	while [ ! -e /tmp/stop ]; do
		echo off >$MODE
		echo always >$MODE
		echo adaptive >$MODE
		rmmod kvm_overcommit
		insmod $MODULE
		echo again >>/tmp/reloads
	done &
fi
check "no stale read in $rounds rounds" \
	eval 'stale-read -n $rounds >/tmp/log 2>&1'
sed 's/^/# /' /tmp/log

if [ "$2" = reload ]; then
	: >/tmp/stop
	wait
	check "the module was loaded again meanwhile" \
		[ "$(wc -l </tmp/reloads)" -gt 2 ]
else
	check "flushes went to the host" \
		[ $(($(counter targets_done) + $(counter targets_deferred))) \
			-gt "$((rounds / 2))" ]
fi
sed 's/^/# /' $COUNTERS
check "the stress can fail: it sees a stale read made on purpose" \
	eval '! stale-read -x -n 200000 >/tmp/broken 2>&1'
check "for that reason" grep -qi 'stale read' /tmp/broken
finish
