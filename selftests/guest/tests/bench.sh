# SPDX-License-Identifier: GPL-2.0-only
#
# bench.sh: runs the program that the host names, with as many threads or processes
# as there are CPUs, until the host says "stop". The host, selftests/host/overcommit.sh,
# writes and reads:
#   run PROGRAM NS    for that long at least; "done COUNT NS" says how often that was
#                     done in which time
#   stop              the program is ended; "stopped" says so
#   end               there is nothing more to be done
# The programs are Debian's, but for the last one:
#   hackbench  processes write to each other through sockets
#   dbench     a file server's calls, on a file system in memory; COUNT is in KB
#   pbzip2     compresses
#   sysbench   threads take and give back two mutexes
#   pipe       perf bench sched pipe: two processes wake each other
#   records    threads map, read and unmap memory all the time
. ./lib.sh

programs=/lab/programs
NSEC=1000000000
# It needs one of them before it says anything.
DBENCH_SECONDS=2
sed "s/^/# /" $programs/versions
# A block of 100 kB for each CPU.
head -c $((100000 * $(cpus))) $programs/corpus >/tmp/corpus
mkdir /tmp/dbench

# again NS COMMAND...: until it is told to stop
again() { repeat "$@" <&3; }

file_server()
{
	dbench -c $programs/client.txt -t $DBENCH_SECONDS -D /tmp/dbench "$(cpus)" |
		awk -v ns=$NSEC '$1 == "Throughput" { printf "done %.0f %.0f\n", $2 * 1000, ns }'
	read -r _ <&3
}

run()
{
	case $1 in
	hackbench) again "$2" hackbench -g 1 -f 8 -l 20 ;;
	dbench)	file_server ;;
	pbzip2)	again "$2" pbzip2 -q -k -f -1 -b1 -p"$(cpus)" /tmp/corpus ;;
	sysbench) again "$2" sysbench threads --threads="$(cpus)" --thread-yields=50 \
			--thread-locks=2 --events=30 --time=0 run ;;
	pipe)	again "$2" perf bench sched pipe -l 200 ;;
	records) again "$2" records -n 60 ;;
	*)	echo "not ok - there is no program '$1'" ;;
	esac
}

exec 3</dev/ttyS1
echo ready
while read -r word program ns <&3 && [ "$word" = run ]; do
	run "$program" "$ns"
	echo stopped
done
check "the host has said that this is the end" [ "$word" = end ]
finish
