/* SPDX-License-Identifier: GPL-2.0-or-later */
/* meanwhile.h - something that is computed while its caller does something else.
 *
 *	meanwhile_begin(&m, compute, ctx);
 *	...				// what needs nothing of it, and that it does not touch
 *	meanwhile_end(&m);		// now its result may be read
 */
#ifndef BASE_MEANWHILE_H
#define BASE_MEANWHILE_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>

struct meanwhile {
	void (*compute)(void *ctx);
	void *ctx;
	struct meanwhile *before; /* begins when this one has ended; or NULL */
	sem_t ended;
	pthread_t thread;
	bool threaded; /* it is not known to have ended */
};

/* Begins it in a thread of its own, which no signal goes to. Where none can be had it is done at
 * once. */
void meanwhile_begin(struct meanwhile *m, void (*compute)(void *ctx), void *ctx);

/* The same of what only begins when another has ended, so that the two do not take a processor from
 * the caller. The other's meanwhile_end() comes first. */
void meanwhile_begin_after(struct meanwhile *m, struct meanwhile *before,
			   void (*compute)(void *ctx), void *ctx);

/* Waits for its end; as often as wanted. */
void meanwhile_end(struct meanwhile *m);

#endif
