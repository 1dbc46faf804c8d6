# SPDX-License-Identifier: GPL-2.0-only
#
# A stock host whose KVM is exchanged as its operator does it: the patched one works as
# in a kernel with the series, the kernel's own comes back, and nothing is lost when that
# is refused, or fails.
. ./lib.sh
. ./kvm-selftest.sh
. ./stock-modules.sh
. ./vms.sh

updates=/lib/modules/$(uname -r)/updates/dkms
vendor=amd
! grep -qw vmx /proc/cpuinfo || vendor=intel

# skipped PROGRAM: as there is nothing of what it is about
skipped()
{
	/lab/bin/"$1" >/run/selftest 2>&1
	[ $? -eq 4 ]
}

absent() { kvm-overcommit status | grep -q "^  $1 *absent"; }

# vm_runs: it has been seen in debugfs
vm_runs()
{
	for _ in $(seq 50); do
		[ ! -d "$(echo /sys/kernel/debug/kvm/$vm-*)" ] || return 0
		sleep 0.2
	done
	return 1
}

# says_again: when it has looked for VMs, which it does now and then
says_again()
{
	sleep 2
	grep -q "^missing: VMs.* start top again" /run/across
}

look() { kvm-overcommit top --once --interval 1 --json >/run/top; }
told() { grep -qE "$1" /run/top; }

# known_of_record: what gather records is enough to know which modules are loaded
known_of_record()
{
	rm -rf /run/tree
	gather /run/tree >/dev/null &&
		kvm-overcommit modules >/run/modules && kvm-overcommit modules --root /run/tree >/run/again &&
		grep -q "patched *loaded" /run/modules && diff /run/modules /run/again
}

check "the patched modules are loaded" loaded patched
check "with the options in modprobe.d" [ "$(cat /sys/module/kvm/parameters/hc_flush_tlb)" = Y ]
check "the scheduler's part is absent, and said to be" absent "vCPUs on different runqueues"
check "a record of this host tells so, too" known_of_record
for program in hc_flush_tlb_test hc_flush_tlb_load_test directed_yield_test; do
	check "patched: $program" run_selftest $program
done
check "patched: KVM's other selftests" theirs_pass

/lab/bin/hc_flush_tlb_stress_test -m fuzz -n 1000000000 >/dev/null 2>&1 &
vm=$!
check "a VM runs" vm_runs
check "it is in the way of the stock modules" refused "KVM is in use: $vm-" stock
check "they are not loaded, and it runs on" eval 'loaded patched && kill -0 $vm'
kill -9 $vm
wait $vm 2>/dev/null

check "a knob is set, and for the next load" \
	kvm-overcommit set kvm.throttle_yield_to=1 --persist
kvm-overcommit top --batch --interval 1 >/run/across 2>&1 &
across=$!
sleep 3
check "back to the stock modules" modules stock
check "they are loaded" loaded stock
check "a top that was there before says to start it again" retry says_again
kill $across
check "they have no hypercall" skipped hc_flush_tlb_test
for mechanism in "TLB shootdown by hypercall" "limit on directed yields" "yields to targets of IPIs"; do
	check "the tool knows of none: $mechanism" absent "$mechanism"
done
vm_start 1 lab 2 192 "" busy.sh 1
vm=$!
check "a guest runs on the stock KVM" vm_hear ready 1
check "top looks" look
for column in run wait preempt halt poll; do
	check "it has $column" told '"name":[^{]*"'$column'":[0-9]'
done
for column in ple yield throttle flush defer; do
	check "it has no $column" told '"name":[^{]*"'$column'":null'
done
check "and says why" told "PLE exits: only counted by a kernel with the series"
kill -9 "$vm"
wait "$vm" 2>/dev/null
check "KVM's other selftests come to the same" theirs_pass
check "what is loaded needs no exchange" modules stock

# The stock KVM has no such parameter, and does not mind.
echo "options kvm hc_flush_tlb=maybe" >/etc/modprobe.d/wrong.conf
check "modules that fail as they are loaded" refused "KVM could not be loaded" patched
check "and the stock ones are loaded again" loaded stock
rm /etc/modprobe.d/wrong.conf

device=$(stat -c %i /dev/kvm)
mv "$updates/kvm-$vendor.ko" /run/
head -c 100000 "/run/kvm-$vendor.ko" >"$updates/kvm-$vendor.ko"
check "a module that is damaged" refused "the kernel refuses .*/kvm-$vendor.ko" patched
check "the stock ones have been loaded all the time" [ "$(stat -c %i /dev/kvm)" = "$device" ]
rm "$updates/kvm-$vendor.ko"
check "a module that is missing" refused "there are no patched modules" patched
mv "/run/kvm-$vendor.ko" "$updates/"

check "the patched ones again" modules patched
check "they are loaded again" loaded patched
check "the knob is as it was told before" [ "$(cat /sys/module/kvm/parameters/throttle_yield_to)" = Y ]
check "again: hc_flush_tlb_test" run_selftest hc_flush_tlb_test

# What top takes statistics of vCPUs for is to trace their process. Yama may forbid that to
# all, until the next boot.
of_vcpus='"vcpu":0,[^}]*"halt":'
vm_start 2 lab 2 192 "" busy.sh 1
vm=$!
check "a guest runs" vm_hear ready 2
check "top looks" look
check "it has statistics of a vCPU" told "${of_vcpus}[0-9]"
check "Yama lets nobody trace" eval 'echo 3 >/proc/sys/kernel/yama/ptrace_scope'
check "top looks again" look
check "it has none now" told "${of_vcpus}null"
check "and says why" told "vCPUs: root may not see them, where tracing processes is restricted"
check "it has those of the VM still" told '"name":[^{]*"halt":[0-9]'
kill -9 "$vm"
finish
