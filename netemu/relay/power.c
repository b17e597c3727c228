/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Three things make a sleeping process wake on time. Each may be refused (no root, a container):
 *
 * - SCHED_FIFO: the process runs as soon as its timer fires, before all ordinary processes.
 * - Locked memory: no frame waits for a page to be read from swap.
 * - Processors that do not halt. An idle virtual processor takes 50-100 us to wake, for each
 *   namespace on a frame's path. Holding /dev/cpu_dma_latency at 0 prevents that and costs
 *   the whole processor, so it is held only while frames are in flight.
 */
#include "relay/power.h"

#include "base/own.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

enum {
	PRIORITY = 10,			 /* above everything that is not real time */
	AWAKE_NS = 20 * 1000 * 1000,	 /* stay awake for so long after the last frame */
	ANY_LATENCY_US = 2000 * 1000000, /* the kernel's default */
};

static bool power_go_realtime(void)
{
	const struct sched_param p = { .sched_priority = PRIORITY };

	(void)prctl(PR_SET_TIMERSLACK, 1);
	if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &p) == 0)
		return true;
	(void)setpriority(PRIO_PROCESS, 0, -20);
	return false;
}

/* Whether `bytes` more may be mapped, since mapped memory is now locked memory. */
static bool power_may_map(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return false;
	(void)munmap(p, bytes);
	return true;
}

/* Does not lock under a limit (RLIMIT_MEMLOCK) that later allocations would exceed. */
static bool power_lock_memory(size_t bytes)
{
	if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) < 0)
		return false;
	if (power_may_map(bytes))
		return true;
	(void)munlockall();
	return false;
}

void power_init(struct power *p, size_t memory)
{
	*p = (struct power){
		.latency_fd = open("/dev/cpu_dma_latency", O_WRONLY | O_CLOEXEC),
		.realtime = power_go_realtime(),
		.locked = power_lock_memory(memory),
		.awake = true, /* since /dev/cpu_dma_latency is open */
	};
	power_rest(p, UINT64_MAX);
}

void power_release(struct power *p)
{
	own_closep(&p->latency_fd);
}

static void power_set_latency(struct power *p, int32_t us)
{
	if (p->latency_fd >= 0 && write(p->latency_fd, &us, sizeof(us)) != sizeof(us))
		own_closep(&p->latency_fd);
	p->awake = p->latency_fd >= 0 && us == 0;
}

void power_want(struct power *p, uint64_t now)
{
	p->wanted_at = now;
	if (!p->awake && p->latency_fd >= 0)
		power_set_latency(p, 0);
}

void power_rest(struct power *p, uint64_t now)
{
	if (p->awake && now - p->wanted_at >= AWAKE_NS)
		power_set_latency(p, ANY_LATENCY_US);
}
