# SPDX-License-Identifier: GPL-2.0-only
#
# Which vCPUs of a VM are on one runqueue, running or waiting, and for what share of the
# time. Reads the events twice: the first one of a thread tells what it did before.

BEGIN { RUNS = 1; WAITS = 2; SLEEPS = 3 }

# began(T, STATE, CPU): what it did until now, if this is the first that is seen of it
function began(t, what, where)
{
	if (!(t in vm))
		return
	if (!(t in began_on))
		began_on[t] = where
	if (what && !(t in began_as))
		began_as[t] = what
}

pass == 1 && parse_event() {
	if (event == "sched_switch") {
		switched[on] = 1
		began(value("prev_pid"), RUNS, on)
		began(value("next_pid"), WAITS, on)
	} else if (event == "sched_wakeup") {
		began(value("pid"), SLEEPS, value("target_cpu"))
	} else if (event == "sched_migrate_task") {
		# A sleeper is moved when it is woken, and one that waits by the balancer.
		began(value("pid"), 0, value("orig_cpu"))
	}
}

# before(T): what it did until then. Of whom nothing is seen, that has not changed since before;
# and who could run, and is moved or has a CPU where others ran, waits.
function before(t)
{
	if (t in began_as)
		return began_as[t]
	if (state[t] != "R")
		return SLEEPS
	return ((t in began_on) || (cpu[t] in switched)) ? WAITS : RUNS
}

# begin(): the state that all were in when recording began
function begin(	i, t, v)
{
	for (i = 1; i <= threads; i++) {
		t = order[i]
		v = vm[t]
		now[t] = before(t)
		if (t in began_on)
			cpu[t] = began_on[t]
		changed[t] = first
		if (!(v in members))
			vms[++nr_vms] = v
		member[v, ++members[v]] = t
		vm_since[v] = first
		since[v, cpu[t]] = first
		if (now[t] != SLEEPS)
			join(v, cpu[t])
	}
}

function join(v, c)
{
	if (++n[v, c] == 2)
		queues[v]++
}

function leave(v, c)
{
	if (n[v, c]-- == 2)
		queues[v]--
}

# settle(V, C): add the time since the last change on CPU C for the vCPUs of VM V there
function settle(v, c,	i, t, runner, passed)
{
	passed = at - since[v, c]
	since[v, c] = at
	if (n[v, c] < 2)
		return
	runner = ""
	for (i = 1; i <= members[v]; i++)
		if (cpu[member[v, i]] == c && now[member[v, i]] == RUNS)
			runner = member[v, i]
	for (i = 1; i <= members[v]; i++) {
		t = member[v, i]
		if (cpu[t] != c || now[t] == SLEEPS)
			continue
		stacked[t] += passed
		if (runner != "" && t != runner)
			behind[t, runner] += passed
	}
}

# becomes(T, STATE, C): and all that has been true until now is added up
function becomes(t, what, c,	v)
{
	v = vm[t]
	spent[t, now[t]] += at - changed[t]
	changed[t] = at
	settle(v, cpu[t])
	settle(v, c)
	if (queues[v])
		shared[v] += at - vm_since[v]
	vm_since[v] = at
	if (now[t] != SLEEPS)
		leave(v, cpu[t])
	now[t] = what
	cpu[t] = c
	if (what != SLEEPS)
		join(v, c)
}

pass == 2 && !begun {
	begin()
	begun = 1
}

pass == 2 {
	lost_events()
	if (!parse_event())
		next
	if (event == "sched_switch") {
		t = value("prev_pid")
		if (t in vm)
			becomes(t, details ~ /prev_state=R/ ? WAITS : SLEEPS, on)
		t = value("next_pid")
		if (t in vm)
			becomes(t, RUNS, on)
	} else {
		t = value("pid")
		if (!(t in vm))
			next
		# Who has not gone to sleep yet when it is woken goes on.
		if (event == "sched_wakeup" && now[t] == SLEEPS)
			becomes(t, WAITS, value("target_cpu"))
		else if (event == "sched_migrate_task")
			becomes(t, now[t], value("dest_cpu"))
	}
}

function percent(seconds) { return sprintf("%.1f", 100 * seconds / length_of_all) }

END {
	at = final
	length_of_all = final - first
	if (length_of_all <= 0) {
		print "Nothing was recorded"
		exit 1
	}
	for (i = 1; i <= threads; i++)
		becomes(order[i], now[order[i]], cpu[order[i]])
	printf "%.1f s; %% of it. Behind: the siblings that ran while this one waited on their CPU\n\n", length_of_all
	printf "%8s %5s %8s %6s %6s %6s  %s\n", "VM", "vCPU", "thread", "run", "wait", "stack", "behind"
	for (j = 1; j <= nr_vms; j++) {
		v = vms[j]
		for (i = 1; i <= members[v]; i++) {
			t = member[v, i]
			printf "%8s %5s %8s %6s %6s %6s ", v, vcpu[t], t,
				percent(spent[t, RUNS]), percent(spent[t, WAITS]), percent(stacked[t])
			for (k = 1; k <= members[v]; k++)
				if (behind[t, member[v, k]] > 0)
					printf " %s:%s", vcpu[member[v, k]],
						percent(behind[t, member[v, k]])
			print ""
		}
		printf "%8s %5s %8s %6s %6s %6s\n", v, "any", "", "", "", percent(shared[v])
	}
	tell_losses()
}
