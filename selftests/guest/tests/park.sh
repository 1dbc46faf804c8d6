# SPDX-License-Identifier: GPL-2.0-only
#
# park.sh PERIOD_US LABEL ARGUMENT...: the mutex that looks at the page against others.
# All that is judged is that it works and looks; the figures, CPU time in ns for each time
# that a mutex is taken, are for scripts/report/programs.
. ./lib.sh
. ./scheme.sh

period=$1
label=$2
shift 2
mutexes=$*

# Begun at a time by chance, or all seeds would be the same schedule.
# shellcheck disable=SC2086 # options, and a name for each
compare() { usleep "$(chance 20000)" && park $mutexes >/tmp/park 2>&1; }

# told MUTEX: per 1000 times that it was taken, it stopped as the holder did not run
told() { sed -n "s/^park $1:.* told_per_1000 //p" /tmp/park; }

check "the module loads" insmod $MODULE
echo "$period" >/sys/module/kvm_overcommit/parameters/period_us
check "it is this guest's turn" ask hold
check "all mutexes exclude" compare
sed 's/^/# /' /tmp/park
vcpu-state -l | sed 's/^/# vcpu /'
check "the one with the page has used it" [ "$(told page | head -n 1)" -gt 0 ]
check "the ones without have not" \
	[ "$(told fixed | sort -n | tail -n 1)" -eq 0 ]
sed -n "s/^park \([^ ]*\) .* cpu_ns \([0-9]*\) .*/program 2:1,\1,$label,\2/p" /tmp/park
finish
