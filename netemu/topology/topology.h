/* topology.h - YAML text to the model, every error at its place in the file.
 *
 * The only room that knows libfyaml's parser. What may stand in a file is data (tables of keys
 * with their types), so that the parser, the JSON Schema and the manual cannot drift apart.
 */
#ifndef TOPOLOGY_TOPOLOGY_H
#define TOPOLOGY_TOPOLOGY_H

#include <stddef.h>

struct diag;
struct model;

/* Reads a file ("-" is standard input). Returns the model, checked by model_check(), or NULL if
 * anything in it is wrong; every finding is in dg, warnings too. */
struct model *topology_load(const char *path, struct diag *dg);

/* The same from text; `name` stands for the file in findings. */
struct model *topology_parse(const char *name, const char *text, size_t n, struct diag *dg);

#endif
