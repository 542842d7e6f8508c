"""Names as people type them, to licenses and models: "llama3.1", "gpl v3 or later", "codestral licence".

Careful before clever: every number of a name must be the record's own, typos are forgiven in letters alone, and a name
that looks like a model's but belongs to no record is reported as unknown.
"""

from knowledge.names.expression import Expression, read_expression
from knowledge.names.forms import canonical
from knowledge.names.index import Kind, NameIndex, Resolution
from knowledge.names.mentions import Mention

__all__ = ["Expression", "Kind", "Mention", "NameIndex", "Resolution", "canonical", "read_expression"]
