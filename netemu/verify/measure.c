/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/measure.h"

#include "model/model.h"

enum {
	MILLION = 1000000,
	FEWEST = 300, /* none lost of 300: the true loss is below about 2 % (99 % confidence) */
	MOST = 10000,
	EVENTS = 24, /* losses to expect: the relative error is then about one half */
};

unsigned int loss_count(const struct range *loss)
{
	uint64_t share = loss->min > 0 ? loss->min : loss->max, n;

	if (share == 0 || share >= MILLION)
		return FEWEST;
	n = (uint64_t)EVENTS * MILLION / share;
	return n < FEWEST ? FEWEST : n > MOST ? MOST : (unsigned int)n;
}

/* The square root by Newton's method; three digits are enough here. */
static double square_root(double x)
{
	double r = x > 1 ? x : 1;

	for (int i = 0; i < 60 && x > 0; i++)
		r = (r + x / r) / 2;
	return x > 0 ? r : 0;
}

struct confidence loss_confidence(uint64_t lost, uint64_t n)
{
	const double z = 2.576; /* 99 % confidence, two-sided */
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
