/* SPDX-License-Identifier: GPL-2.0-or-later */
/* journal.h - what a lab is made of, written ahead of each step.
 *
 * One line for each thing, in one write, before the thing is made: so whatever stands, the
 * journal says so, and a line that was cut short by a crash speaks of nothing that stands. Lines
 * hold names, never paths: where a thing is follows from the lab's name and its own, and nothing
 * that a file says can lead elsewhere.
 *
 *	netemu-journal 1 avs		a header with the lab's name
 *	boot 6a9c...			which boot of the machine it was written in
 *	names				a tmpfs on <lab>/netns
 *	netns pc-a.web			avs.pc-a.web in /run/netns and /etc/netns
 *	delay-line			a process that listens at <lab>/delay-line ...
 *	delay-line 4711 88230		... and which one it is: its pid and start time
 *	services			the same of the process that hosts' services are
 *	services 4712 88231
 *
 * A lab that is changed adds to it, and writes it anew when what goes has gone.
 */
#ifndef LAB_JOURNAL_H
#define LAB_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/vec.h"
#include "lab/state.h"

struct lab_dir;

struct journal {
	bool ours;		    /* the header is there, and this lab's */
	char boot[STATE_BOOT_SIZE]; /* "": an older version's, which did not say */
	bool names;
	VEC(char *) netns;
	bool relay;	 /* there may be one */
	pid_t relay_pid; /* 0: not known */
	uint64_t relay_start;
	bool services; /* the same */
	pid_t services_pid;
	uint64_t services_start;
	size_t strange; /* lines that are none of ours: skipped */
};

#define own_journal __attribute__((cleanup(journal_release))) struct journal

/* Starts a lab's journal with what it has from the first moment; its descriptor, or -EEXIST when
 * there is one. */
int journal_begin(const struct lab_dir *d);

/* Opens it to add to it. A descriptor, or -errno. */
int journal_open(const struct lab_dir *d);
/* Writes it anew: a reader sees the old one or the new one. */
int journal_write(const struct lab_dir *d, const struct journal *j);

/* Adds one line, or several with newlines between them. */
int journal_add(int journal, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* -ENOENT: there is none; -EBADMSG: it is not this lab's. The processes of another boot are left
 * out. */
int journal_read(const struct lab_dir *d, struct journal *ret);
void journal_parse(const char *text, const char *lab, struct journal *ret);
void journal_release(struct journal *j);

#endif
