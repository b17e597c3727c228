/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/measure.h"

#include "model/model.h"

enum {
	MILLION = 1000000,
	FEWEST = 300,  /* none lost of so many: less than 2 %, 99 times of 100 */
	MOST = 10000,
	EVENTS = 24, /* losses to count: the figure is then right to about a half */
};

unsigned int loss_count(const struct range *loss)
{
	uint64_t share = loss->min > 0 ? loss->min : loss->max, n;

	if (share == 0 || share >= MILLION)
		return FEWEST;
	n = (uint64_t)EVENTS * MILLION / share;
	return n < FEWEST ? FEWEST : n > MOST ? MOST : (unsigned int)n;
}

/* Newton's way; what it is used for needs three digits. */
static double square_root(double x)
{
	double r = x > 1 ? x : 1;

	for (int i = 0; i < 60 && x > 0; i++)
		r = (r + x / r) / 2;
	return x > 0 ? r : 0;
}

struct confidence loss_confidence(uint64_t lost, uint64_t n)
{
	const double z = 2.576; /* of 99 % */
	const double million = MILLION;
	double count = (double)n, share, middle, width, scale;

	if (n == 0)
		return (struct confidence){ 0, MILLION };
	share = (double)lost / count;
	scale = 1 + z * z / count;
	middle = (share + z * z / (2 * count)) / scale;
	width = z * square_root(share * (1 - share) / count + z * z / (4 * count * count)) / scale;
	return (struct confidence){
		lost == 0 || middle < width ? 0 : (uint32_t)((middle - width) * million),
		lost == n || middle + width > 1 ? MILLION : (uint32_t)((middle + width) * million),
	};
}

bool loss_is_within(const struct range *loss, uint64_t lost, uint64_t n)
{
	struct confidence c = loss_confidence(lost, n);

	return c.least_ppm <= loss->max && c.most_ppm >= loss->min;
}
