# SPDX-License-Identifier: GPL-2.0-only
#
# tool-cost.sh VMS CPUS: what "kvm-overcommit top" takes of a CPU, by the scheduler's
# account, without tracing and with it, with so many VMs of so many vCPUs each. They halt by
# their first instruction, or wait for the first vCPU: for what it takes to look at a vCPU, that
# makes no difference, unless it is traced, and has to be interrupted. What events cost, VMs pay.
# (One that has never run has no thread yet, for KVM.)
. ./lib.sh
. ./vms.sh

vms=$1 cpus=$2
SECONDS_MEASURED=20

vms_start()
{
	for _ in $(seq "$vms"); do
		vm_halts "$cpus"
	done
}

# vcpus NUMBER: that many have run
vcpus() { [ "$(cat /sys/kernel/debug/kvm/*/vcpu*/pid | grep -c '[1-9]')" -eq "$1" ]; }

all_there()
{
	for _ in $(seq 600); do
		! vcpus $((vms * cpus)) 2>/dev/null || return 0
		sleep 1
	done
	return 1
}

# cpu_time PID: in ns
cpu_time() { sed 's/ .*//' "/proc/$1/schedstat"; }

# costs [OPTION]: less than one percent, with that
costs()
{
	kvm-overcommit top --batch --interval 2 ${1:-} >/run/top 2>&1 &
	top=$!
	# It has found all of them, and has printed something.
	sleep 10
	check "top ${1:-} sees all of them" [ "$(awk 'NF > 10 && $3 == '"$cpus"' { n[$1]++ }
		END { for (vm in n) all++; print all + 0 }' /run/top)" -eq "$vms" ]
	before=$(cpu_time $top)
	sleep $SECONDS_MEASURED
	after=$(cpu_time $top)
	kill $top
	wait $top
	echo "# top ${1:-}: $(awk "BEGIN { printf \"%.2f\",
		($after - $before) / 1e7 / $SECONDS_MEASURED }") % of a CPU"
	check "it takes less than one percent of a CPU" \
		[ $((after - before)) -lt $((SECONDS_MEASURED * 10000000)) ]
}

vms_start
check "there are $((vms * cpus)) vCPUs" all_there
costs
mount -t tracefs tracefs /sys/kernel/tracing
costs --trace
check "it has traced all of them" eval \
	"grep -q '[0-9]\$' /run/top && ! grep '^missing: events\|^missing: KVM.s stat' /run/top"
killall -9 qemu-system-x86_64-microvm
finish
