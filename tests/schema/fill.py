# SPDX-License-Identifier: GPL-2.0-or-later
"""fill.py SCHEMA DIR FILE...: the topologies with every default of the schema written out, in DIR."""
import json
import os
import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as f:
    schema = json.load(f)


def maps_of(part):
    """The alternatives of a part of the schema that are maps."""
    if "$ref" in part:
        part = schema["definitions"][part["$ref"].rpartition("/")[2]]
    alternatives = part.get("anyOf", [])
    for one in [part] if "properties" in part else alternatives or [part]:
        if "properties" in one or "additionalProperties" in one:
            yield one
        elif "$ref" in one:
            yield from maps_of(one)


def lists_of(part):
    if "$ref" in part:
        part = schema["definitions"][part["$ref"].rpartition("/")[2]]
    return [one for one in part.get("anyOf", [part]) if "items" in one]


def fill(value, part):
    if isinstance(value, list):
        for one in lists_of(part):
            for element in value:
                fill(element, one["items"])
    if not isinstance(value, dict):
        return
    for one in maps_of(part):
        # An expectation is of one form, which its required keys tell.
        forms = one.get("oneOf", [{}])
        form = next((f for f in forms if all(k in value for k in f.get("required", []))), {})
        for key, child in one.get("properties", {}).items():
            if key not in value and "default" in child and key not in form.get("properties", {}):
                value[key] = child["default"]
            elif key in value:
                if value[key] is None and any(maps_of(child)):
                    value[key] = {}
                fill(value[key], child)
        rest = one.get("additionalProperties")
        for key in value if rest else ():
            if key not in one.get("properties", {}):
                if value[key] is None:
                    value[key] = {}
                fill(value[key], rest)


for path in sys.argv[3:]:
    with open(path, encoding="utf-8") as f:
        topology = yaml.safe_load(f)
    fill(topology, schema)
    with open(os.path.join(sys.argv[2], os.path.basename(path)), "w", encoding="utf-8") as f:
        json.dump(topology, f)
