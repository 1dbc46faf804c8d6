# SPDX-License-Identifier: GPL-2.0-only
#
# Where threads are woken: who wakes them, where they ran before, which CPU was chosen, why,
# and who puts them on its queue. sched_waking is recorded by the waker, sched_wakeup by
# the CPU that queues the thread.

pass == "threads" { sleeps[$1] = $4 != "R" }

# Until its first switch a CPU does what that one ends.
pass == 1 && parse_event() && event == "sched_switch" && !(on in idle) {
	idle[on] = value("prev_pid") == 0
}

pass == 2 { lost_events() }

pass == 2 && parse_event() {
	if (event == "sched_switch") {
		idle[on] = value("next_pid") == 0
		sleeps[value("prev_pid")] = details !~ /prev_state=R/
		sleeps[value("next_pid")] = 0
	} else if (event == "sched_waking") {
		t = value("pid")
		if (!(t in vm))
			next
		waker[t] = name_of_waker(t)
		waker_cpu[t] = on
		previous[t] = value("target_cpu")
		waking[t] = 1
		for (c in idle)
			was_idle[t, c] = idle[c]
	} else if (event == "sched_wakeup") {
		t = value("pid")
		if ((t in vm) && waking[t])
			count(t, value("target_cpu"))
		waking[t] = 0
		sleeps[t] = 0
	}
}

# flag(CHARACTERS): the third one says what has been interrupted
function in_interrupt() { return substr(flags, 3, 1) ~ /[hHsSzZ]/ }

function name_of_waker(t,	id, name)
{
	if (in_interrupt())
		return "interrupt"
	id = name = by
	sub(/.*-/, "", id)
	id += 0
	if (id in vm && vm[id] != "-" && vm[id] == vm[t])
		return "vCPU " vcpu[id]
	# The instance's name is missing where events were lost before.
	sub(/^([^:]*: )? */, "", name)
	sub(/-[0-9]+ *$/, "", name)
	return name
}

function why(t, chosen)
{
	if (!sleeps[t])
		return "was not asleep yet"
	if (allowed[t] !~ /[-,]/)
		return "the only one allowed"
	if (chosen == previous[t])
		return was_idle[t, chosen] ? "the previous, idle" : "the previous, busy"
	if (chosen == waker_cpu[t])
		return was_idle[t, chosen] ? "the waker's, idle" : "pulled to the waker"
	return was_idle[t, chosen] ? "another, idle" : "another, busy"
}

function how(t, chosen)
{
	if (!sleeps[t])
		return "-"
	if (on != waker_cpu[t])
		return in_interrupt() ? "IPI" : "polled"
	return "waker"
}

function l3(t, chosen)
{
	if (chosen == waker_cpu[t])
		return "same CPU"
	if (!(chosen in cache) || !(waker_cpu[t] in cache))
		return "unknown"
	return cache[chosen] == cache[waker_cpu[t]] ? "shared" : "apart"
}

function count(t, chosen)
{
	row = sprintf("%8s %5s %8s  %-16s %4d %8d %6d  %-8s %-7s %s", vm[t], vcpu[t], t,
		waker[t], waker_cpu[t], previous[t], chosen, l3(t, chosen), how(t, chosen),
		why(t, chosen))
	times[row]++
	total++
}

END {
	if (final <= first) {
		print "Nothing was recorded"
		exit 1
	}
	printf "%.1f s, %d wake-ups\n\n", final - first, total
	printf "%7s %8s %5s %8s  %-16s %4s %8s %6s  %-8s %-7s %s\n", "times", "VM", "vCPU",
		"thread", "waker", "on", "previous", "chosen", "L3", "queued", "why chosen"
	for (row in times)
		printf "%7d %s\n", times[row], row | "sort -rn | head -n 40"
	close("sort -rn | head -n 40")
	tell_losses()
}
