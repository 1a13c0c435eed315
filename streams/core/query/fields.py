"""Which field a name in a query means: today's path for every spelling in use, and how its values are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from streams.core.query.errors import QueryError
from streams.core.query.values import JSON_TEXT

if TYPE_CHECKING:
    from streams.core.query.values import Path

# Two names of the published article on GuardDuty alerts are misspelled there, and rules were written after it.
_MISSPELLED = {"threat_resorce_affected": "threat_resource_affected", "resourrceRole": "resourceRole"}

# Older examples nest these under the instance; AWS delivers them at detail.*, and so does the normal form.
_NESTED = ("detail", "resource", "instanceDetails")
_MOVED = frozenset({"service", "severity", "title", "description", "createdAt", "updatedAt"})

# Parsed names are lower-case with underscores, so another case of one is a slip of the pen and nothing else.
_PARSED = frozenset({
    "threat_purpose", "threat_resource_affected", "threat_name", "threat_family", "threat_variant", "threat_artifact",
    "type_recognised", "severity_label", "resource_role", "resource_type", "resource_id", "finding_id",
    "security_groups", "remote_addresses", "remote_countries", "event_time", "created_at", "updated_at", "first_seen",
    "last_seen", "account_name", "account_owner", "account_environment", "event_source", "event_name", "event_id",
    "error_code", "principal_type", "session_issuer", "source_address", "user_agent", "resource_arns",
})  # fmt: skip

# The members of a CloudTrail record (AWS CloudTrail User Guide, "CloudTrail record contents"). EventBridge delivers
# the record as `detail`; the normal form is the record itself. None of these is a member of a finding's detail.
_CLOUDTRAIL = frozenset({
    "additionalEventData", "addendum", "apiVersion", "awsRegion", "edgeDeviceDetails", "errorCode", "errorMessage",
    "eventCategory", "eventID", "eventName", "eventSource", "eventTime", "eventType", "eventVersion",
    "managementEvent", "readOnly", "recipientAccountId", "requestID", "requestParameters", "resources",
    "responseElements", "serviceEventDetails", "sessionCredentialFromConsole", "sharedEventID", "sourceIPAddress",
    "tlsDetails", "userAgent", "userIdentity", "vpcEndpointAccountId", "vpcEndpointId",
})  # fmt: skip

WHOLE_VALUE_FIELDS: dict[Path, int] = {
    ("eventName",): 1,
    ("event_name",): 1,
    ("threat_purpose",): 1,
    ("severity_label",): 1,
    ("outcome",): 1,
    ("account",): 1,
    ("source",): 2,
    ("eventSource",): 3,
    ("event_source",): 3,
}
"""Fields that hold one identifier, and from how many words on a term is taken to be all of it.

Their values are ``PutBucketAcl`` (one word), ``aws.guardduty`` (two) or ``guardduty.amazonaws.com`` (three). A term
with as many words is compared with the whole value, so that rules can be indexed by it; one with fewer
(``eventSource:guardduty``) is looked for among the value's words, as in any other field.
"""


# Ends a name whose objects are to be read as text; `.keyword` and `.numeric` may stand after it.
_JSON = "json"

# The keys of a name, the empty text where one is missing.
_SEGMENT = re.compile(r"(?:\\.|[^.\\])+|^(?=\.)|(?<=\.)(?=\.|$)", re.DOTALL)


class Reading(StrEnum):
    """How a field's values are compared."""

    TEXT = "text"
    EXACT = "keyword"
    NUMBER = "numeric"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a query: ``name`` as it was written, ``path`` where it is found today.

    ``as_written`` says that the name has no other meaning than itself.
    """

    name: str
    path: Path
    reading: Reading
    as_written: bool = False

    @property
    def whole_from(self) -> int | None:
        """From how many words on a term is compared with the whole value; None: a term always may be a part."""
        return None if self.as_written else WHOLE_VALUE_FIELDS.get(self.path)


def resolve(name: str, query: str | None = None, position: int = 0, *, as_written: bool = False) -> Field:
    r"""The field that a name means.

    Args:
        name: as written, escapes included (``\.`` is a dot inside a key).
        query: the text that the name stands in, for errors; else the name is shown alone.
        position: the name's place in ``query``.
        as_written: leave names that mean another place today as they are.

    Raises:
        QueryError: if it is no field name; the message says what would be right.
    """
    whole = name if query is None else query
    segments = [_segment(part, whole, position) for part in _SEGMENT.findall(name)]
    if not segments or not all(segments):
        raise QueryError(
            whole, position, f"{name!r} is no field name", "Write keys joined by single dots: detail.type."
        )
    reading = Reading.TEXT
    if len(segments) > 1 and segments[-1] in {Reading.EXACT, Reading.NUMBER}:
        reading = Reading(segments.pop())
    as_text = len(segments) > 1 and segments[-1] == _JSON
    keys = tuple(segments[:-1] if as_text else segments)
    path = keys if as_written else canonical(keys)
    return Field(name, (*path, JSON_TEXT) if as_text else path, reading, as_written)


def canonical(path: Path) -> Path:
    """Where today's normal form has what a path means."""
    path = tuple(_MISSPELLED.get(key, key) for key in path)
    if len(path) == 1 and path[0].lower() in _PARSED | _MISSPELLED.keys():
        return (_MISSPELLED.get(path[0].lower(), path[0].lower()),)
    if path[: len(_NESTED)] == _NESTED and path[len(_NESTED) : len(_NESTED) + 1] and path[len(_NESTED)] in _MOVED:
        return ("detail", *path[len(_NESTED) :])
    if len(path) > 1 and path[0] == "detail" and path[1] in _CLOUDTRAIL:
        return path[1:]
    return path


def _segment(part: str, query: str, position: int) -> str:
    """One key of a path, without its ``[0]`` and its escapes."""
    bracket = re.search(r"(?<!\\)\[", part)
    key = part[: bracket.start()] if bracket else part
    if part[len(key) :].replace("[0]", ""):
        advice = f"Leave the brackets out, or write {key}[0]: either means any element."
        raise QueryError(query, position, f"{part!r} picks one element of an array", advice)
    if re.search(r"(?<!\\)[*?]", key):
        advice = "Name each field, or search without a field."
        raise QueryError(query, position, f"{part!r} has a wildcard, and fields take none", advice)
    return re.sub(r"\\(.)", r"\1", key, flags=re.DOTALL)
