/* SPDX-License-Identifier: GPL-2.0-or-later */
/* read.h - the language as tables, and the engine that reads a file by these tables.
 *
 * A `struct type` lists the forms that a value may take (scalar, list, map). A `struct key` is one
 * key of a map. The engine walks the YAML tree and the tables together, reports each mismatch and
 * fills the model. The JSON Schema is made from the same tables.
 *
 * A read function never fails: it reports a finding and leaves the default value in place.
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
	const char *text;  /* of the file, without its byte order mark */
	struct map *names; /* struct object * by name; complete before any object is read */
	size_t objects;	   /* objects and VMs: see reader_count() */
	size_t joins;	   /* of circuits, which have a limit of their own */
	size_t steps;	   /* of scenarios */
	struct map *gone;  /* names of objects that a change has disconnected */
};

struct type;

/* Reads a value of one form (scalar, list or map) into `to`. */
typedef void read_fn(struct reader *r, const struct type *t, const struct yaml *y, void *to);

/* Adds an element of a list, or the value of the key y->key, to `to`. Returns the place that the
 * value is read into, or NULL after a finding. */
typedef void *add_fn(struct reader *r, const struct yaml *y, void *to);

struct word {
	const char *word;
	unsigned int value;
};

enum key_flags {
	KEY_REQUIRED = 1,
	KEY_REFUSED = 2, /* a frequent mistake: `help` says what to write instead */
};

struct key {
	const char *name; /* NULL ends a table */
	const struct type *type;
	size_t offset; /* of the value in the struct that the map fills */
	size_t place;  /* of the value's struct pos in it; 0: not kept */
	unsigned int flags;
	const char *help;    /* one line */
	const char *instead; /* a key that makes this required one optional; or NULL */
	unsigned int form;   /* the form of the map that has this key; 0: all forms */
	const char *preset;  /* the default value, for the schema; or NULL */
};

#define FIELD(type, field) .offset = offsetof(type, field)
#define PLACED(type, field) .offset = offsetof(type, field), .place = offsetof(type, field##_pos)
#define REFUSED(name_, help_)                                                                      \
	{                                                                                          \
		.name = name_, .flags = KEY_REFUSED, .help = help_                                 \
	}

struct type {
	const char *noun; /* "a time such as 4ms": what a finding asks for */
	/* The short form, if it is a type of its own; read into `to` at brief_offset. */
	const struct type *brief;
	size_t brief_offset;
	/* The scalar form. */
	read_fn *scalar;
	const char *pattern;	  /* an extended regular expression */
	const struct word *words; /* the allowed words; a NULL word ends the table */
	uint64_t min, max;	  /* of a number */
	/* The list form. */
	const struct type *element;
	add_fn *add_element;
	size_t least, most; /* number of elements; most 0: no limit */
	bool lone;	    /* a single element needs no list around it */
	/* The map form: these keys, or names that the user chooses, or both. */
	const struct key *keys;
	const struct type *values;
	add_fn *add_value;
	const char *names; /* a pattern of the user's names; NULL: NAME_PATTERN */
	/* A map that has forms takes exactly one of them: "an expectation is either ... or ...".
	 * The required keys of a form are required in this form only. */
	const char *forms;
	/* Reads the value in any form; the members above then serve the schema only. */
	read_fn *whole;
	/* Called before and after a value of any form is read; or NULL. */
	read_fn *begin, *finish;
};

/* A section of objects of one kind. */
struct section {
	const char *name;
	enum object_kind kind;
	const struct type *type;
	struct object *(*make)(struct reader *r); /* adds it to the model too */
	const char *help;
};

/* Counts an object or VM; reports the first one above the limit. */
void reader_count(struct reader *r, struct pos at);

void read_value(struct reader *r, const struct type *t, const struct yaml *y, void *to);

/* An add_fn that returns `to`: for values that their read function adds itself. */
void *read_in_place(struct reader *r, const struct yaml *y, void *to);

/* Reports "'rtt' needs a time such as 4ms: ..."; `because` may be NULL. */
void read_refuse(struct reader *r, const struct type *t, const struct yaml *y, const char *id,
		 const char *because);

/* Returns the key of that name, or NULL. read_unknown_key() reports that there is none. */
const struct key *read_find_key(const struct key *keys, const char *name);
void read_unknown_key(struct reader *r, const struct key *keys, const struct yaml *item);

/* Adds the word that is most similar to the written one to the newest finding, as a hint; nothing
 * if none is similar. */
void read_suggest(struct reader *r, const char *written, const char *const *words, size_t n);

/* A name that the user chooses: [a-z0-9][a-z0-9-]*, at most NAME_MAX_BYTES. */
enum { NAME_MAX_BYTES = 40 };
#define NAME_PATTERN "^[a-z0-9][a-z0-9-]{0,39}$"
bool name_is_good(const char *name);
/* Reports a name that is malformed or reserved, and returns false for it. */
bool name_check(struct reader *r, const char *name, struct pos at, const char *const *reserved);

/* Returns the object of that name if its kind is one of `kinds` (bits: 1 << kind); otherwise
 * reports and returns NULL. `noun`: "a site". */
struct object *read_object(struct reader *r, const char *name, struct pos at, unsigned int kinds,
			   const char *noun);
/* "a site", "an interconnect" */
const char *object_kind_phrase(enum object_kind kind);

/* Returns the circuit of that name, or the managed circuit of the private cloud of that name;
 * otherwise reports and returns NULL. */
struct circuit *read_circuit(struct reader *r, const char *name, struct pos at);

#endif
