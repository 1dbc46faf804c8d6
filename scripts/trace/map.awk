# SPDX-License-Identifier: GPL-2.0-only
#
# Which vCPU ran where, and from when to when: a list to draw a map from. What was running
# when recording began did so since then, for all that is known.

pass == 2 { lost_events() }

pass == 2 && parse_event() {
	t = value("prev_pid")
	if (t in vm)
		ran(t, (on in since) ? since[on] : first)
	since[on] = at
	runs[on] = value("next_pid")
}

function ran(t, from)
{
	if (!lines++)
		printf "%5s %10s %10s %8s %5s\n", "CPU", "from_ms", "to_ms", "VM", "vCPU"
	printf "%5d %10.3f %10.3f %8s %5s\n", on, (from - first) * 1000, (at - first) * 1000, vm[t], vcpu[t]
}

END {
	at = final
	for (on in runs)
		if (runs[on] in vm)
			ran(runs[on], since[on])
	tell_losses()
}
