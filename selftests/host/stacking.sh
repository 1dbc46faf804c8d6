# SPDX-License-Identifier: GPL-2.0-only
#
# stacking.sh VMS CPUS MEM MS SCHEMES: for what share of MS milliseconds two vCPUs of a VM
# are on one runqueue, with VMS VMs of CPUS vCPUs and MEM MiB that compute all the time but
# for short breaks, by scheme (vms.sh), and a map of which one runs where. Prints
#   stacking SCHEME,VM,PERCENT
#   map SCHEME CPU FROM-MS TO-MS VM VCPU
. ./lib.sh
. ./vms.sh

vms=$1 cpus=$2 mem=$3 ms=$4
schemes=$(echo "$5" | tr , ' ')
TRACE=/lab/trace/trace
MAP_MS=120
SETTLE_US=300000
INSTANCE=/sys/kernel/tracing/instances/kvm-overcommit
QEMU=qemu-system-x86_64-microvm

start() { vm_start "$1" lab "$cpus" "$mem" "" busy.sh; }

# traced RECIPE MICROSECONDS: setting a trace up would take three times as long beside what
# is traced, and telling what is in it far longer: so it comes first, next to nothing of it
# runs while the trace lasts, and the VMs are stopped then. It is real-time: a task with a
# high priority is so much load that vCPUs are moved for it, and not moved back until it
# has been forgotten. What is recorded while they come back to its CPU is thrown away.
traced()
{
	chrt -f 1 $TRACE "$1" -- sh -c "
		echo 0 >$INSTANCE/tracing_on
		usleep $SETTLE_US
		echo >$INSTANCE/trace
		echo 1 >$INSTANCE/tracing_on
		usleep $2
		killall -STOP $QEMU" >/run/answer
	rc=$?
	killall -CONT $QEMU
	return $rc
}

mount -t tracefs tracefs /sys/kernel/tracing
vm_each "$vms" start
check "all guests have booted" vm_each "$vms" vm_hear ready
# Under Bochs each seed begins here.
echo "lab: all started" >/dev/ttyS1
for scheme in $schemes; do
	check "the scheme is $scheme" scheme_set "$scheme"
	usleep "$(chance 20000)"
	check "stacking is traced" counted traced stacking $((ms * 1000))
	awk -v scheme="$scheme" '$2 == "any" {
		print "stacking " scheme "," ++n "," $NF }' /run/answer
	check "of all VMs" [ "$(grep -c ' any ' /run/answer)" -eq "$vms" ]
	sed 's/^/# /' /run/answer
	echo "# $scheme$text"
	case $scheme in
	upstream|all) ;;
	*)	continue ;;
	esac
	check "a map is traced" traced map $((MAP_MS * 1000))
	# The time is up when who stops the VMs takes a CPU: that is not to be seen.
	awk -v scheme="$scheme" -v end=$MAP_MS '
		$1 ~ /^[0-9]+$/ && $2 < end {
			if ($3 > end)
				$3 = end
			print "map", scheme, $0
		}' /run/answer
done
finish
