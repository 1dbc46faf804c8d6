# SPDX-License-Identifier: GPL-2.0-only
#
# programs.sh LOADS SCHEME...: how long real programs take, each with as many threads
# or processes as there are CPUs, by scheme and load, which are those of shootdown.sh:
#   build    make and tcc build the kernel's dtc and libfdt: processes come and go
#   pbzip2   compresses: big buffers are allocated by one thread, and freed by another
#   ripgrep  searches the kernel's headers, each file mapped
#   malloc   stress-ng's threads allocate and free, up to 256 kB at a time
. ./lib.sh
. ./scheme.sh

loads=$(echo "$1" | tr - ' ')
shift

programs=/lab/programs
sed "s/^/# /" $programs/versions
cp -r $programs/dtc /tmp/dtc
find $programs/headers -type f | sort | head -n 120 | xargs cat >/tmp/corpus

# run PROGRAM: prints ns, or nothing if it has failed
run()
{
	case $1 in
	build)	make -s -C /tmp/dtc clean
		elapsed make -s -C /tmp/dtc -j "$(cpus)" ;;
	pbzip2)	rm -f /tmp/corpus.bz2
		elapsed pbzip2 -q -k -1 -p"$(cpus)" /tmp/corpus ;;
	ripgrep) elapsed rg --mmap -j "$(cpus)" -c define $programs/headers ;;
	malloc)	elapsed stress-ng --malloc 1 --malloc-pthreads $(($(cpus) - 1)) \
			--malloc-ops 6000 --malloc-bytes 256K --malloc-thresh 32K --verify ;;
	esac 2>/tmp/output
}

# right PROGRAM: it has done what it was run for
right()
{
	case $1 in
	build)	[ -s /tmp/dtc/dtc.a ] ;;
	pbzip2)	bunzip2 -c /tmp/corpus.bz2 | cmp - /tmp/corpus ;;
	ripgrep) [ "$(wc -l </tmp/output)" -eq \
			"$(grep -rl define $programs/headers | wc -l)" ] ;;
	malloc)	grep -q 'successful run completed' /tmp/output ;;
	esac
}

all="build pbzip2 ripgrep malloc"

# The first run finds cold caches.
for program in $all; do
	run $program >/dev/null
	check "$program works" right $program
done
check "it is this guest's turn" ask hold
for scheme in "$@"; do
	scheme_begin "$scheme"
	for n in $loads; do
		check "$n busy guests" ask load "$n"
		for program in $all; do
			usleep "$(chance 20000)"
			ns=$(run $program)
			check "$program has run" [ "$ns" -gt 0 ]
			echo "program $((n + 1)):1,$scheme,$program,$ns"
		done
	done
	check "no busy guest any more" ask load 0
	scheme_end "$scheme"
done
finish
