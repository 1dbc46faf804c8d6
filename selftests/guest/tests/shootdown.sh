# SPDX-License-Identifier: GPL-2.0-only
#
# shootdown.sh LOADS CALLS SCHEME...: measure single shootdowns, with each scheme
# (scheme.sh has them) at each load. LOADS are numbers of busy guests beside this one,
# as large as it is, with dashes between: 0-1-3 is an overcommit of 1:1, 2:1 and 4:1.
. ./lib.sh
. ./scheme.sh

loads=$(echo "$1" | tr - ' ')
calls=$2
shift 2

# A call has to fall on any point of the host's time slices, of some 2 ms: the delay
# before it is one to two of them, of the guest's own. Without load, where there are
# none, it is shorter.
longest=$(awk '/^cpu MHz/ { print int($4 * 4000); exit }' /proc/cpuinfo)

# shootdowns ARGUMENT...: with no other CPU to flush, if that is the scheme. Started on
# another one, the program would still have that to flush.
shootdowns()
{
	case $scheme in
	local-*) taskset 1 shootdown -r 0 "$@" ;;
	*)	 shootdown "$@" ;;
	esac
}

# Mode adaptive looks every tenth of a second whether a vCPU has had to wait, which most
# have as long as guests boot. When none has, it begins with trials.
settle()
{
	for _ in 1 2 3; do
		sleep 0.2
		shootdowns -n 16 -d $((longest / 32)) >/dev/null || return
	done
}

own=
case $1 in
*hyperv) own=own=1 ;;
esac
check "steal time can be read" insmod /lab/modules/kvmoc_steal.ko $own
check "it is this guest's turn" ask hold
for scheme in "$@"; do
	scheme_begin "$scheme"
	at=$loads
	case $scheme in
	local-*) at=0 ;;
	esac
	[ "$scheme" != adaptive ] || check "adaptive: settles down" settle
	for n in $at; do
		delay=$longest
		[ "$n" -gt 0 ] || delay=$((longest / 32))
		check "$n busy guests" ask load "$n"
		shootdowns -n "$calls" -d "$delay" -s /dev/kvmoc_steal \
			-S "$(($(chance 1000000) + 1))" >/tmp/samples.$n
		check "$scheme: all calls were measured" \
			grep -q '^# end calls=' /tmp/samples.$n
	done
	# Nobody else has to be run while what has been found is printed.
	check "no busy guest any more" ask load 0
	scheme_end "$scheme"
	for n in $at; do
		sed -n "s/^[a-z]*,[0-9]/sample $((n + 1)):1,$scheme,&/p" \
			/tmp/samples.$n
	done
done
finish
