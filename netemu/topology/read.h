/* SPDX-License-Identifier: GPL-2.0-or-later */
/* read.h - what may stand in a file, as tables, and the engine that reads by them.
 *
 * A `struct type` says which forms a value may take (a scalar, a list, a map), a `struct key`
 * what may stand in a map. The engine walks the tree and the tables side by side, reports what
 * does not fit and fills the model. The JSON Schema and the manual are made from the same tables.
 *
 * A reader never fails: it reports, and leaves the default standing.
 */
#ifndef TOPOLOGY_READ_H
#define TOPOLOGY_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/model.h"
#include "topology/yaml.h"

struct map;

struct reader {
	struct model *m;
	struct arena *arena; /* the model's */
	struct diag *dg;
	const struct yaml *root;
	const char *text; /* of the file, as yaml.h counts its bytes */
	struct map *names; /* of objects, declared before any is read: struct object * */
	size_t objects; /* and VMs: reader_count() */
	size_t joins;	/* of circuits: counted apart */
	size_t steps; /* of scenarios */
	struct map *gone; /* names of objects that a change disconnected */
};

struct type;

/* Reads a value, in the form that the function stands for, into what `to` points at. */
typedef void read_fn(struct reader *r, const struct type *t, const struct yaml *y, void *to);

/* Makes room for an element (or for the value of the key y->key) in what `to` points at, and
 * returns where it goes; NULL if that was refused. */
typedef void *add_fn(struct reader *r, const struct yaml *y, void *to);

struct word {
	const char *word;
	unsigned int value;
};

enum key_flags {
	KEY_REQUIRED = 1,
	KEY_REFUSED = 2, /* not of the language, but often written: help says what to do instead */
};

struct key {
	const char *name; /* NULL ends a table */
	const struct type *type;
	size_t offset; /* in what the map fills: where the value goes */
	size_t place;  /* where its struct pos goes; 0: nowhere */
	unsigned int flags;
	const char *help; /* one line, for people */
	const char *instead; /* KEY_REQUIRED, unless this one stands there; or NULL */
	unsigned int form;   /* of the map, which the key is of; 0: of all */
	const char *preset;  /* what not writing it means, if one value says that; for the schema */
};

#define FIELD(type, field) .offset = offsetof(type, field)
#define PLACED(type, field) .offset = offsetof(type, field), .place = offsetof(type, field##_pos)
#define REFUSED(name_, help_) { .name = name_, .flags = KEY_REFUSED, .help = help_ }

struct type {
	const char *noun; /* "a time such as 4ms": what is asked for when something else stands */
	/* The short form, if it is a type of its own: read into what `to` holds at brief_offset. */
	const struct type *brief;
	size_t brief_offset;
	/* The scalar form. */
	read_fn *scalar;
	const char *pattern;	  /* what it looks like: an extended regular expression */
	const struct word *words; /* or which words it may be; a NULL word ends the table */
	uint64_t min, max;	  /* of a number */
	/* The list form. */
	const struct type *element;
	add_fn *add_element;
	size_t least, most; /* elements; most 0: any number */
	bool lone;	    /* a single element may stand without a list around it */
	/* The map form: these keys, or names of the user's own, or both. */
	const struct key *keys;
	const struct type *values;
	add_fn *add_value;
	const char *names; /* a pattern of the user's names; NULL: NAME_PATTERN */
	/* A map that has forms is of just one of them: "an expectation is either ... or ...". The
	 * required keys of a form are required in it only. */
	const char *forms;
	/* The value as a whole, whatever its form, which the members above say for the schema. */
	read_fn *whole;
	/* Before and after a value is read, whatever its form; NULL: nothing to do. */
	read_fn *begin, *finish;
};

/* An object of a section, with its defaults; the section's maker of it. */
struct section {
	const char *name;
	enum object_kind kind;
	const struct type *type;
	struct object *(*make)(struct reader *r); /* adds it to the model too */
	const char *help;
};

/* One object or VM more; beyond a limit a finding. */
void reader_count(struct reader *r, struct pos at);

void read_value(struct reader *r, const struct type *t, const struct yaml *y, void *to);

/* An add_fn for elements that need no room of their own: each is read into `to` itself. */
void *read_in_place(struct reader *r, const struct yaml *y, void *to);

/* "'rtt' needs a time such as 4ms: ..." */
void read_refuse(struct reader *r, const struct type *t, const struct yaml *y, const char *id,
		 const char *because);

/* A key of a table, or NULL; a key that none of them is. */
const struct key *read_find_key(const struct key *keys, const char *name);
void read_unknown_key(struct reader *r, const struct key *keys, const struct yaml *item);

/* The nearest of the words as a hint to the newest finding, if one is near. */
void read_suggest(struct reader *r, const char *written, const char *const *words, size_t n);

/* A name of one's own: [a-z0-9][a-z0-9-]*, at most NAME_MAX_BYTES. */
enum { NAME_MAX_BYTES = 40 };
#define NAME_PATTERN "^[a-z0-9][a-z0-9-]{0,39}$"
bool name_is_good(const char *name);
/* Reports a name that is none, or that is one of the reserved words. */
bool name_check(struct reader *r, const char *name, struct pos at, const char *const *reserved);

/* The object that a scalar names, if its kind is one of `kinds` (bits: 1 << kind); else reports,
 * and returns NULL. `noun`: "a site". */
struct object *read_object(struct reader *r, const char *name, struct pos at, unsigned int kinds,
			   const char *noun);
/* "a site", "an interconnect" */
const char *object_kind_phrase(enum object_kind kind);

/* The circuit that a name stands for: a customer's, or the managed one of a private cloud. */
struct circuit *read_circuit(struct reader *r, const char *name, struct pos at);

#endif
