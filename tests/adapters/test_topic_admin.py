from __future__ import annotations

from dataclasses import replace

import pytest

from schemas.errors import Errors, GuardstreamError
from streams.adapters.embedded_kafka import free_port
from streams.adapters.topic_admin import (
    FoundTopic,
    TopicSpec,
    check_topics,
    create_topics,
    find_topics,
    judge_size,
    judge_topic,
    plan_topics,
)
from streams.settings import Settings

SPEC = TopicSpec("out", 8, 1, {"cleanup.policy": "compact,delete", "max.message.bytes": "8388608"}, output=True)
FOUND = FoundTopic(8, {"cleanup.policy": "delete,compact", "max.message.bytes": "8388608"})


def test_every_topic_is_planned_once_and_with_one_partition_count() -> None:
    settings = Settings(partitions=3)
    plan = plan_topics(settings)
    topics = settings.topics()
    assert [spec.name for spec in plan] == [*topics.inputs(), *topics.outputs()]
    single = {topics.rules, topics.lifecycle_tags, topics.alert_notes}
    assert {spec.name for spec in plan if spec.partitions != 3} == single
    assert {spec.partitions for spec in plan if spec.name in single} == {1}


def test_findings_are_kept_as_long_as_their_counts_so_that_a_new_dashboard_can_count_them_itself() -> None:
    topics = Settings().topics()
    kept = {spec.name: int(spec.config.get("retention.ms", "0")) for spec in plan_topics(Settings())}
    assert kept[topics.enriched_findings] == kept[topics.window_counts]
    assert kept[topics.window_counts] >= Settings().dashboard_keeps * 1_000


def test_one_lost_broker_loses_nothing_acknowledged_where_there_are_three_copies() -> None:
    def required(replication: int) -> set[str]:
        return {spec.config["min.insync.replicas"] for spec in plan_topics(Settings(replication=replication))}

    assert required(1) == {"1"}
    assert required(3) == {"2"}


def test_missing_topics_are_reported_created_and_then_right(kafka_settings: Settings) -> None:
    names = [spec.name for spec in plan_topics(kafka_settings)]
    assert check_topics(kafka_settings) == [f"{name} is missing; run `guardstream topics create`" for name in names]
    assert create_topics(kafka_settings) == names
    assert check_topics(kafka_settings) == []


def test_creating_again_changes_nothing(kafka_settings: Settings) -> None:
    create_topics(kafka_settings)
    assert create_topics(kafka_settings) == []


def test_the_broker_keeps_each_topic_as_planned(kafka_settings: Settings) -> None:
    create_topics(kafka_settings)
    plan = plan_topics(kafka_settings)
    found = find_topics(kafka_settings, [spec.name for spec in plan])
    for spec in plan:
        assert found[spec.name].partitions == spec.partitions
        assert {key: found[spec.name].config[key] for key in spec.config} == spec.config


def test_outputs_made_with_another_partition_count_are_reported_each_and_inputs_may_have_any(
    kafka_settings: Settings,
) -> None:
    create_topics(kafka_settings)
    problems = check_topics(kafka_settings.model_copy(update={"partitions": 5}))
    outputs = [spec.name for spec in plan_topics(kafka_settings) if spec.output and spec.partitions > 1]
    assert [problem.split(" ", 1)[0] for problem in problems] == outputs
    assert all("has 2 partitions and should have 5" in problem for problem in problems)


def test_more_copies_than_brokers_is_an_error_for_each_topic(kafka_settings: Settings) -> None:
    with pytest.raises(Errors) as raised:
        create_topics(kafka_settings.model_copy(update={"replication": 7}))
    assert len(raised.value.errors) == len(plan_topics(kafka_settings))
    assert f"topic {kafka_settings.findings_topic}: the broker refused to create it: " in str(raised.value)


def test_no_broker_says_where_it_was_sought() -> None:
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(GuardstreamError, match=f"no Kafka broker serves us at {address}.*`guardstream broker run`"):
        check_topics(Settings(bootstrap_servers=address))


def test_the_order_of_policies_does_not_matter() -> None:
    assert judge_topic(SPEC, FOUND) == []


def test_a_wrong_policy_is_reported_with_the_command_that_mends_it() -> None:
    found = replace(FOUND, config={**FOUND.config, "cleanup.policy": "delete"})
    [problem] = judge_topic(SPEC, found)
    assert problem.startswith("out has cleanup.policy=delete and should have compact,delete; run `kafka-configs.sh")
    assert problem.endswith("--add-config cleanup.policy=[compact,delete]`")


def test_an_output_that_takes_only_small_messages_is_reported() -> None:
    found = replace(FOUND, config={**FOUND.config, "max.message.bytes": "1048588"})
    [problem] = judge_size(SPEC, found)
    assert "max.message.bytes=1048588 and should have 8388608" in problem


def test_an_input_that_takes_only_small_messages_is_the_users_own_affair() -> None:
    found = replace(FOUND, config={**FOUND.config, "max.message.bytes": "1048588"})
    assert judge_size(replace(SPEC, output=False), found) == []
