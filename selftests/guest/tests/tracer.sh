# SPDX-License-Identifier: GPL-2.0-only
#
# tracer.sh: the function that the module diverts is traced, by the function tracer
# and by that of the function graph, which changes return addresses: before the
# module comes, while it works, and after it has gone.
. ./lib.sh

T=/sys/kernel/tracing
ORIGINAL='[a-z]*_flush_tlb_multi'
mount -t tracefs tracefs $T 2>/dev/null

work() { stale-read -n 200 >/tmp/log 2>&1; }

# trace TRACER: from now on, the original and nothing else
trace()
{
	echo nop >$T/current_tracer
	echo "$ORIGINAL" >$T/set_ftrace_filter
	echo "$1" >$T/current_tracer
}

# traced: work is, and nothing of it is lost
traced()
{
	echo >$T/trace
	work && grep -q "$ORIGINAL" $T/trace
}

# diverted: flushes go to the host
diverted()
{
	done=$(counter targets_done)
	work && [ "$(counter targets_done)" -gt "$done" ]
}

for tracer in function function_graph; do
	grep -qw $tracer $T/available_tracers || {
		echo "# this kernel has no tracer '$tracer'"
		continue
	}
	check "$tracer: traces" trace $tracer
	check "$tracer: sees flushes" traced
	check "$tracer: the module loads" insmod $MODULE mode=always
	check "$tracer: flushes are diverted" diverted
	check "$tracer: and traced" traced
	check "$tracer: it ends, with the module there" trace nop
	check "$tracer: flushes are diverted still" diverted
	check "$tracer: it comes, with the module there" trace $tracer
	check "$tracer: flushes are diverted and traced" eval 'diverted && traced'
	check "$tracer: tracing is switched off for all" \
		eval 'echo 0 >/proc/sys/kernel/ftrace_enabled'
	check "$tracer: then nothing is lost" work
	check "$tracer: and on again" \
		eval 'echo 1 >/proc/sys/kernel/ftrace_enabled'
	check "$tracer: flushes are diverted again" diverted
	check "$tracer: the module unloads" rmmod kvm_overcommit
	check "$tracer: and is still there" traced
	check "$tracer: ends" trace nop
done
check "nothing is lost after all that" work
check "the function graph was among them" \
	grep -qw function_graph $T/available_tracers
finish
