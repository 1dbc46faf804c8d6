# SPDX-License-Identifier: GPL-2.0-only
#
# adaptive.sh alone|shared|unaware: the module's default mode, in a guest that has
# its CPUs for itself, or shares them, or has no steal time to tell.
. ./lib.sh

workload() { shootdown -n 30 -d 20000 -o mprotect -p 1 >/dev/null; }

# until COMMAND...: work goes on until COMMAND is true, but not for ever
until_true()
{
	tries=0
	until "$@"; do
		workload
		tries=$((tries + 1))
		[ $tries -lt 200 ] || return 1
	done
}

more_than() { [ "$(counter "$1")" -gt "$2" ]; }

# by_ipi OPERATOR [SLACK]: CPUs left to IPIs, against those that had to be, as the
# host has not done them. Flushes go on while the counters are read.
by_ipi()
{
	counters_agree "n[\"targets_by_ipi\"] $1
		n[\"targets_not_done\"] + n[\"targets_refused\"] + ${2:-0}"
}

# IPIs by choice: many, or not one.
ipis_by_choice() { by_ipi '>' 20; }
no_ipi_by_choice() { by_ipi '=='; }

# In ticks of 10 ms
uptime_ticks() { awk '{ print int($1 * 100) }' /proc/uptime; }
stolen_ticks() { awk '$1 == "cpu" { print $9 }' /proc/stat; }

# On a busy machine even a guest with CPUs of its own may wait all the time. If it
# has, 1 % at least of it was stolen; for rounding, half of that will do.
ipis_unless_waited()
{
	uptime=$(uptime_ticks)
	stolen=$(stolen_ticks)
	until_true ipis_by_choice && return
	uptime=$(($(uptime_ticks) - uptime))
	stolen=$(($(stolen_ticks) - stolen))
	echo "# there were no IPIs: $stolen of $uptime ticks were stolen"
	[ $((stolen * 200)) -ge $uptime ]
}

# The flushes that the workload makes: of one page, from the first CPU
bandit() { awk '$1 == 0 && $2 == 1 && $3 == "address"' $DEBUGFS/choice; }

both_tried() { bandit | awk '{ ok = $4 && $5 } END { exit !ok }'; }

by_choice()
{
	echo $(($(counter targets_by_ipi) - $(counter targets_not_done)))
}

# Twice as often at least, unless it is hardly faster, or that changes meanwhile:
# then there is no saying.
faster_one_is_taken()
{
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		before=$(bandit)
		hypercalls=$(counter hypercalls)
		ipis=$(by_choice)
		workload
		workload
		hypercalls=$(($(counter hypercalls) - hypercalls))
		ipis=$(($(by_choice) - ipis))
		verdict=$(printf '%s\n%s\n' "$before" "$(bandit)" |
			awk -v h=$hypercalls -v i=$ipis '
			{ clear += $4 > $5 * 1.2; clear -= $5 > $4 * 1.2 }
			END { if (clear == 2) print (h > 2 * i ? "right" : "wrong")
			      else if (clear == -2) print (i > 2 * h ? "right" : "wrong")
			      else print "open" }')
		echo "# $ipis IPIs, $hypercalls hypercalls: $verdict"
		[ "$verdict" = open ] || break
	done
	[ "$verdict" != wrong ]
}

# grows COUNTER: while work is done
grows()
{
	before=$(counter "$1")
	until_true more_than "$1" "$before"
}

# Who was not done is left to an IPI: with a flush under way, a moment later.
accounted() { by_ipi '>='; }

# The kernel counts a flush once, whoever has done it.
counted_once()
{
	before=$(sed -n 's/^nr_tlb_remote_flush //p' /proc/vmstat)
	calls=$(counter calls)
	workload
	after=$(sed -n 's/^nr_tlb_remote_flush //p' /proc/vmstat)
	[ -z "$before" ] || [ $((after - before)) -ge $(($(counter calls) - calls)) ]
}

in_latency()
{
	awk -v column="$1" 'NR == 1 { for (i = 1; i <= NF; i++)
				at[$i] = i; next }
			    { n += $at[column] } END { exit !n }' $DEBUGFS/latency
}

per_cpu_adds_up()
{
	awk 'NR == FNR { sum[$1] = $2; next }
	     FNR == 1 { for (i = 2; i <= NF; i++) name[i] = $i; next }
	     { for (i = 2; i <= NF; i++) got[name[i]] += $i; rows++ }
	     END { for (n in sum) bad += got[n] != sum[n]; exit bad || !rows }' \
		$COUNTERS $DEBUGFS/per_cpu
}

EVENT=/sys/kernel/debug/tracing/events/kvm_overcommit/kvmoc_flush
TRACE=/sys/kernel/debug/tracing/trace

traced()
{
	echo >$TRACE
	echo 1 >$EVENT/enable
	workload
	echo 0 >$EVENT/enable
	grep -q 'kvmoc_flush: targets=1 deferred=[01] by_hypercall=[01] by_ipi=[01] scheme=[a-z]' $TRACE
}

check "loads" insmod $MODULE uncontended=hypercall
check "mode is adaptive" [ "$(cat $MODE)" = adaptive ]
check "those that run get a hypercall" grows hypercalls
if [ "$1" = shared ]; then
	check "those that don't are left a note" grows targets_deferred
	check "that is in the histogram" in_latency deferred
fi
check "hypercalls are in the histogram" in_latency hypercall
check "no IPI by choice" no_ipi_by_choice

echo ipi >$UNCONTENDED
case $1 in
alone)	check "IPIs if nobody waits" ipis_unless_waited ;;
shared)	check "still hypercalls if somebody has to wait" grows hypercalls ;;
unaware)
	check "IPIs if nobody is seen waiting" until_true ipis_by_choice
	check "that is in the histogram" in_latency ipi
	check "nobody was left a note" [ "$(counter targets_deferred)" -eq 0 ] ;;
esac

check "another value is refused" \
	eval '! echo perhaps 2>/dev/null >$UNCONTENDED'
check "and changes nothing" [ "$(cat $UNCONTENDED)" = ipi ]
echo auto >$UNCONTENDED
if [ "$1" = unaware ]; then
	check "auto tries both, and tells" until_true both_tried
	check "then takes the faster one" faster_one_is_taken
	sed 's/^/# /' $DEBUGFS/choice
fi

check "every target is accounted for" accounted
check "the kernel has counted the flushes" counted_once
check "no errors" [ "$(counter errors)" -eq 0 ]
check "the CPUs' counters add up" per_cpu_adds_up
check "the trace event tells what was done" traced
check "unloads" rmmod kvm_overcommit
sleep 1
check "and nothing comes back" [ ! -e /sys/module/kvm_overcommit ]
finish
