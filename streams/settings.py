"""All settings, typed; the only place that reads the environment."""

from __future__ import annotations

import difflib
import ipaddress
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)

from schemas.errors import Errors, GuardstreamError
from schemas.topics import Topics
from streams.setting_values import SHIPPED, endpoints, existing_file, folders, own_path, seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX: Final = "GUARDSTREAM_"
MAX_MESSAGE_BYTES: Final = 8 * 1024 * 1024
"""The largest message that brokers, topics and clients are set up for; a batch of CloudTrail records fits."""
MAX_OUTPUT_BYTES: Final = 2 * MAX_MESSAGE_BYTES + 64 * 1024
"""The largest message that is written: an event with its parsed fields, which repeat parts of it."""

_SECRETS: Final = ("sasl_password", "ssl_key_password", "dashboard_token", "github_secret")
_NOT_SETTINGS: Final = ("TEST_", "CORPORA")
_HERE: Final = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """Return where shipped ``rules``, ``measures``, ``panels``, ``kafka/pom.xml`` are, in a wheel or a checkout."""
    packaged = _HERE / "shipped" / name
    return packaged if packaged.exists() else _HERE.parent / "deploy" / name


def cache_folder() -> Path:
    """Return guardstream's folder for what can be made anew, by the XDG base directory specification."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "guardstream"


def _data_folder() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "guardstream"


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


Seconds = Annotated[float, BeforeValidator(seconds), Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
TopicName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,249}$")]
ExistingFile = Annotated[Path, BeforeValidator(existing_file)]


class Settings(BaseModel):
    """What an operator may choose. Durations are seconds; text such as ``10m`` is taken.

    Raises pydantic's ValidationError, which hides the values; ``load_settings`` turns it into errors for people.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True)

    # Where Kafka is, and what belongs to guardstream there.
    bootstrap_servers: Annotated[str, BeforeValidator(endpoints)] = "127.0.0.1:9092"
    app_id: TopicName = "guardstream"
    topic_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{0,200}$")] = "guardstream."
    findings_topic: TopicName = "guardduty-findings"
    cloudtrail_topic: TopicName = "cloudtrail-events"
    partitions: Annotated[int, Field(ge=1, le=1000)] = 8
    replication: Annotated[int, Field(ge=1, le=32767)] = 1

    # What is judged and counted.
    rules: Annotated[tuple[Path, ...], BeforeValidator(lambda value: folders(value, shipped("rules")))] = SHIPPED  # type: ignore[assignment]  # Validated by the function beside it.
    measures: Annotated[tuple[Path, ...], BeforeValidator(lambda value: folders(value, shipped("measures")))] = SHIPPED  # type: ignore[assignment]  # The same.
    panels: Annotated[tuple[Path, ...], BeforeValidator(lambda value: folders(value, shipped("panels")))] = SHIPPED  # type: ignore[assignment]  # The same.
    accounts: ExistingFile | None = None
    enrich_cloudtrail: Literal["none", "matched", "all"] = "matched"

    # Time. How far a source's records may trail its record clock and still be on time; when an idle partition may move.
    findings_delay: Seconds = 600.0
    cloudtrail_delay: Seconds = 900.0
    idle_after: Seconds = 30.0
    flush_interval: Seconds = 0.5
    most_groups: Count = 20_000
    tags_before: Seconds = 6 * 3600.0  # How long before an alert lifecycle tags began that it carries.
    rows_retention: Annotated[float, BeforeValidator(seconds), Field(ge=3600)] = 48 * 3600.0

    # How much one batch holds at most.
    batch_records: Count = 2000
    batch_bytes: Annotated[int, Field(ge=1024)] = 4 * 1024 * 1024

    # This process.
    data: Annotated[Path, AfterValidator(own_path)] = Field(default_factory=_data_folder)
    web_host: str = "127.0.0.1"
    web_port: Annotated[int, Field(ge=0, le=65535)] = 6067  # 0 switches the health and metrics server off.
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_upper)] = "INFO"

    # The dashboard: where it listens, who may come from elsewhere, and how many bytes its store may hold in memory.
    dashboard_host: str = "127.0.0.1"
    dashboard_port: Annotated[int, Field(ge=0, le=65535)] = 6068
    dashboard_token: Annotated[SecretStr, Field(min_length=16)] | None = None
    github_secret: SecretStr | None = None  # Of the webhook that tells deployments.
    dashboard_memory: Annotated[int, Field(ge=64)] = 192  # MB
    dashboard_keeps: Annotated[float, BeforeValidator(seconds), Field(ge=3600)] = 35 * 86_400.0

    # Kafka's security.
    security_protocol: Annotated[Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"], BeforeValidator(_upper)] = (
        "PLAINTEXT"
    )
    sasl_mechanism: Annotated[Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"], BeforeValidator(_upper)] | None = None
    sasl_username: str | None = None
    sasl_password: SecretStr | None = None
    sasl_over_plaintext: bool = False  # Allows a password to cross a network unencrypted.
    ssl_cafile: ExistingFile | None = None
    ssl_certfile: ExistingFile | None = None
    ssl_keyfile: ExistingFile | None = None
    ssl_key_password: SecretStr | None = None

    @model_validator(mode="after")
    def _agree(self) -> Self:
        problems = _contradictions(self)
        if problems:
            raise ValueError("\n".join(problems))
        return self

    @property
    def uses_sasl(self) -> bool:
        """Does the client name itself with a user and password?"""
        return self.security_protocol.startswith("SASL_")

    @property
    def uses_tls(self) -> bool:
        """Is the connection to Kafka encrypted?"""
        return self.security_protocol.endswith("SSL")

    def topics(self) -> Topics:
        """Return the names of all topics."""
        return Topics(findings=self.findings_topic, cloudtrail=self.cloudtrail_topic, prefix=self.topic_prefix)


def variables() -> Mapping[str, str]:
    """Return this process's environment, for what is no setting of ours: what a pipeline says of itself."""
    return os.environ


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of an environment (default: this process's); raises Errors with one error a problem.

    A variable is the prefix ``GUARDSTREAM_`` and a field's name in capitals; an empty one counts as not set. A secret
    may stand in a file instead, named by the same variable with ``_FILE`` after it, as containers hand secrets over.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {
        name: environ[variable] for name in Settings.model_fields if environ.get(variable := _variable(name))
    }
    problems: list[GuardstreamError] = []
    for name in _SECRETS:
        try:
            values |= _secret_of_file(name, environ, given=name in values)
        except GuardstreamError as error:
            problems.append(error)
    try:
        settings = Settings(**values)
    except ValidationError as error:
        problems += _explain(error, values)
    if problems:
        raise Errors(problems)
    return settings


def unknown_variables(environ: Mapping[str, str] | None = None) -> list[str]:
    """Return a warning for each variable with our prefix that no setting reads, with the nearest one that exists.

    They are warnings and not errors, since Kubernetes sets such variables for a service named ``guardstream``.
    """
    known = [_variable(name) for name in Settings.model_fields] + [f"{_variable(name)}_FILE" for name in _SECRETS]
    unread = [
        name
        for name in sorted(os.environ if environ is None else environ)
        if name.startswith(PREFIX) and name not in known and not name.removeprefix(PREFIX).startswith(_NOT_SETTINGS)
    ]
    warnings = []
    for name in unread:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
        warnings.append(f"{name} is no setting and was not read{f'; is {near[0]} meant?' if near else ''}")
    return warnings


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _secret_of_file(name: str, environ: Mapping[str, str], *, given: bool) -> dict[str, str]:
    """Return the secret that a ``_FILE`` variable points to, by its field; nothing if there is no such variable."""
    variable = f"{_variable(name)}_FILE"
    path = environ.get(variable)
    if not path:
        return {}
    if given:
        message = f"{variable}: is set beside {_variable(name)}; keep one of them"
        raise GuardstreamError(message)
    try:
        return {name: own_path(path).read_text(encoding="utf-8").rstrip("\r\n")}
    except (OSError, ValueError) as error:
        why = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error
        message = f"{variable}: can't be read at {path}: {getattr(error, 'strerror', why)}"
        raise GuardstreamError(message) from error


def _explain(error: ValidationError, values: Mapping[str, Any]) -> list[GuardstreamError]:
    """Return pydantic's findings as errors that name the variable, and its value unless that may hold a secret."""
    found: list[GuardstreamError] = []
    for problem in error.errors(include_url=False, include_context=False, include_input=False):
        text = problem["msg"].removeprefix("Value error, ")
        if not problem["loc"]:
            found += [GuardstreamError(line) for line in text.split("\n")]
            continue
        name = str(problem["loc"][0])
        value = str(values.get(name, ""))
        told = name in _SECRETS or "@" in value or value in text
        shown = f" (it is {value!r})" if value and not told else ""
        found.append(GuardstreamError(f"{_variable(name)}: {text}{shown}"))
    return found


def _contradictions(settings: Settings) -> list[str]:
    """Return what does not fit together, a sentence each."""
    return [*_sasl_contradictions(settings), *_tls_contradictions(settings), *_topic_contradictions(settings)]


def _sasl_contradictions(settings: Settings) -> list[str]:
    needed = settings.uses_sasl
    protocol = f"{_variable('security_protocol')}={settings.security_protocol}"
    wrong = (
        f"is missing, and {protocol} needs it" if needed else f"is set, but {protocol} does not use it; choose SASL_SSL"
    )
    problems = [
        f"{_variable(name)}: {wrong}"
        for name in ("sasl_mechanism", "sasl_username", "sasl_password")
        if bool(getattr(settings, name)) is not needed
    ]
    if settings.security_protocol == "SASL_PLAINTEXT" and not settings.sasl_over_plaintext:
        problems += [
            f"{protocol}: would send the password to {host} unencrypted; choose SASL_SSL, or set "
            f"{_variable('sasl_over_plaintext')}=true if the network is trusted"
            for host in _hosts(settings.bootstrap_servers)
            if not _is_loopback(host)
        ]
    return problems


def _tls_contradictions(settings: Settings) -> list[str]:
    protocol = f"{_variable('security_protocol')}={settings.security_protocol}"
    problems = [
        f"{_variable(name)}: is set, but {protocol} does not encrypt; choose SSL or SASL_SSL"
        for name in ("ssl_cafile", "ssl_certfile", "ssl_keyfile", "ssl_key_password")
        if getattr(settings, name) and not settings.uses_tls
    ]
    # A certificate's file may hold its key too, a key's file never the certificate.
    if settings.ssl_keyfile and not settings.ssl_certfile:
        problems.append(f"{_variable('ssl_certfile')}: is missing beside {_variable('ssl_keyfile')}")
    if settings.ssl_key_password and not settings.ssl_certfile:
        problems.append(f"{_variable('ssl_key_password')}: is set, but {_variable('ssl_certfile')} is not")
    return problems


def _topic_contradictions(settings: Settings) -> list[str]:
    topics = settings.topics()
    problems = [
        f"{_variable('topic_prefix')}: makes {name} an output as well as an input; choose another"
        for name in topics.inputs()
        if name in topics.outputs()
    ]
    if topics.findings == topics.cloudtrail:
        problems.append(
            f"{_variable('cloudtrail_topic')}: is {_variable('findings_topic')} too; give each its own topic"
        )
    return problems


def _hosts(bootstrap_servers: str) -> list[str]:
    return [endpoint.rpartition(":")[0].strip("[]") for endpoint in bootstrap_servers.split(",")]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
