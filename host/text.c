// SPDX-License-Identifier: GPL-2.0-only
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

static bool plain(unsigned char c)
{
	return c >= ' ' && c < 0x7f && c != '\\';
}

char *ovc_escape(char *dst, size_t size, const char *src)
{
	static const char more[] = "...";
	size_t len = 0, cut = 0;

	/* Where to cut is known only when it turns out to be too long. */
	for (; *src; src++) {
		char piece[5] = { *src };
		size_t n;

		if (*src == '\\')
			strcpy(piece, "\\\\");
		else if (!plain(*src))
			snprintf(piece, sizeof(piece), "\\x%02x", (unsigned char)*src);

		n = strlen(piece);
		if (len + n >= size) {
			strcpy(dst + cut, more);
			return dst;
		}
		memcpy(dst + len, piece, n);
		len += n;
		if (len + sizeof(more) <= size)
			cut = len;
	}
	dst[len] = '\0';
	return dst;
}

const char *ovc_next_u64(const char *text, uint64_t *ret)
{
	uint64_t value = 0;

	while (*text == ' ' || *text == '\t')
		text++;
	if (*text < '0' || *text > '9')
		return NULL;
	for (; *text >= '0' && *text <= '9'; text++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
			return NULL;
	}
	*ret = value;
	return text;
}

bool ovc_parse_u64(const char *text, uint64_t *ret)
{
	uint64_t value;

	text = ovc_next_u64(text, &value);
	if (!text || (*text && strcmp(text, "\n")))
		return false;
	*ret = value;
	return true;
}

bool ovc_parse_id(const char *text, int *ret)
{
	uint64_t value;

	/* The kernel writes IDs without blanks and signs; a directory may have both. */
	if (*text < '0' || *text > '9' || !ovc_parse_u64(text, &value) || value > INT_MAX)
		return false;
	*ret = value;
	return true;
}

const char *ovc_field(const char *text, const char *key)
{
	size_t len = strlen(key);

	while (text) {
		if (!strncmp(text, key, len) && text[len] == ':') {
			text += len + 1;
			return text + strspn(text, " \t");
		}
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return NULL;
}

const char *ovc_stat_field(const char *text, unsigned int field)
{
	/* The name, field 2, may have blanks and brackets; nothing after it has. */
	const char *at = strrchr(text, ')');

	if (!at || at[1] != ' ')
		return NULL;
	for (unsigned int i = 2; at && i < field; i++) {
		at = strchr(at, ' ');
		if (at)
			at++;
	}
	return at;
}
