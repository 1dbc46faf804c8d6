# SPDX-License-Identifier: GPL-2.0-only
#
# meta.sh KIND: not a test of anything but the runner, which must see it pass,
# fail, skip, hang, stall, crash, or lose a guest by the emulator's fault.
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
twice)	check "this one passes, but for a guest's console" true
	# As the kernel of a guest has it.
	for line in 'traps: PANIC: double fault, error_code: 0x0' \
		    'RIP: 0010:asm_sysvec_apic_timer_interrupt+0x0/0x20'; do
		echo "g| $line" >/dev/ttyS2
	done
	sleep 1 ;;
lost)	check "this one passes, but for a guest that has stopped" true
	# As init-host has it.
	echo 'g| lab: vCPU 0: HLT=1 RIP=ffffffff81e0f00f ISR=236 IRR=none' >/dev/ttyS2
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
