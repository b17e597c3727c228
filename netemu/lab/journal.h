/* SPDX-License-Identifier: GPL-2.0-or-later */
/* journal.h - a write-ahead list of the objects that a lab consists of.
 *
 * Each object gets one line, in one write, before it is created. So the journal lists every object
 * that exists, and a line that a crash cut short lists none. Lines hold names, never paths: the
 * path of an object follows from the lab's name and its own, so a manipulated journal cannot lead
 * to other files.
 *
 *	netemu-journal 1 avs		a header with the lab's name
 *	boot 6a9c...			the kernel's boot ID when it was written
 *	names				a tmpfs on <lab>/netns
 *	netns pc-a.web			avs.pc-a.web in /run/netns and /etc/netns
 *	delay-line			a process that listens at <lab>/delay-line ...
 *	delay-line 4711 88230		... and its pid and start time, once it runs
 *	services			likewise, the process that runs the hosts' services
 *	services 4712 88231
 *
 * A change of the lab appends lines, and rewrites the journal after it has removed objects.
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
	bool ours;		    /* it has the header of this lab */
	char boot[STATE_BOOT_SIZE]; /* "": written by an older version without this line */
	bool names;
	VEC(char *) netns;
	bool relay;	 /* a delay line may run */
	pid_t relay_pid; /* 0: not known */
	uint64_t relay_start;
	bool services; /* the same */
	pid_t services_pid;
	uint64_t services_start;
	size_t strange; /* unknown lines, which were skipped */
};

#define own_journal __attribute__((cleanup(journal_release))) struct journal

/* Creates a lab's journal with its header. Returns its descriptor; -EEXIST when there is one;
 * -errno. */
int journal_begin(const struct lab_dir *d);

/* Opens it for appending. Returns a descriptor or -errno. */
int journal_open(const struct lab_dir *d);
/* Replaces it atomically: a reader sees the old journal or the new one. */
int journal_write(const struct lab_dir *d, const struct journal *j);

/* Appends one line, or several with newlines between them. */
int journal_add(int journal, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* 0; -ENOENT: there is none; -EBADMSG: it has no header of this lab; -errno. Omits the pids of a
 * journal from another boot. */
int journal_read(const struct lab_dir *d, struct journal *ret);
void journal_parse(const char *text, const char *lab, struct journal *ret);
void journal_release(struct journal *j);

#endif
