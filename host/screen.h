/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_SCREEN_H
#define OVC_SCREEN_H

#include "view.h"

/* The live view. Open takes over the terminal, or returns false. */
bool ovc_screen_open(void);
void ovc_screen_close(void);
void ovc_screen_draw(struct ovc_view *view, struct ovc_host *host);

/* Wait and obey keys, redrawing if one changes the view. False to quit. */
bool ovc_screen_wait(struct ovc_view *view, struct ovc_host *host, double seconds);

#endif
