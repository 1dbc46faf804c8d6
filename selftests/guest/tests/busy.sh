# SPDX-License-Identifier: GPL-2.0-only
#
# The neighbour of what is measured: every vCPU busy, out of step with the others.
exec busy
