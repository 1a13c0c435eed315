"""Tags from GitHub's `deployment_status` webhooks: one deployment is one tag, whatever becomes of it.

(https://docs.github.com/webhooks/webhook-events-and-payloads#deployment_status and
https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries)

`in_progress` starts a tag; `success`, `failure` and `error` finish it. `queued`, `pending` and `waiting` are before
anything has happened, and `inactive` says only that another deployment took its place, so they make no tag. A failure
stays a deployment, with a flame and "failed" in its name: something was changed, or half of it, and what findings came
then is of interest. It is no incident, since nobody says that a user noticed.
"""

from __future__ import annotations

import hmac
import re
from hashlib import blake2b, sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import orjson

from streams.core.tags.make import TagError, make_tag
from streams.core.tags.when import read_when

if TYPE_CHECKING:
    from schemas.tag import LifecycleTag

SOURCE = "github"
EVENT = "deployment_status"
FINISHED = frozenset({"success", "failure", "error"})
FAILED = frozenset({"failure", "error"})
STARTED = "in_progress"
NOTHING_YET = frozenset({"queued", "pending", "waiting", "inactive"})

_VERSION = re.compile(
    r"(?:refs/tags/)?((?:[A-Za-z][A-Za-z0-9_-]*[-@/])?v?[0-9]+(?:\.[0-9A-Za-z_-]+)+(?:\+[0-9A-Za-z.-]+)?)"
)
_LONGEST_ID = 120
_SHORT = 200


def is_signed(secret: str, body: bytes, signature: str | None) -> bool:
    """Whether X-Hub-Signature-256 is that of the body, compared in constant time; never without a secret."""
    if not secret or not signature:
        return False
    expected = "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


def read_body(body: bytes, content_type: str) -> Any:
    """What was delivered: JSON, or a form with JSON in `payload`, whichever the webhook was set to. Raises TagError."""
    if content_type.partition(";")[0].strip().lower() == "application/x-www-form-urlencoded":
        try:
            found = parse_qs(body.decode(), max_num_fields=10).get("payload", [""])
        except ValueError as error:
            raise TagError("the form can't be read") from error
        body = found[0].encode("utf-8", "replace")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise TagError("the body is no JSON") from error


def deployment_id(payload: object) -> str:
    """The id of the deployment's tag. Raises TagError where the payload tells of none."""
    repository, deployment = _part(payload, "repository"), _part(payload, "deployment")
    name, number = repository.get("full_name"), deployment.get("id")
    if not isinstance(name, str) or not name:
        raise TagError("repository.full_name is missing")
    if isinstance(number, bool) or not isinstance(number, int):
        raise TagError("deployment.id is missing")
    found = f"{SOURCE}:{name.replace('/', ':')}:{number}"
    if len(found) > _LONGEST_ID or not re.fullmatch(r"[A-Za-z0-9._:-]+", found):
        found = f"{SOURCE}:{blake2b(found.encode('utf-8', 'replace'), digest_size=10).hexdigest()}:{number}"
    return found


def read_status(payload: object, now_ms: int, earlier: LifecycleTag | None = None) -> LifecycleTag | None:
    """The deployment's tag as it is with this status; None where it changes nothing.

    ``earlier`` is the tag that an earlier status made. Deliveries may come in any order, so what has finished does not
    start again, and the start stays what it was. Raises TagError.
    """
    status, deployment = _part(payload, "deployment_status"), _part(payload, "deployment")
    state = _text(status, "state")
    if state in NOTHING_YET:
        return None
    if state != STARTED and state not in FINISHED:
        raise TagError(f"deployment_status.state: {state[:40]!r} is no state that is known")
    if state == STARTED and earlier is not None:
        return None
    identity = deployment_id(payload)
    # Where nobody has told of its start, it was when the deployment was asked for.
    started = _when(status if state == STARTED else deployment, "created_at") or now_ms
    given = _fields(payload, status, deployment) | {"id": identity, "started_at": started}
    if earlier is not None:
        given["started_at"] = earlier.started_at
    if state in FINISHED:
        finished = _when(status, "created_at") or now_ms
        given["finished_at"] = max(finished, read_when(given["started_at"]) or finished)
    if state in FAILED:
        given["name"] = f"{given['name'][: _SHORT - 9]} (failed)"
        given["icon"] = "flame"
    return make_tag(given, source=SOURCE, now_ms=now_ms)


def _fields(payload: object, status: dict[str, Any], deployment: dict[str, Any]) -> dict[str, Any]:
    repository = _text(_part(payload, "repository"), "full_name")
    short = repository.rpartition("/")[2]
    commit, ref, task = _text(deployment, "sha"), _text(deployment, "ref"), _text(deployment, "task")
    # A branch is no version; what was deployed of it is told by the commit.
    found = _VERSION.fullmatch(ref)
    version = found[1] if found else commit[:7] or ref
    creator = deployment.get("creator")
    address = next(
        (one for key in ("environment_url", "log_url", "target_url") if _is_address(one := _text(status, key))), None
    )
    return {
        "name": f"{short} {version}".strip()[:_SHORT],
        "kind": "rollback" if "rollback" in task.lower() else "deploy",
        "version": version,
        "applications": [short],
        "environment": _text(status, "environment") or _text(deployment, "environment"),
        "commit": commit,
        "repository": repository,
        "url": address,
        "actor": _text(creator, "login") if isinstance(creator, dict) else None,
    }


def _part(payload: object, key: str) -> dict[str, Any]:
    found = payload.get(key) if isinstance(payload, dict) else None
    if not isinstance(found, dict):
        raise TagError(f"{key} is missing")
    return found


def _text(of: dict[str, Any], key: str) -> str:
    value = of.get(key)
    return value.strip()[: 2_000 if key.endswith("url") else _SHORT] if isinstance(value, str) else ""


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def _when(of: dict[str, Any], key: str) -> int | None:
    return read_when(of.get(key))
