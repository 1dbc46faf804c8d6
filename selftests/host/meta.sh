# SPDX-License-Identifier: GPL-2.0-only
#
# meta.sh KIND: not a test of anything but the runner, which must see it pass,
# fail, skip, hang, stall or crash.
. ./lib.sh

case $1 in
pass)	check "this one passes" true ;;
fail)	check "this one fails" false ;;
quiet)	exit 1 ;;
skip)	skip "this one cannot run, for a reason" ;;
hang)	echo "about to hang" >/dev/console
	sleep 100000 ;;
stall)	echo "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks" >/dev/kmsg
	sleep 100000 ;;
splat)	check "this one passes, and warns" true
	# The kernel's own words, as WARN() has them.
	for line in '------------[ cut here ]------------' \
		    'WARNING: CPU: 0 PID: 1 at lab/meta.c:1 meta+0x0/0x10' \
		    '---[ end trace 0000000000000000 ]---'; do
		echo "$line" >/dev/kmsg
	done
	sleep 1 ;;
crash)	echo c >/proc/sysrq-trigger ;;
mute)	finish ;;
esac
finish
