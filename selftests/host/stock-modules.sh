# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by tests of a stock host, whose KVM is exchanged by the tool.

modules() { kvm-overcommit modules "$@" >/run/modules 2>&1; }

# loaded ORIGIN: as the tool says, and as the kernel does
loaded()
{
	modules && grep -q "^  $1 *loaded" /run/modules || return
	case $1 in
	patched) [ -e /sys/module/kvm/parameters/hc_flush_tlb ] ;;
	stock)	 [ ! -e /sys/module/kvm/parameters/hc_flush_tlb ] ;;
	esac
}

# refused PATTERN ORIGIN: with that error, and a remedy
refused()
{
	! modules "$2" && grep -q "error: $1" /run/modules &&
		grep -q 'remedy: ' /run/modules
}
