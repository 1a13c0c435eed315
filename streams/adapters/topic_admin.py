"""Create the topics, and check those that exist: partition counts and policies decide whether counts stay exact."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from schemas.errors import Errors, GuardstreamError, Where
from streams.adapters.kafka_security import kafka_python_options
from streams.settings import MAX_MESSAGE_BYTES, MAX_OUTPUT_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from streams.settings import Settings

_HOUR_MS: Final = 3_600_000
_DAY_MS: Final = 24 * _HOUR_MS
_ENOUGH_COPIES: Final = 3


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic as it should be; ``config`` holds Kafka's topic properties; ``output`` tells ours from the user's own."""

    name: str
    partitions: int
    replication: int
    config: Mapping[str, str]
    output: bool


@dataclass(frozen=True, slots=True)
class FoundTopic:
    """A topic as the broker has it."""

    partitions: int
    config: Mapping[str, str]


def plan_topics(settings: Settings) -> list[TopicSpec]:
    """Return every topic as it should be, inputs first."""
    topics = settings.topics()
    kept = {
        # As long as anybody may want to count anew from the beginning, which needs the input itself.
        topics.findings: _kept(30 * _DAY_MS),
        topics.cloudtrail: _kept(30 * _DAY_MS),
        # As long as their panes: a dashboard that starts anew counts them one by one where no measure has all keys.
        topics.enriched_findings: _kept(35 * _DAY_MS),
        topics.enriched_cloudtrail: _kept(7 * _DAY_MS),
        # Read once, by stage 2; what it has not read by then is lost, so it outlasts a long outage.
        topics.partial_counts: _kept(7 * _DAY_MS) | {"segment.ms": str(6 * _HOUR_MS)},
        # Kafka compacts closed segments only: small ones keep what a restart has to read near one message a row.
        topics.rows: {
            "cleanup.policy": "compact",
            "segment.ms": str(_HOUR_MS // 6),
            "segment.bytes": str(64 * 1024 * 1024),
            "min.cleanable.dirty.ratio": "0.1",
        },
        # A pane never changes once it is old, and compaction alone would keep it for ever.
        topics.window_counts: _kept(35 * _DAY_MS) | {"cleanup.policy": "compact,delete", "segment.ms": str(_HOUR_MS)},
        topics.alerts: _kept(90 * _DAY_MS),
        topics.dry_run_alerts: _kept(30 * _DAY_MS),
        # Every set that was ever applied stays: history is judged by the rules of its time.
        topics.rules: {"cleanup.policy": "compact"},
        topics.lifecycle_tags: {"cleanup.policy": "compact"},
        topics.alert_notes: _kept(90 * _DAY_MS),
        topics.dead_letters: _kept(30 * _DAY_MS),
    }
    common = {
        # Watermarks are made of the producers' timestamps.
        "message.timestamp.type": "CreateTime",
        # An acknowledgement is worth something only if it outlives one broker.
        "min.insync.replicas": "2" if settings.replication >= _ENOUGH_COPIES else "1",
    }
    return [
        TopicSpec(
            name,
            # Sets of rules have one order; tags and notes are few.
            1 if name in {topics.rules, topics.lifecycle_tags, topics.alert_notes} else settings.partitions,
            settings.replication,
            common | _largest(output) | config,
            output,
        )
        for name, config in kept.items()
        for output in [name not in topics.inputs()]
    ]


def _largest(output: bool) -> dict[str, str]:  # noqa: FBT001 - ours or the user's
    return {"max.message.bytes": str(MAX_OUTPUT_BYTES if output else MAX_MESSAGE_BYTES)}


def create_topics(settings: Settings) -> list[str]:
    """Create the topics that are missing and return their names; those that exist stay as they are.

    Raises Errors naming each topic that the broker refused, or GuardstreamError where no broker answers.
    """
    with _admin(settings) as admin:
        existing = set(admin.list_topics())
        missing = [spec for spec in plan_topics(settings) if spec.name not in existing]
        wanted = {
            spec.name: {
                "num_partitions": spec.partitions,
                "replication_factor": spec.replication,
                "configs": dict(spec.config),
            }
            for spec in missing
        }
        results = admin.create_topics(wanted, raise_errors=False)["topics"] if wanted else []
        problems: list[GuardstreamError] = []
        for result in results:
            error = for_code(result["error_code"])
            # Another worker may have created it a moment ago, which is as good.
            if result["error_code"] and error is not TopicAlreadyExistsError:
                message = f"the broker refused to create it: {result.get('error_message') or error.__name__}"
                problems.append(GuardstreamError(message, Where(topic=result["name"])))
        if problems:
            raise Errors(problems)
        if missing:
            admin.wait_for_topics(list(wanted))
    return list(wanted)


def check_topics(settings: Settings) -> list[str]:
    """Return what is wrong with the topics and what to do, a sentence each; raises where no broker answers."""
    return _judge_all(settings, lambda spec, found: [*judge_topic(spec, found), *judge_size(spec, found)])


def check_exactness(settings: Settings) -> list[str]:
    """Return what of it keeps a worker from starting, since counts would be lost or split."""
    return _judge_all(settings, judge_topic)


def _judge_all(settings: Settings, judge: Callable[[TopicSpec, FoundTopic | None], list[str]]) -> list[str]:
    plan = plan_topics(settings)
    found = find_topics(settings, [spec.name for spec in plan])
    return [problem for spec in plan for problem in judge(spec, found.get(spec.name))]


def find_topics(settings: Settings, names: list[str]) -> dict[str, FoundTopic]:
    """Return those of the named topics that exist; raises GuardstreamError where no broker answers."""
    with _admin(settings) as admin:
        existing = sorted(set(names) & set(admin.list_topics()))
        if not existing:
            return {}
        partitions = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics(existing)}
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in existing]
        described: Mapping[str, Mapping[str, Any]] = admin.describe_configs(resources, config_filter="all")["topic"]
    return {
        name: FoundTopic(partitions[name], {key: str(entry["value"]) for key, entry in described[name].items()})
        for name in existing
    }


def judge_topic(spec: TopicSpec, found: FoundTopic | None) -> list[str]:
    """Return how a topic differs from what it should be where that would lose or split counts, with what to do."""
    if found is None:
        return [f"{spec.name} is missing; run `guardstream topics create`"]
    problems = []
    # Inputs are the user's own, and may have as many partitions as they like.
    if spec.output and found.partitions != spec.partitions:
        problems.append(
            f"{spec.name} has {found.partitions} partitions and should have {spec.partitions}; choose another "
            "GUARDSTREAM_TOPIC_PREFIX, under which outputs are made anew"
        )
    policies = (found.config.get("cleanup.policy", "delete"), spec.config["cleanup.policy"])
    is_policy, should_policy = ({part.strip() for part in policy.split(",")} for policy in policies)
    if is_policy != should_policy:
        problems.append(_alter(spec, "cleanup.policy", policies[0]))
    return problems


def judge_size(spec: TopicSpec, found: FoundTopic | None) -> list[str]:
    """Return whether an output takes too small messages only, so that the largest would be left out."""
    largest = found.config.get("max.message.bytes") if found and spec.output else None
    return [_alter(spec, "max.message.bytes", largest)] if largest and int(largest) < MAX_OUTPUT_BYTES else []


def _alter(spec: TopicSpec, key: str, actual: str) -> str:
    wanted = spec.config[key]
    # Kafka's tool takes a value with a comma in brackets only.
    value = f"[{wanted}]" if "," in wanted else wanted
    return (
        f"{spec.name} has {key}={actual} and should have {wanted}; run "
        f"`kafka-configs.sh --bootstrap-server ... --alter --entity-type topics --entity-name "
        f"{spec.name} --add-config {key}={value}`"
    )


def _kept(milliseconds: int) -> dict[str, str]:
    return {"cleanup.policy": "delete", "retention.ms": str(milliseconds)}


@contextmanager
def _admin(settings: Settings) -> Iterator[KafkaAdminClient]:
    """Open an admin client; every failure to reach the broker is a GuardstreamError that says where it was sought."""
    try:
        with closing(KafkaAdminClient(**kafka_python_options(settings), bootstrap_timeout_ms=5_000)) as admin:
            yield admin
    except KafkaError as error:
        message = (
            f"no Kafka broker serves us at {settings.bootstrap_servers} ({type(error).__name__}: {error}). Start one "
            "with `guardstream broker run`, or set GUARDSTREAM_BOOTSTRAP_SERVERS"
        )
        raise GuardstreamError(message) from error
