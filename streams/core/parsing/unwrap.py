"""One Kafka message into the events that it holds."""

from __future__ import annotations

from typing import Any

import orjson

from schemas.event import Event, Kind, Reason, Refusal
from streams.core.parsing.decode_json import decode_json
from streams.core.parsing.decompress import GZIP_MAGIC, decode_base64, decompress
from streams.core.parsing.limits import Limits
from streams.core.parsing.nesting import nests_deeper
from streams.core.parsing.normalise import as_envelope, normalise
from streams.core.parsing.open_wrapper import Coding, Payload, open_wrapper
from streams.core.parsing.problem import Problem
from streams.core.parsing.promise import promises_events
from streams.core.parsing.recognise import is_record, kind_of_envelope, kind_of_object, kind_of_record

Found = tuple[Kind, dict[str, Any]] | Problem

_DEFAULT_LIMITS = Limits()
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_JSON_STARTS = tuple(b'{["')
# Places are for people to read: names in them come from the sender, and may be of any length.
_LONGEST_PLACE, _LONGEST_NAME = 200, 40
# What is worth finding inside another logger's object.
_WORTHY = frozenset(Kind) - {Kind.OTHER, Kind.TEST}


def unwrap(value: bytes | None, limits: Limits = _DEFAULT_LIMITS) -> list[Event | Refusal]:
    """Return every event of one message in order, and one refusal for each part that can't be read.

    Shapes are recognised by content: EventBridge, bare findings and records, files and lists of them, JSON lines and
    concatenated JSON, gzip, base64, CloudWatch Logs, SNS, SQS, Kinesis, Firehose, LookupEvents, in each other to any
    depth within the limits, and other loggers' objects around them. No bytes raise, and no message yields nothing.
    Memory and time are bounded by ``limits``.
    """
    search = _Search(limits)
    if value is None:
        search.found.append(Problem(Reason.EMPTY, "the value is null"))
    else:
        search.read_text(value, 0, "$")
    found = search.found[: limits.events]
    if search.full:
        found.append(Problem(Reason.TOO_MANY, f"more than {limits.events} events in one message"))
    return [
        Refusal(one.reason, one.detail, index) if isinstance(one, Problem) else Event(one[0], one[1], index)
        for index, one in enumerate(found)
    ]


class _Search:
    """One walk through one message, depth first; ``level`` counts the wrappers around the value at hand."""

    __slots__ = ("careful", "found", "full", "large", "limits", "size_left")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.found: list[Found] = []
        self.full = False
        self.size_left = limits.size
        self.careful = False
        self.large = False
        """Whether the text at hand is large enough for an event that is too large."""

    def refuse(self, reason: Reason, where: str, detail: str) -> None:
        """Note one part that can't be read."""
        self._note(Problem(reason, f"{where[:_LONGEST_PLACE]}: {detail}"))

    def accept(self, kind: Kind, document: dict[str, Any], where: str) -> None:
        """Note one event, if it is not nested too deep."""
        if self.careful and nests_deeper(document, self.limits.nesting):
            self.refuse(Reason.TOO_DEEP, where, f"JSON nested more than {self.limits.nesting} deep")
        elif self.large and (size := len(orjson.dumps(document))) > self.limits.event:
            self.refuse(Reason.TOO_LARGE, where, f"an event of {size} bytes, more than {self.limits.event}")
        else:
            self._note((kind, normalise(document) if kind is Kind.FINDING else document))

    def read_text(self, data: bytes, level: int, where: str) -> None:
        """Read bytes that hold JSON, or gzip or base64 of it."""
        data = data.removeprefix(_BYTE_ORDER_MARK) if data[:2] != GZIP_MAGIC else data
        if self._too_deep(level, where):
            return
        if data[:2] == GZIP_MAGIC:
            content = decompress(data, self.size_left)
            if isinstance(content, Problem):
                self.refuse(content.reason, where, content.detail)
            else:
                self.read_text(content, level + 1, f"{where}(gzip)")
            return
        data = data.strip()
        self.size_left -= len(data)
        if not data:
            self.refuse(Reason.EMPTY, where, "nothing, or white space only")
        elif self.size_left < 0:
            self.refuse(Reason.TOO_LARGE, where, f"more than {self.limits.size} bytes of JSON in one message")
        elif data[0] not in _JSON_STARTS and promises_events(data) and (held := decode_base64(data)) is not None:
            self.read_text(held, level + 1, f"{where}(base64)")
        else:
            self._read_json(data, level, where)

    def read_value(self, value: Any, level: int, where: str) -> None:
        """Read one decoded JSON value."""
        if isinstance(value, dict):
            self.read_object(value, level, where)
        elif isinstance(value, list):
            self.read_array(value, level, where)
        elif isinstance(value, str) and promises_events(value):
            self.read_text(value.encode(), level + 1, where)
        else:
            self.refuse(Reason.WRONG_TYPE, where, f"{_name_of(value)} where an object was expected")

    def read_array(self, values: list[Any], level: int, where: str) -> None:
        """Read each element; records of a CloudTrail file, by far the most, take the short way."""
        if self._too_deep(level, where):
            return
        if not values:
            self.refuse(Reason.EMPTY, where, "an array without elements")
        for number, value in enumerate(values):
            if self.full:
                return
            if type(value) is dict and not (self.careful or self.large) and is_record(value):
                self._note((kind_of_record(value), value))
            else:
                self.read_value(value, level + 1, f"{where}[{number}]")

    def read_object(self, item: dict[str, Any], level: int, where: str) -> None:
        """Read one object: a record, an envelope, a wrapper, an event of another kind, or something that holds one."""
        if is_record(item):
            self.accept(kind_of_record(item), item, where)
        elif "detail-type" in item and "detail" in item:
            self._read_envelope(item, where)
        elif (payloads := open_wrapper(item)) is not None and payloads:
            for payload in payloads:
                self._read_payload(payload, level, where)
        elif (kind := kind_of_object(item)) is not Kind.OTHER:
            self.accept(kind, item, where)
        elif (envelope := as_envelope(item)) is not None and kind_of_envelope(envelope) is not Kind.OTHER:
            self._read_envelope(envelope, where)
        elif not self._dig(item, level, where):
            self.accept(Kind.OTHER, item, where)

    def _read_json(self, data: bytes, level: int, where: str) -> None:
        careful, large = self.careful, self.large
        self.large = len(data) > self.limits.event
        # Few texts have more brackets than the limit, so that most need no walk.
        may_be_deep = data.count(b"{") + data.count(b"[") > self.limits.nesting
        for value in decode_json(data, self.limits):
            if self.full:
                break
            if isinstance(value, Problem):
                self.refuse(value.reason, where, value.detail)
                continue
            self.careful = may_be_deep and nests_deeper(value, self.limits.nesting)
            self.read_value(value, level, where)
        self.careful, self.large = careful, large

    def _read_envelope(self, envelope: dict[str, Any], where: str) -> None:
        detail = envelope["detail"]
        if isinstance(detail, str) and detail.startswith("{"):
            self.size_left -= len(detail)
            detail = next(decode_json(detail.encode(), self.limits))
            if isinstance(detail, Problem):
                self.refuse(detail.reason, f"{where}.detail", detail.detail)
                return
            envelope = {**envelope, "detail": detail}
            # The walk over the text around it did not see how deep this one is.
            self.careful = True
        kind = kind_of_envelope(envelope)
        if kind not in {Kind.CLOUDTRAIL, Kind.INSIGHT}:
            self.accept(kind, envelope, where)
        elif isinstance(detail, dict):
            self.accept(kind, detail, f"{where}.detail")
        else:
            self.refuse(Reason.WRONG_TYPE, f"{where}.detail", f"{_name_of(detail)} where a record was expected")

    def _read_payload(self, payload: Payload, level: int, where: str) -> None:
        value, place = payload.value, where + payload.path
        if payload.coding is Coding.VALUE or not isinstance(value, str):
            self.read_value(value, level + 1, place)
        elif payload.coding is Coding.JSON or not value.strip() or promises_events(value):
            self.read_text(value.encode(), level + 1, place)
        elif payload.coding is Coding.TEXT:
            # An alarm's sentence or a line of another log is no broken event.
            self.accept(Kind.OTHER, payload.holder, where)
        elif (held := decode_base64(value.encode())) is None:
            self.refuse(Reason.BAD_ENCODING, place, "not base64")
        else:
            self.read_text(held, level + 1, f"{place}(base64)")

    def _dig(self, item: dict[str, Any], level: int, where: str) -> bool:
        """Look for events in an object that nobody declared a wrapper; found are those under exactly one key.

        Loggers keep the event both parsed and as text (Splunk, Elastic): equal contents count as one.
        """
        start, was_full = len(self.found), self.full
        holds: list[list[Found]] = []
        for name, value in item.items():
            if level < self.limits.wrapping and (
                (isinstance(value, dict | list) and value) or (isinstance(value, str) and promises_events(value))
            ):
                self.read_value(value, level + 1, f"{where}.{name[:_LONGEST_NAME]}")
                inside = self.found[start:]
                del self.found[start:]
                if any(not isinstance(one, Problem) and one[0] in _WORTHY for one in inside):
                    holds.append(inside)
        if holds and all(one == holds[0] for one in holds):
            self.found.extend(holds[0])
            return True
        self.full = was_full
        return False

    def _note(self, found: Found) -> None:
        if len(self.found) >= self.limits.events:
            self.full = True
        else:
            self.found.append(found)

    def _too_deep(self, level: int, where: str) -> bool:
        if level <= self.limits.wrapping:
            return False
        self.refuse(Reason.TOO_DEEP, where, f"more than {self.limits.wrapping} wrappers around it")
        return True


def _name_of(value: Any) -> str:
    if value is None:
        return "null"
    return {str: "a text", bool: "a truth value"}.get(type(value), "a number")
