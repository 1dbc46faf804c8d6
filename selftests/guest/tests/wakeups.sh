# SPDX-License-Identifier: GPL-2.0-only
#
# wakeups.sh shared|apart: a thread on CPU 1 is woken from CPU 0, in a guest whose CPUs share
# their last level of cache, or not. CPU 1 is busy. With a shared cache, the waker puts the
# thread on CPU 1's queue itself; without, it sends an IPI, and CPU 1 does that.
. ./lib.sh

NR_WRITES=30

case $1 in
shared)	queued=waker ;;
apart)	queued=IPI ;;
esac

# wakeups L3 QUEUED: wake-ups of the reader by the writer
wakeups()
{
	awk -v l3="$1" -v queued="$2" '
		$3 == "-" && $5 == "sh" && $6 == 0 && $7 == 1 && $8 == 1 &&
			$9 == l3 && $10 == queued && /the only one allowed/ { n += $1 }
		END { print n + 0 }' /tmp/answer
}

mount -t tracefs tracefs /sys/kernel/tracing
taskset 2 sh -c 'while :; do :; done' &
busy=$!
mkfifo /tmp/pipe
taskset 2 cat /tmp/pipe >/dev/null &
reader=$!
exec 7>/tmp/pipe
check "the recipe runs in a guest" eval '/lab/trace/trace wakeups -p $reader -- \
	taskset 1 sh ./writer.sh $NR_WRITES $reader >/tmp/answer 2>&1'
sed 's/^/  /' /tmp/answer
check "all are queued by: $queued" [ "$(wakeups "$1" $queued)" -eq $NR_WRITES ]
check "it leaves nothing behind" [ -z "$(ls /sys/kernel/tracing/instances)" ]
kill $busy $reader
finish
