# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Sourced by tests that have the tool's top record what it sees in /run/top.csv.

# column NAME [VM]: a line for each row of VMs whose names begin so:
# "all" or the vCPU, and the value
column()
{
	awk -F, -v column="$1" -v vm="${2:-}" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) at = i; next }
		substr($2, 1, length(vm)) == vm { print $3 == "" ? "all" : $3, $at }' /run/top.csv
}

# recorded VM COLUMN [VCPU]: the value of the VM whose name begins so, or of that vCPU of it;
# if there are several, that of all of them together
recorded()
{
	column "$2" "$1" | awk -v OFMT=%.1f -v who="${3:-all}" '
		$1 == who { value = n++ ? value + $2 : $2 }
		END { print value }'
}

# share VM COLUMN: what the vCPUs of VMs whose names begin so have of what these VMs have,
# in per cent
share()
{
	column "$2" "$1" | awk '
		$1 == "all" { all += $2; next }
		{ sum += $2 }
		END { print all ? sum / all * 100 : 0 }'
}

# most COLUMN: the most that any VM has had, at any time
most()
{
	column "$1" | awk '
		$1 == "all" && $2 > most { most = $2 }
		END { print most + 0 }'
}
