/* SPDX-License-Identifier: GPL-2.0-or-later */
/* values.h - the types of single values: times, prefixes, words, names. See read.h. */
#ifndef TOPOLOGY_VALUES_H
#define TOPOLOGY_VALUES_H

#include "topology/read.h"

/* The comment of each type names the C type that it is read into. */
extern const struct type type_text;	      /* const char * */
extern const struct type type_bool;	      /* bool */
extern const struct type type_asn;	      /* uint32_t */
extern const struct type type_time;	      /* uint64_t, ns */
extern const struct type type_rate;	      /* uint64_t, bit/s */
extern const struct type type_share;	      /* uint32_t, ppm */
extern const struct type type_region;	      /* const char *, canonical */
extern const struct type type_address;	      /* struct addr */
extern const struct type type_network;	      /* struct placed_prefix, without host bits */
extern const struct type type_own_network;    /* the same, for networks with interfaces */
extern const struct type type_networks;	      /* prefix_list */
extern const struct type type_some_networks;  /* the same, not empty */
extern const struct type type_families;	      /* prefix_list: at most one of each family */
extern const struct type type_host_families;  /* the same, for hosts' addresses with a length */
extern const struct type type_placed_text;    /* struct placed_name */
extern const struct type type_node;	      /* struct placed_name: "object" or "object.part" */
extern const struct type type_authorizations; /* the list of a struct circuit */

/* The scalar form of a number (uint32_t) within t->min and t->max. */
void read_number(struct reader *r, const struct type *t, const struct yaml *y, void *to);
/* The scalar form of one of t->words (an enum, or unsigned int). */
void read_word(struct reader *r, const struct type *t, const struct yaml *y, void *to);
/* The scalar form of one of t->words, kept as the table spells it (const char *);
 * case-insensitive. */
void read_spelling(struct reader *r, const struct type *t, const struct yaml *y, void *to);

/* Returns a copy in the arena without blanks: "4 ms" becomes "4ms". */
const char *read_without_blanks(struct reader *r, const char *s);

/* The scalar form of a node's name (struct placed_name), or of an object's. */
void read_node(struct reader *r, const struct type *t, const struct yaml *y, void *to);
#define NODE_WORDS "[a-z0-9][a-z0-9-]*(\\.[a-z0-9][a-z0-9-]*)?"
#define NODE_PATTERN "^" NODE_WORDS "$"

#define TIME_PATTERN "^[0-9]+(\\.[0-9]+)? *(ns|us|ms|s)$"
#define PREFIX_PATTERN "^[0-9a-fA-F.:]+/[0-9]+$"

/* Returns "westeurope" for "west Europe", in the arena; NULL if the text cannot be a region's
 * name. */
const char *region_canonical(struct arena *a, const char *s);

/* Parses a prefix without host bits; otherwise reports at `at` and returns false. */
bool network_parse(struct reader *r, const char *s, struct pos at, struct prefix *ret);

#endif
