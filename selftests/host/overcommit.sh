# SPDX-License-Identifier: GPL-2.0-only
#
# overcommit.sh kernel=NAME GUESTS CPUS MEM LOADS MS PROGRAMS SCHEMES: the throughput of
# real programs, at each load in as many VMs as that says, all of them with the same one,
# with CPUS vCPUs and MEM MiB each. GUESTS are pv, or lab-guest's CPU flags, as plain.
# LOADS is a list as 1-2-3, PROGRAMS one of those of selftests/guest/tests/bench.sh,
# SCHEMES of those of vms.sh, with commas between.
# Each program runs for MS milliseconds of virtual time or more. Prints
#   program LOAD,SCHEME,PROGRAM,NS
# where NS is the time that one unit of the work takes in all VMs together, and what the
# host has counted meanwhile.
. ./lib.sh
. ./vms.sh

kernel=${1#kernel=} cpus=$3 mem=$4 ms=$6
loads=$(echo "$5" | tr - ' ')
programs=$(echo "$7" | tr , ' ')
schemes=$(echo "$8" | tr , ' ')
flags=${2#pv}
most=$(echo "$loads" | tr ' ' '\n' | sort -n | tail -n 1)

# guests COMMAND ARGUMENT...: for each that runs at this load
guests() { vm_each "$load" "$@"; }

start() { vm_start "$1" "$kernel" "$cpus" "$mem" "$flags" bench.sh; }

# measured GUEST: what it has done, and that is not nothing, is added to the sum of all
measured()
{
	vm_hear "done" "$1" && [ "${answer%% *}" != 0 ] && sum="$sum $answer"
}

# window PROGRAM
window()
{
	sum=""
	guests vm_tell "run $1 $((ms * 1000000))" && guests measured &&
		guests vm_tell stop && guests vm_hear stopped
}

# turned N WORD...: the words, from the one behind the first N on
turned()
{
	n=$1
	shift
	for _ in $(seq "$n"); do
		set -- "$@" "$1"
		shift
	done
	echo "$@"
}

load=$most
guests start
check "all guests have booted" guests vm_hear ready
# The first time finds cold caches.
ms_wanted=$ms ms=1
for program in $programs; do
	check "$program works" window "$program"
done
ms=$ms_wanted
# Under Bochs each seed begins here.
echo "lab: all started" >/dev/ttyS1
# Who comes first finds other caches than the rest: that is to be nobody's lot.
schemes=$(turned "$(chance "$(echo "$schemes" | wc -w)")" $schemes)
for scheme in $schemes; do
	check "the scheme is $scheme" scheme_set "$scheme"
	for load in $loads; do
		for program in $programs; do
			usleep "$(chance 20000)"
			check "$program has run" counted window "$program"
			echo "program $load:1,$scheme,$program,$(echo "$sum" | awk '{
				for (i = 1; i < NF; i += 2)
					rate += $i / $(i + 1)
				printf "%.0f", 1 / rate }')"
			echo "# $load:1,$scheme,$program$text"
		done
	done
done
load=$most
guests vm_tell end
check "all guests have ended well" guests vm_hear success
wait
finish
