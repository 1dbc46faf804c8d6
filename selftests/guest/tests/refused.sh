# SPDX-License-Identifier: GPL-2.0-only
#
# refused.sh REASON: the module does not load, says why, and leaves nothing.
# For "owner", another module has the function first.
. ./lib.sh

case $1 in
no-kvm)		why='not a KVM guest'
		! dmesg | grep -q 'Hypervisor detected: KVM' ||
			skip "this machine is a KVM guest itself" ;;
no-feature)	why='does not offer KVM_HC_FLUSH_TLB' ;;
no-rcu)		why='page tables are not freed by RCU' ;;
owner)		why='another module has done so'
		check "another owner of the function loads" \
			insmod /lab/modules/kvmoc_owner.ko ;;
*)		echo "refused.sh: no reason '$1'"; exit 1 ;;
esac

check "does not load" eval '! insmod $MODULE 2>/dev/null'
check "says why" eval 'dmesg | grep -q "kvm_overcommit: refused: .*$why"'
check "leaves nothing" [ ! -e /sys/module/kvm_overcommit ]

if [ "$1" = no-feature ] || [ "$1" = no-rcu ]; then
	check "loads with mode=off" insmod $MODULE mode=off
	# The page may tell of a moment ago.
	check "which tells the state of the vCPUs" \
		retry eval 'vcpu-state -l | grep -q "^[01] running"'
	check "another mode is refused" eval '! echo always 2>/dev/null >$MODE'
	check "and changes nothing" [ "$(cat $MODE)" = off ]
	check "says why again" \
		[ "$(dmesg | grep -c "kvm_overcommit: refused: .*$why")" -gt 1 ]
	check "unloads" rmmod kvm_overcommit
fi

if [ "$1" = owner ]; then
	check "the other owner is still there" \
		grep -q kvmoc_owner /proc/modules
	check "the other owner unloads" rmmod kvmoc_owner
	check "loads then" insmod $MODULE
	check "and is the owner now" \
		eval '! insmod /lab/modules/kvmoc_owner.ko 2>/dev/null'
	check "unloads" rmmod kvm_overcommit
	check "loads with mode=off" insmod $MODULE mode=off
	check "and owns nothing" insmod /lab/modules/kvmoc_owner.ko
	check "another mode is refused" eval '! echo always 2>/dev/null >$MODE'
	check "until the other one is gone" \
		eval 'rmmod kvmoc_owner && echo always >$MODE'
	check "which is the mode then" [ "$(cat $MODE)" = always ]
fi
finish
