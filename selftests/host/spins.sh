# SPDX-License-Identifier: GPL-2.0-only
#
# spins.sh kernel=NAME: vCPUs of two guests that know nothing of KVM spin for each other's
# locks and IPIs, and are taken off the CPU for it, with each of the parameters. The tool
# looks at them for one of the seconds for which they do.
. ./lib.sh
. ./vms.sh
. ./top.sh

kernel=${1#kernel=}
NS=3000000000

start() { vm_start "$1" "$kernel" 2 384 plain bench.sh; }

look()
{
	kvm-overcommit top --once --interval 1 --record /run/top.csv >/run/top
}

# grown NAME: by how much that statistic has
grown()
{
	n=$(echo "$text" | tr ' ' '\n' | sed -n "s/^$1=//p")
	echo "${n:-0}"
}

# seen COLUMN: by the tool, of both VMs, in whole numbers
seen() { recorded "" "$1" | sed 's/\..*//'; }

# told COLUMN ALL: something, and no more than there was in all
told()
{
	echo "# $1: $(seen "$1") of $2"
	[ "$(seen "$1")" -gt 0 ] && [ "$(seen "$1")" -le "$2" ]
}

# spun SCHEME
spun()
{
	check "the scheme is $1" scheme_set "$1"
	check "guests work" counted vms_work 2 hackbench $NS look
	echo "# $1$text"
	check "their vCPUs spin" [ "$(grown spin_exits)" -gt 0 ]
	check "and yield to each other" [ "$(grown spin_yields_successful)" -gt 0 ]
	check "the tool tells of their spinning" told ple "$(grown spin_exits)"
	check "and of their yields" told yield "$(grown spin_yields_successful)"
	check "of as many spins of each vCPU" within 95 105 share "" ple
	check "and yields" within 95 105 share "" yield
}

vm_each 2 start
check "two guests have booted" vm_each 2 vm_hear ready
spun upstream
check "nobody is throttled" [ "$(grown spin_yields_throttled)" -eq 0 ]
check "or awaited" [ "$(grown spin_yields_awaited)" -eq 0 ]
spun throttle
check "they are throttled" [ "$(grown spin_yields_throttled)" -gt 0 ]
check "the tool tells of that" told throttle \
	$(($(grown spin_yields_throttled) + $(grown spin_exits_early)))
check "of each vCPU, too" within 95 105 share "" throttle
spun boost
check "the targets of IPIs come first" [ "$(grown spin_yields_awaited)" -gt 0 ]
vm_each 2 vm_tell end
check "both have ended well" vm_each 2 vm_hear success
wait
finish
