r"""The query language: a Lucene-like text, compiled once into a closure over slots.

``field:value`` looks for a value, whole or as whole words in a longer one, regardless of case; ``"several words"``
for words that follow each other; ``*`` and ``?`` and ``/regex/`` are matched against the whole value;
``[low TO high]``, ``{low TO high}``, ``>``, ``<`` for numbers, times, or text; ``10.0.0.0/8`` for addresses;
``_exists_:field`` or ``field:*`` for presence; ``field:$other`` for equal fields; ``field:@list`` for a named list.
``.keyword`` after a field respects case and takes the whole value; ``.numeric`` compares numbers; ``.json`` makes
objects values, each as its JSON text (``requestParameters.json:*suspended*``). Clauses join by
``AND``, ``OR``, ``NOT``, ``+``, ``-`` as in Lucene's classic parser. ``\`` escapes.

**Whole or part.** ``threat_name:phishingdomainrequest`` finds ``PhishingDomainRequest``; ``threat_name:C&CActivity``
finds ``C&CActivity.B``, since a dot between letters parts words; ``title:domain`` finds a title with that word. In
fields that hold one identifier (``WHOLE_VALUE_FIELDS``) a term that looks like all of it is compared with the whole
value: ``eventName:PutBucketAcl``, ``eventSource:"guardduty.amazonaws.com"``. That is what lets rules be indexed by
``Query.required`` and still be right; ``eventSource:guardduty`` finds the word and is not indexed.
"""

from streams.core.query.errors import QueryError
from streams.core.query.explain import advice, explain, warnings
from streams.core.query.fields import WHOLE_VALUE_FIELDS
from streams.core.query.query import Query, compile_query
from streams.core.query.values import WHOLE, Path, Value, values_at

__all__ = [
    "WHOLE",
    "WHOLE_VALUE_FIELDS",
    "Path",
    "Query",
    "QueryError",
    "Value",
    "advice",
    "compile_query",
    "explain",
    "values_at",
    "warnings",
]
