// SPDX-License-Identifier: GPL-2.0-only
#include <ncurses.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "missing.h"
#include "screen.h"

#define KEYS	"q quit  s sort  r reverse  enter vCPUs  left/right columns  up/down VMs"

static SCREEN *terminal;
static unsigned int selected;		/* a VM, by its place */
static unsigned int first_row, first_column;

bool ovc_screen_open(void)
{
	/* initscr() would end the program if it does not know the terminal. */
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal)
		return false;
	cbreak();
	noecho();
	keypad(stdscr, true);
	curs_set(0);
	return true;
}

void ovc_screen_close(void)
{
	if (!terminal)
		return;
	endwin();
	delscreen(terminal);
	terminal = NULL;
}

static void put(int y, int attributes, const char *text)
{
	attron(attributes);
	mvaddnstr(y, 0, text, COLS);
	attroff(attributes);
}

static void draw_vcpus(const struct ovc_vm *vm, int y, int end)
{
	char row[512];

	snprintf(row, sizeof(row), "vCPUs of %s %s", vm->id, vm->qemu.name);
	put(y++, A_BOLD, row);
	ovc_row_vcpu_heads(row, sizeof(row));
	if (y < end)
		put(y++, A_REVERSE, row);
	for (unsigned int i = 0; i < vm->nr_vcpus && y < end; i++) {
		ovc_row_vcpu(vm, &vm->vcpus[i], row, sizeof(row));
		put(y++, 0, row);
	}
}

static void draw_vms(const struct ovc_host *host, int y, int end)
{
	unsigned int rows = end > y ? end - y : 1;
	char row[512];

	if (selected >= host->nr_vms)
		selected = host->nr_vms ? host->nr_vms - 1 : 0;
	if (selected < first_row)
		first_row = selected;
	if (selected >= first_row + rows)
		first_row = selected - rows + 1;
	for (unsigned int i = first_row; i < host->nr_vms && y < end; i++) {
		ovc_row_vm(host->vms[i], row, sizeof(row), first_column);
		put(y++, i == selected ? A_BOLD | A_UNDERLINE : 0, row);
	}
}

void ovc_screen_draw(struct ovc_view *view, struct ovc_host *host)
{
	const struct ovc_vm *detail = NULL;
	struct ovc_missing missing;
	char row[512];
	int end;

	ovc_host_sort(host, view->sort, view->reverse);
	ovc_missing_collect(&missing, host);
	erase();
	snprintf(row, sizeof(row), "kvm-overcommit: %u VMs on %u CPUs, every %.1f s, by %s%s",
		 host->nr_vms, host->nr_online, view->seconds, view->sort->name,
		 view->reverse ? ", reversed" : "");
	put(0, A_BOLD, row);

	/* At the bottom the keys, and above them what is not known, if there is room. */
	end = LINES - 1;
	put(end, A_DIM, KEYS);
	for (unsigned int i = missing.nr; i-- && end > 6;) {
		snprintf(row, sizeof(row), "missing: %s", missing.lines[i]);
		put(--end, A_DIM, row);
	}

	ovc_row_heads(row, sizeof(row), first_column);
	put(1, A_REVERSE, row);
	if (view->detail[0])
		detail = ovc_host_find(host, view->detail);
	draw_vms(host, 2, detail ? 2 + (end - 2) / 2 : end);
	if (detail)
		draw_vcpus(detail, 3 + (end - 2) / 2, end);
	refresh();
}

static void sort_by_next(struct ovc_view *view)
{
	unsigned int i = view->sort - ovc_columns;

	view->sort = &ovc_columns[(i + 1) % ovc_nr_columns];
}

static bool obey(struct ovc_view *view, const struct ovc_host *host, int key)
{
	switch (key) {
	case 'q':
		return false;
	case 's':
		sort_by_next(view);
		break;
	case 'r':
		view->reverse = !view->reverse;
		break;
	case '\n':
	case KEY_ENTER:
		if (view->detail[0] || selected >= host->nr_vms)
			view->detail[0] = '\0';
		else
			strcpy(view->detail, host->vms[selected]->id);
		break;
	case KEY_UP:
		selected -= selected > 0;
		break;
	case KEY_DOWN:
		selected++;
		break;
	case KEY_LEFT:
		first_column -= first_column > 0;
		break;
	case KEY_RIGHT:
		first_column += first_column + 1 < ovc_nr_columns;
		break;
	}
	return true;
}

bool ovc_screen_wait(struct ovc_view *view, struct ovc_host *host, double seconds)
{
	double end = ovc_clock() + seconds, left;

	do {
		int key;

		left = end - ovc_clock();
		/* Not less than 0, which would be to wait for ever. */
		timeout(left > 0 ? (int)(left * 1000) + 1 : 0);
		key = getch();
		/* A terminal that has gone away would say so again and again, at once. */
		if (key == ERR && !isatty(STDIN_FILENO))
			return false;
		/* That is a signal, or the end of the time. */
		if (key == ERR)
			break;
		if (!obey(view, host, key))
			return false;
		ovc_screen_draw(view, host);
	} while (left > 0);
	return true;
}
