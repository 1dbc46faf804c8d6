# SPDX-License-Identifier: GPL-2.0-only
#
# What perf and kvm_stat tell of the hypercall: its tracepoint with each field,
# its exits, its statistics; and that the numbers agree.
. ./lib.sh

KVM=/sys/kernel/debug/kvm
EVENT=kvm:kvm_hc_flush_tlb
FIELDS="hc_flush_tlb_calls hc_flush_tlb_targets hc_flush_tlb_deferred
	hc_flush_tlb_not_done hc_flush_tlb_full hc_flush_tlb_addrs"
LOAD=hc_flush_tlb_perf_test

# quiet COMMAND...: what it prints is of interest if it fails
quiet()
{
	"$@" >/run/output 2>&1 && return
	rc=$?
	sed 's/^/# /' /run/output
	return $rc
}

# remap PERF-COMMAND...: the selftest's calls, all forms, the same number each time
remap() { quiet "$@" -- /lab/bin/hc_flush_tlb_load_test -t remap; }

# counted EVENT: by perf stat
counted() { sed -n "s/^\([0-9]*\),.*$1,.*/\1/p" /run/stat; }

# All of that guest's hypercalls are flushes.
perf_stat()
{
	remap perf stat -a -x, -o /run/stat -e $EVENT,kvm:kvm_hypercall &&
		calls=$(counted $EVENT) && [ "$calls" -gt 0 ] &&
		[ "$calls" -eq "$(counted kvm:kvm_hypercall)" ]
}

print_trace() { perf script -i "$1" -F trace:event,trace >/run/script; }

# traced FIELD: its sum over all calls
traced()
{
	awk -v field="$1" '
		{ for (i = 1; i < NF; i++) if ($i == field) n += $(i + 1) }
		END { print n + 0 }' /run/script
}

perf_script()
{
	remap perf record -q -a -N -o /run/perf.data -e $EVENT &&
		print_trace /run/perf.data &&
		[ "$(wc -l </run/script)" -eq "$calls" ]
}

# shown REGEX: by perf script
shown() { grep -qE "$1" /run/script; }

# It names exits as KVM does, which differs by vendor, and not the hypercalls.
perf_kvm_stat()
{
	remap perf kvm stat record -a -o /run/kvm.data &&
		perf kvm -i /run/kvm.data stat report --event=vmexit \
			>/run/report 2>&1 &&
		[ "$(awk '/^ *(hypercall|VMCALL) / { print $2 }' /run/report)" = \
			"$calls" ]
}

# KVM drops a VM's statistics with the VM: one is stopped in the middle, with
# perf recording since before its first call.
frozen() { ! cat /proc/"$(pidof $LOAD)"/task/*/stat | grep -qv '^[0-9]* (.*) T'; }

freeze()
{
	perf record -q -a -N -o /run/load.data -e $EVENT -- \
		/lab/bin/$LOAD -n 1000 >/run/load 2>&1 &
	load=$!
	until [ "$(cat $KVM/hc_flush_tlb_targets)" -gt 1000 ]; do
		kill -0 $load || return
		sleep 0.1
	done
	killall -STOP $LOAD
	until frozen; do
		sleep 0.1
	done
}

end_load()
{
	killall -KILL $LOAD
	wait $load
	print_trace /run/load.data
}

kvm_stat_batch() { kvm_stat -d -i -1 -f hc_flush_tlb >/run/kvm_stat; }

# statistic FIELD: as kvm_stat has printed it
statistic() { awk -v field="$1" '$1 == field { print $2 }' /run/kvm_stat; }

# agree FIELD: kvm_stat's sum is perf's
agree() { [ "$(statistic "hc_flush_tlb_$1")" = "$(traced "$1")" ]; }

kvm_stat_log()
{
	: >/run/log
	PYTHONUNBUFFERED=1 kvm_stat -d -i -l -s 0.1 -f hc_flush_tlb >/run/log &
	until [ "$(wc -l </run/log)" -gt 1 ] || ! kill -0 $!; do
		sleep 0.1
	done
	kill $!
	[ "$(head -n 1 /run/log | wc -w)" -eq "$(echo $FIELDS | wc -w)" ]
}

kvm_stat_tracepoints()
{
	kvm_stat -t -f help >/run/events && grep -qw kvm_hc_flush_tlb /run/events
}

mount -t tracefs tracefs /sys/kernel/tracing

check "perf stat counts the tracepoint" perf_stat
echo "# $calls calls"
check "perf script prints each call" perf_script
check "with its fields" \
	shown ' vcpu 0 targets 2 deferred [0-2] not_done [0-2] start 0x[0-9a-f]+ nr [01] shift (0|12)$'
check "a full flush" shown 'start 0x0 nr 0 shift 0'
check "a single address" shown 'start 0x[1-9a-f][0-9a-f]*000 nr 1 shift 12'
check "perf kvm stat reports the exits" perf_kvm_stat
sed 's/^/# /' /run/report

check "a guest makes calls until it is stopped" freeze
check "kvm_stat prints statistics" kvm_stat_batch
for field in $FIELDS; do
	check "among them $field" grep -q "^$field " /run/kvm_stat
done
check "kvm_stat logs them" kvm_stat_log
check "kvm_stat knows the tracepoint" kvm_stat_tracepoints
end_load
sed 's/^/# /' /run/kvm_stat
check "hc_flush_tlb_calls is what perf has seen" \
	[ "$(statistic hc_flush_tlb_calls)" = "$(wc -l </run/script)" ]
for field in targets deferred not_done; do
	check "hc_flush_tlb_$field, too" agree $field
done
finish
