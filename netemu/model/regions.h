/* SPDX-License-Identifier: GPL-2.0-or-later */
/* regions.h - which regions ExpressRoute counts as one part of the world. */
#ifndef MODEL_REGIONS_H
#define MODEL_REGIONS_H

/* "Europe", ...; NULL for a region that is not in the table, or for NULL. */
const char *region_geography(const char *region);
/* The region of the table that an unknown one is a misspelling of, or NULL. */
const char *region_meant(const char *region);

#endif
