# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# writer.sh TIMES READER: lets a thread go on that reads lines from what is descriptor 7
# here, whenever it sleeps, so many times. No test, but what tests of wake-ups run.

for _ in $(seq "$1"); do
	until grep -q '^State:.S' "/proc/$2/status"; do
		usleep 1000
	done
	echo >&7
done
