# SPDX-License-Identifier: GPL-2.0-only
#
# boot.sh kernel=NAME CPUS MEM TIMES SCHEMES: how long a VM with CPUS vCPUs and MEM MiB
# takes from QEMU's start to the guest's first process, TIMES times for each of SCHEMES,
# those of vms.sh with commas between. Prints
#   program 1:1,SCHEME,boot,NS
# with the mean, in steps of 10 ms, and what the host has counted meanwhile.
. ./lib.sh
. ./vms.sh

kernel=${1#kernel=} cpus=$2 mem=$3 times=$4
schemes=$(echo "$5" | tr , ' ')

# In hundredths of seconds.
now() { sed 's/ .*//; s/\.//' /proc/uptime; }

boot()
{
	begin=$(now)
	vm_start 1 "$kernel" "$cpus" "$mem" "" "up.sh,$cpus" && vm_hear ready 1 || return
	ticks=$((ticks + $(now) - begin))
	vm_hear success 1
	rc=$?
	wait $!
	rm -f /run/guest/1.*
	return $rc
}

boots()
{
	ticks=0
	for _ in $(seq "$times"); do
		usleep "$(chance 20000)"
		boot || return
	done
}

check "it boots" boot
# Under Bochs each seed begins here.
echo "lab: all started" >/dev/ttyS1
for scheme in $schemes; do
	check "the scheme is $scheme" scheme_set "$scheme"
	check "it boots $times times" counted boots
	echo "program 1:1,$scheme,boot,$((ticks * 10000000 / times))"
	echo "# $scheme$text"
done
finish
