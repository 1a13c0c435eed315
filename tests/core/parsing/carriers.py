"""AWS's wrappers, each as a function from the bytes of a message to the bytes of a message around it."""

from __future__ import annotations

import base64
import gzip
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable


def _json(value: Any) -> bytes:
    return orjson.dumps(value)


def _packed(inner: bytes) -> str:
    return base64.b64encode(inner).decode()


def _logs(inner: bytes) -> dict[str, Any]:
    return {
        "messageType": "DATA_MESSAGE",
        "owner": "111122223333",
        "logGroup": "trail",
        "logEvents": [{"id": "1", "timestamp": 1714558830000, "message": inner.decode()}],
    }


# Carriers of text; what they are given must be UTF-8.
TEXT: dict[str, Callable[[bytes], bytes]] = {
    "array": lambda inner: b"[" + inner + b"]",
    "records": lambda inner: b'{"Records":[' + inner + b"]}",
    "pretty": lambda inner: b"\n  " + inner + b"\r\n",
    "byte order mark": lambda inner: b"\xef\xbb\xbf" + inner,
    "json string": lambda inner: _json(inner.decode()),
    "cloudwatch logs": lambda inner: _json(_logs(inner)),
    "sns": lambda inner: _json({"Type": "Notification", "MessageId": "1", "TopicArn": "t", "Message": inner.decode()}),
    "sns to lambda": lambda inner: _json({"Records": [{"EventSource": "aws:sns", "Sns": {"Message": inner.decode()}}]}),
    "sqs to lambda": lambda inner: _json(
        {"Records": [{"messageId": "1", "receiptHandle": "r", "body": inner.decode(), "eventSource": "aws:sqs"}]}
    ),
    "sqs receive": lambda inner: _json({"Messages": [{"MessageId": "1", "Body": inner.decode()}]}),
    "lookup events": lambda inner: _json({"Events": [{"EventId": "1", "CloudTrailEvent": inner.decode()}]}),
    "logger": lambda inner: b'{"insertId":"1","jsonPayload":' + inner + b',"severity":"INFO"}',
    "logger's text": lambda inner: _json({"host": "h", "event": {"original": inner.decode()}}),
}
# Carriers of any bytes.
BYTES: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "kinesis": lambda inner: _json({"Records": [{"kinesis": {"data": _packed(inner)}, "eventSource": "aws:kinesis"}]}),
    "firehose": lambda inner: _json({"records": [{"recordId": "1", "data": _packed(inner)}]}),
    "firehose over http": lambda inner: _json({"requestId": "1", "records": [{"data": _packed(inner)}]}),
    "kinesis api": lambda inner: _json({"Records": [{"SequenceNumber": "1", "Data": _packed(inner)}]}),
    "awslogs": lambda inner: _json({"awslogs": {"data": _packed(gzip.compress(_json(_logs(inner))))}}),
    "base64": base64.b64encode,
}
