# SPDX-License-Identifier: GPL-2.0-or-later
"""check.py SCHEMA FILE...: prints the files that are not valid by the schema, with the nearest reason.

The exit status is 0 if all of them are valid, 1 if any is not, 2 if the schema itself is wrong.
"""
import json
import sys

import jsonschema
import yaml

with open(sys.argv[1], encoding="utf-8") as f:
    schema = json.load(f)
try:
    jsonschema.Draft7Validator.check_schema(schema)
except jsonschema.SchemaError as e:
    sys.exit(print(f"{sys.argv[1]}: {e.message}") or 2)

validator = jsonschema.Draft7Validator(schema)
bad = 0
for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as f:
        error = jsonschema.exceptions.best_match(validator.iter_errors(yaml.safe_load(f)))
    if error:
        place = "/".join(str(key) for key in error.absolute_path)
        print(f"{path}: {place or 'the file'}: {error.message}")
        bad = 1
sys.exit(bad)
