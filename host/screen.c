// SPDX-License-Identifier: GPL-2.0-only
#include <ncurses.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "missing.h"
#include "screen.h"

#define KEYS	"q quit  s sort  r reverse  enter vCPUs  left/right columns  up/down/page rows"

#define CTRL_L	('L' & 0x1f)

/* Rows of which there may be more than fit. */
struct list {
	unsigned int selected;		/* by its place */
	unsigned int first;		/* that is shown */
	unsigned int shown;
};

static SCREEN *terminal;
static struct list vms, vcpus;
static unsigned int first_column;

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

/* Have the selected one of @nr rows among those that are shown from @y to @end. */
static void scroll_to(struct list *list, unsigned int nr, int y, int end)
{
	list->shown = end > y ? end - y : 1;
	if (list->selected >= nr)
		list->selected = nr ? nr - 1 : 0;
	if (list->selected < list->first)
		list->first = list->selected;
	if (list->selected >= list->first + list->shown)
		list->first = list->selected - list->shown + 1;
}

static int row_attributes(const struct list *list, unsigned int i)
{
	return i == list->selected ? A_BOLD | A_UNDERLINE : 0;
}

static void draw_vcpus(const struct ovc_vm *vm, int y, int end)
{
	char row[512];

	snprintf(row, sizeof(row), "vCPUs of %s %s", vm->id, vm->qemu.name);
	put(y++, A_BOLD, row);
	ovc_row_vcpu_heads(row, sizeof(row), first_column);
	if (y < end)
		put(y++, A_REVERSE, row);
	scroll_to(&vcpus, vm->nr_vcpus, y, end);
	for (unsigned int i = vcpus.first; i < vm->nr_vcpus && y < end; i++) {
		ovc_row_vcpu(vm, &vm->vcpus[i], row, sizeof(row), first_column);
		put(y++, row_attributes(&vcpus, i), row);
	}
}

static void draw_vms(const struct ovc_host *host, int y, int end)
{
	char row[512];

	scroll_to(&vms, host->nr_vms, y, end);
	for (unsigned int i = vms.first; i < host->nr_vms && y < end; i++) {
		ovc_row_vm(host->vms[i], row, sizeof(row), first_column);
		put(y++, row_attributes(&vms, i), row);
	}
}

void ovc_screen_draw(struct ovc_view *view, struct ovc_host *host)
{
	const struct ovc_vm *detail = NULL;
	struct ovc_missing missing;
	char row[512];
	int end;

	ovc_host_sort(host, view->sort, view->reverse);
	ovc_missing_top(&missing, host);
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

/* Where there is nothing more, drawing goes back to the last one. */
static void move_by(struct list *list, int rows)
{
	if (rows < 0 && list->selected < (unsigned int)-rows)
		list->selected = 0;
	else
		list->selected += rows;
}

static bool obey(struct ovc_view *view, const struct ovc_host *host, int key)
{
	/* While vCPUs are shown, it is among them that one moves. */
	struct list *list = view->detail[0] ? &vcpus : &vms;

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
		if (view->detail[0] || vms.selected >= host->nr_vms)
			view->detail[0] = '\0';
		else
			strcpy(view->detail, host->vms[vms.selected]->id);
		vcpus = (struct list){ 0 };
		break;
	case KEY_UP:
		move_by(list, -1);
		break;
	case KEY_DOWN:
		move_by(list, 1);
		break;
	case KEY_PPAGE:
		move_by(list, -(int)list->shown);
		break;
	case KEY_NPAGE:
		move_by(list, list->shown);
		break;
	case CTRL_L:
		clearok(curscr, true);
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
