/* SPDX-License-Identifier: GPL-2.0-or-later */
/* regions.h - Azure's regions and ExpressRoute's peering locations, as Microsoft publishes them.
 *
 * Regions are in canonical spelling: lower case, no blanks. A file may use other regions, with
 * round trips of its own.
 */
#ifndef MODEL_REGIONS_H
#define MODEL_REGIONS_H

#include <stdbool.h>
#include <stddef.h>

/* The published round trips, sorted by both names; `a` is the lesser one. */
struct region_rtt {
	const char *a, *b;
	unsigned int ms;
};
const struct region_rtt *region_rtts(size_t *ret_n);

/* Returns the geopolitical region ("Europe") of a region, in which a Standard circuit reaches all
 * regions; NULL if the region is unknown or NULL. */
const char *region_geography(const char *region);
/* Returns the region that an unknown name is probably a misspelling of, or NULL. */
const char *region_meant(const char *region);

/* Whether a Local circuit at a peering location (or NULL) reaches a region. */
bool location_is_local(const char *location, const char *region);
/* Returns the peering location that an unknown name is probably a misspelling of, or NULL. */
const char *location_meant(const char *location);

#endif
