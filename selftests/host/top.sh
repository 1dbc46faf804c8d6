# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Sourced by tests that have the tool's top record what it sees in /run/top.csv.

# recorded VM COLUMN [VCPU]: the value of the VM whose name begins so, or of that vCPU of it;
# if there are several, that of all of them together
recorded()
{
	awk -F, -v OFMT=%.1f -v vm="$1" -v column="$2" -v vcpu="${3:-}" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) at = i; next }
		substr($2, 1, length(vm)) == vm && $3 == vcpu { value = n++ ? value + $at : $at }
		END { print value }' /run/top.csv
}
