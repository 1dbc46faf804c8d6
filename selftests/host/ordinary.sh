# SPDX-License-Identifier: GPL-2.0-only
#
# ordinary.sh SCHEME TIMES: what tasks take that have nothing to do with VMs, on a host
# where none has ever run: TIMES times, and in the mean,
#   pipe1      perf bench sched pipe, both processes on one CPU
#   pipe       the same on all CPUs
#   hackbench1 hackbench on one CPU
#   hackbench  the CPU time of hackbench on all CPUs. How long it takes there is a matter of
#              who happens to run beside whom.
# Prints
#   program 1:1,SCHEME,PROGRAM,NS
. ./lib.sh

scheme=$1 times=$2

# took PROGRAM: in ns
took()
{
	case $1 in
	pipe1)	elapsed taskset 1 perf bench sched pipe -l 2000 ;;
	pipe)	elapsed perf bench sched pipe -l 2000 ;;
	hackbench1) elapsed taskset 1 hackbench -g 1 -f 8 -l 100 ;;
	hackbench) elapsed -c hackbench -g 1 -f 8 -l 100 ;;
	esac 2>/dev/null
}

# takes PROGRAM: adds up in sum
takes()
{
	for _ in $(seq "$times"); do
		usleep "$(chance 20000)"
		ns=$(took "$1") && sum=$((sum + ns)) || return
	done
}

echo "lab: all started" >/dev/ttyS1
for program in pipe1 pipe hackbench1 hackbench; do
	# The first run finds cold caches.
	sum=0
	check "$program works" takes $program
	sum=0
	check "$program runs $times times" takes $program
	echo "program 1:1,$scheme,$program,$((sum / times))"
done
finish
