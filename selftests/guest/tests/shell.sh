# SPDX-License-Identifier: GPL-2.0-only
#
# For people: a shell on the console.
exec setsid cttyhack sh -l </dev/console >/dev/console 2>&1
