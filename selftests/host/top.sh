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

# share VM COLUMN: what the vCPUs of VMs whose names begin so have of what these VMs have,
# in per cent
share()
{
	awk -F, -v vm="$1" -v column="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) at = i; next }
		substr($2, 1, length(vm)) != vm { next }
		$3 == "" { all += $at; next }
		{ sum += $at }
		END { print all ? sum / all * 100 : 0 }' /run/top.csv
}

# most COLUMN: the most that any VM has had, at any time
most()
{
	awk -F, -v column="$1" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) at = i; next }
		$3 == "" && $at > most { most = $at }
		END { print most + 0 }' /run/top.csv
}
