/* SPDX-License-Identifier: GPL-2.0-or-later */
/* strays.h - ends processes of labs that no command can reach any more. */
#ifndef LAB_STRAYS_H
#define LAB_STRAYS_H

/* Ends the processes of labs below the run directory whose directory or journal was deleted. The
 * working directory of such a process is the directory of its lab. */
void strays_end_lost(const char *run);

/* Ends the processes of labs in the user namespace of that number. No command can enter it any
 * more: its keeper was killed, or its door was deleted. */
void strays_end(unsigned long long number);

#endif
