/* regions.h - which regions ExpressRoute counts as one part of the world. */
#ifndef MODEL_REGIONS_H
#define MODEL_REGIONS_H

/* "Europe", ...; NULL for a region that is not in the table, or for NULL. */
const char *region_geography(const char *region);

#endif
