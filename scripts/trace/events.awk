# SPDX-License-Identifier: GPL-2.0-only
#
# What the recipes on trace-cmd's text share. They read what trace has found out about
# threads and CPUs, then the events, twice. A line of those, the CPU and its flags in one
# word:
#   name: comm-pid  1d.h2.  54.069495: sched_wakeup:  comm=CPU 0/KVM pid=18 ...
# Names of tasks may have spaces: everything is found by what is around it.

pass == "threads" {
	vm[$1] = $2
	vcpu[$1] = $3
	state[$1] = $4
	cpu[$1] = $5
	allowed[$1] = $6
	order[++threads] = $1
}

pass == "cpus" { cache[$1] = $2 }

# parse_event(): sets event, at (seconds), on (CPU), flags, by (task) and details
function parse_event(	part)
{
	if (!match($0, / [0-9]+[^ ]+ +[0-9]+\.[0-9]+: [a-z_]+: /))
		return 0
	split(substr($0, RSTART, RLENGTH), part, " ")
	on = part[1] + 0
	flags = part[1]
	sub(/^[0-9]+/, "", flags)
	at = part[2] + 0
	event = part[3]
	sub(/:$/, "", event)
	by = substr($0, 1, RSTART - 1)
	details = substr($0, RSTART + RLENGTH)
	if (first == "")
		first = at
	final = at
	return 1
}

# value(NAME): of the last "NAME=number" in the event's details. CPUs have zeros in front, which
# make busybox' awk take them for octal.
function value(name,	text)
{
	text = details
	if (!sub(".*[ ]" name "=", "", text))
		sub("^" name "=", "", text)
	sub(/^0+/, "", text)
	return text + 0
}

# lost_events(): trace-cmd says so in the middle of the text
function lost_events()
{
	if ($0 ~ /EVENTS (LOST|DROPPED)/)
		lost++
}

function tell_losses()
{
	if (lost)
		printf "Events were lost %d times: everything here is too low. See Documentation/tracing.rst\n", lost
}
