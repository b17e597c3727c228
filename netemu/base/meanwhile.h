/* SPDX-License-Identifier: GPL-2.0-or-later */
/* meanwhile.h - a computation in a thread, in parallel with its caller.
 *
 *	meanwhile_begin(&m, compute, ctx);
 *	...				// work that shares no data with compute()
 *	meanwhile_end(&m);		// the result may be read from here on
 */
#ifndef BASE_MEANWHILE_H
#define BASE_MEANWHILE_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>

struct meanwhile {
	void (*compute)(void *ctx);
	void *ctx;
	struct meanwhile *before; /* must end before this one begins; or NULL */
	sem_t ended;
	pthread_t thread;
	bool threaded; /* the thread has not been joined */
};

/* Starts compute(ctx) in a thread with all signals blocked. If no thread can be created, runs it at
 * once. */
void meanwhile_begin(struct meanwhile *m, void (*compute)(void *ctx), void *ctx);

/* The same, but compute() starts only after `before` has ended, so that the two do not compete with
 * the caller for processors. Call meanwhile_end() for `before` first. */
void meanwhile_begin_after(struct meanwhile *m, struct meanwhile *before,
			   void (*compute)(void *ctx), void *ctx);

/* Waits until the computation has ended. May be called repeatedly. */
void meanwhile_end(struct meanwhile *m);

#endif
