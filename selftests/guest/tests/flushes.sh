# SPDX-License-Identifier: GPL-2.0-only
#
# Flush the other CPU, so many times, and tell how many interrupts that ask for a call of
# a function this guest's CPUs have had since boot. Those for flushes are among them.
. ./lib.sh

check "there is one" [ "$(cpus)" -eq 2 ]
check "flushes" eval 'shootdown -n 100 -o munmap -p 1 -d 20000 >/tmp/samples'
echo "flushes 100"
awk '$1 == "CAL:" { n += $2 + $3 } END { print "interrupts " n }' \
	/proc/interrupts
finish
