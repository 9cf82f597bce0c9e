"""Grade submissions with nbgrader: in parallel, resumably, with a row for everyone."""

import sys

# nbformat checks notebooks with jsonschema, which builds a grammar for two seconds to
# know one kind of web address by. No notebook's schema asks for that; with the module
# marked as missing, it does without.
sys.modules.setdefault("rfc3987_syntax", None)
