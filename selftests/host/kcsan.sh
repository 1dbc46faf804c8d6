# SPDX-License-Identifier: GPL-2.0-only
#
# kcsan.sh PROGRAM...: run them on a host with KCSAN. Reports, which the runner
# finds on the console, are asked for about the hypercall's own functions
# and those that its inline ones are part of.
. ./lib.sh
. ./kvm-selftest.sh

kcsan=/sys/kernel/debug/kcsan

functions()
{
	sed -n 's/^[^ ]* [tT] \(\(kvm_\)\?pv_\(flush_\)\?tlb_[^ 	]*\).*/\1/p' \
		/proc/kallsyms
	echo vcpu_enter_guest
	echo kvm_arch_vcpu_ioctl_run
}

watch_functions()
{
	echo whitelist >$kcsan || return
	for f in $(functions | sort -u); do
		# A static one may have been inlined altogether.
		! grep -q " $f\b" /proc/kallsyms || echo "!$f" >$kcsan || return
	done
	echo on >$kcsan
}

# Everywhere, not only where reports are wanted.
races() { sed -n 's/^data_races: //p' $kcsan; }

check "KCSAN watches our functions" watch_functions
for program in "$@"; do
	check "$program" run_selftest "$program"
done
echo off >$kcsan
sed 's/^/  /' $kcsan
check "and it does find races in this kernel" [ "$(races)" -gt 0 ]
finish
