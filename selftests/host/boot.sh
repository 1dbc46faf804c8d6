# SPDX-License-Identifier: GPL-2.0-only
#
# boot.sh kernel=NAME CPUS MEM SCHEMES: how long a VM with CPUS vCPUs and MEM MiB takes
# from QEMU's start to the guest's first process, with each of SCHEMES, those of vms.sh
# with commas between. Prints
#   program 1:1,SCHEME,boot,NS
# in steps of 10 ms, and what the host has counted meanwhile.
. ./lib.sh
. ./vms.sh

kernel=${1#kernel=} cpus=$2 mem=$3
schemes=$(echo "$4" | tr , ' ')

# In hundredths of seconds.
now() { sed 's/ .*//; s/\.//' /proc/uptime; }

# up: in ticks, how long it has taken
up()
{
	ticks=$(now)
	vm_start 1 "$kernel" "$cpus" "$mem" "" "up.sh,$cpus"
	qemu=$!
	vm_hear ready 1 || return
	ticks=$(($(now) - ticks))
}

down()
{
	vm_tell end 1
	vm_hear success 1 || return
	wait $qemu
	rm -f /run/guest/1.*
}

check "it boots" up
check "it ends well" down
# Under Bochs each seed begins here.
echo "lab: all started" >/dev/ttyS1
for scheme in $schemes; do
	check "the scheme is $scheme" scheme_set "$scheme"
	usleep "$(chance 20000)"
	check "it boots" counted up
	echo "program 1:1,$scheme,boot,$((ticks * 10000000))"
	echo "# $scheme$text"
	check "it ends well" down
done
finish
