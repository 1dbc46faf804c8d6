# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The recipes of scripts/trace, and what is in their tables. Sourced, by whom sets looker to
# the CPUs on which they may run.

TRACE=/lab/trace/trace
TRACEFS=/sys/kernel/tracing

mount -t tracefs tracefs $TRACEFS

# trace ARGUMENT...: its answer goes to /run/answer, and is shown
trace()
{
	taskset -c "${looker:?}" $TRACE "$@" >/run/answer 2>/run/words
	rc=$?
	sed 's/^/  /' /run/words /run/answer
	return $rc
}

# value COLUMN VM VCPU: of the answer's table
value()
{
	awk -v column="$1" -v vm="$2" -v vcpu="$3" '
		$1 == "VM" { for (i = 1; i <= NF; i++) if ($i == column) at = i }
		$1 == vm && $2 == vcpu { print (vcpu == "any" ? $NF : $at); exit }' /run/answer
}

# ratio MIN MAX COLUMN COLUMN VM VCPU: of the first one to the second
ratio()
{
	awk -v min="$1" -v max="$2" -v a="$(value "$3" "$5" "$6")" -v b="$(value "$4" "$5" "$6")" \
		'BEGIN { exit !(a != "" && b > 0 && a >= min * b && a <= max * b) }'
}

# sum COLUMN EXPRESSION: over the rows for which it is true
sum()
{
	awk -v column="$1" '
		$1 == "VM" { for (i = 1; i <= NF; i++) if ($i == column) at = i }
		at && NF >= at && $1 ~ /^[0-9]+$/ && '"$2"' { n += $at }
		END { print n + 0 }' /run/answer
}

# each_try_is_told: by what came of it
each_try_is_told()
{
	[ "$(sum tried 1)" -eq "$(($(sum yielded 1) + $(sum not_helped 1) + $(sum alone 1)))" ]
}
