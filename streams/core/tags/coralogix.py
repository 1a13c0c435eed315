"""Tags in the form that Coralogix takes, so that a pipeline needs nothing but another address.

Known of the original, from its page on version tags with curl (https://coralogix.com/docs/version-tags-with-curl) and
from pipelines that people have published:

- `POST /api/v1/external/tags`, `Authorization: Bearer KEY`, a JSON body of `name`, `application` and `subsystem`
  (lists, and texts, too, also with commas), `timestamp` (a JavaScript date string or epoch milliseconds, which
  pipelines send as text, too; now where it is missing) and `iconUrl`.
- An older form, `GET .../tags/add?key=KEY&application=A,B&subsystem=C&name=N&timestamp=2020-06-23:09:00:00`.
- An icon is said to be at most 50 KB of png, jpeg or svg. It is never fetched here.

Not documented are the answers. Clients look at the status only: 2xx is success. Here an error is 400, 401 or 413 with
`{"message": ...}`, as other endpoints of Coralogix have it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streams.core.tags.make import TagError, make_tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.tag import LifecycleTag

SOURCE = "coralogix"
FIELDS = {
    "name": "name",
    "application": "applications",
    "subsystem": "subsystems",
    "timestamp": "started_at",
    "iconUrl": "icon_url",
}
OURS = {name: theirs for theirs, name in FIELDS.items()}


def read_tag(body: object, now_ms: int) -> LifecycleTag:
    """The tag of a request's body, or of the older form's query. Raises TagError, in the words of the form."""
    if not isinstance(body, dict):
        raise TagError("the body has to be a JSON object")
    given: dict[str, Any] = {FIELDS[key]: value for key, value in body.items() if key in FIELDS}
    icon = given.get("icon_url")
    if isinstance(icon, str) and not icon.strip().startswith(("http://", "https://")):
        # Their own example has `my-avatar.png`: what can't be an address is left out, not refused.
        del given["icon_url"]
    try:
        return make_tag(given, source=SOURCE, now_ms=now_ms)
    except TagError as error:
        raise TagError(in_their_words(error.message, OURS)) from error


def in_their_words(message: str, names: Mapping[str, str]) -> str:
    """A message with the fields called as the other form calls them."""
    told = []
    for part in message.split("; "):
        field, colon, rest = part.partition(":")
        told.append(f"{names[field]}:{rest}" if colon and field in names else part)
    return "; ".join(told)


def answer(tag: LifecycleTag) -> dict[str, Any]:
    """What the endpoint answers; the original's answer is not documented, so it repeats what was understood."""
    return {
        "id": tag.id,
        "name": tag.name,
        "application": tag.applications,
        "subsystem": tag.subsystems,
        "timestamp": tag.started_at,
        "iconUrl": tag.icon_url,
    }
