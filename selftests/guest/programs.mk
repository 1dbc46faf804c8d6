# SPDX-License-Identifier: GPL-2.0-only
#
# Builds libfdt and most of dtc, of the kernel's scripts/dtc, with tcc: a parallel
# build for a guest to do. Their lexer and parser, which other tools have to generate
# first, are left out.

objects := $(patsubst %.c,%.o,$(wildcard *.c libfdt/*.c))

dtc.a: $(objects)
	tcc -ar rcs $@ $^

%.o: %.c
	tcc -c -Ilibfdt -o $@ $<

clean:
	rm -f dtc.a $(objects)

.PHONY: clean
