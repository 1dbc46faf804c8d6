/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_TEXT_H
#define OVC_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Names of VMs and threads are chosen by users and guests, and a terminal obeys
 * what is in them. Whatever is not printable ASCII becomes \xNN, a backslash two,
 * and what is too long ends with "...". Returns @dst.
 */
char *ovc_escape(char *dst, size_t size, const char *src);

/* A whole text, but for a newline at its end, as a decimal number. */
bool ovc_parse_u64(const char *text, uint64_t *ret);

/* The number at @text, after blanks; what follows it, or NULL if there is none. */
const char *ovc_next_u64(const char *text, uint64_t *ret);

/* A process or thread ID, or a file descriptor: a number that fits in an int. */
bool ovc_parse_id(const char *text, int *ret);

/* What follows "@key:" and blanks in the lines of @text, or NULL. */
const char *ovc_field(const char *text, const char *key);

/* Where a field behind the name begins, 3 or more, in a "stat" of /proc, or NULL. */
const char *ovc_stat_field(const char *text, unsigned int field);

#endif
