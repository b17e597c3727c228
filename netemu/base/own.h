/* SPDX-License-Identifier: GPL-2.0-or-later */
/* own.h - ownership that is seen where a variable is declared.
 *
 * own_fd, own_free and own_file release what the variable holds when its scope ends, unless
 * fd_take() moves the descriptor to another owner. errno survives a release.
 */
#ifndef BASE_OWN_H
#define BASE_OWN_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void own_closep(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		(void)close(*fd); /* never retried: on Linux the descriptor is gone even on EINTR */
	*fd = -1;
	errno = saved;
}

static inline void own_freep(void *p)
{
	int saved = errno;

	free(*(void **)p);
	*(void **)p = NULL;
	errno = saved;
}

static inline void own_fclosep(FILE **f)
{
	int saved = errno;

	if (*f)
		(void)fclose(*f);
	*f = NULL;
	errno = saved;
}

#define own_fd __attribute__((cleanup(own_closep))) int
#define own_free __attribute__((cleanup(own_freep)))
#define own_file __attribute__((cleanup(own_fclosep))) FILE

/* Gives up the descriptor: the caller's variable no longer closes it. */
static inline int fd_take(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

#endif
