from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest

from schemas.errors import GuardstreamError
from streams.adapters.embedded_kafka import EmbeddedKafka, free_port
from streams.adapters.kafka_security import confluent_options, kafka_python_options, ssl_context
from streams.adapters.topic_admin import create_topics
from streams.settings import Settings, load_settings

if TYPE_CHECKING:
    from pathlib import Path

JAAS = 'org.apache.kafka.common.security.plain.PlainLoginModule required user_guard="hunter2";'


def test_without_security_a_client_gets_the_address_and_the_protocol() -> None:
    settings = Settings(bootstrap_servers="a:1,b:2")
    assert confluent_options(settings) == {"bootstrap.servers": "a:1,b:2", "security.protocol": "PLAINTEXT"}
    assert kafka_python_options(settings) == {"bootstrap_servers": ["a:1", "b:2"], "security_protocol": "PLAINTEXT"}
    assert ssl_context(settings) is None


def test_tls_checks_the_brokers_certificate_and_name() -> None:
    context = ssl_context(Settings(security_protocol="SSL"))
    assert context is not None
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_mutual_tls_names_its_files_to_each_client(tmp_path: Path) -> None:
    pem = tmp_path / "client.pem"
    pem.write_text("")
    settings = Settings(security_protocol="SSL", ssl_certfile=pem)
    # A certificate's file may hold its key too.
    assert confluent_options(settings)["ssl.key.location"] == confluent_options(settings)["ssl.certificate.location"]


def test_a_file_that_is_no_certificate_is_an_error_that_names_the_settings(tmp_path: Path) -> None:
    pem = tmp_path / "client.pem"
    pem.write_text("not a certificate")
    with pytest.raises(GuardstreamError, match=r"can't be used .*client\.pem.*the files must be PEM"):
        ssl_context(Settings(security_protocol="SSL", ssl_cafile=pem))


def test_both_clients_name_themselves_to_a_broker_that_asks_for_a_password(tmp_path: Path) -> None:
    from confluent_kafka import Producer  # noqa: PLC0415 - used by this test alone.

    port = free_port()
    broker = EmbeddedKafka(tmp_path)
    broker.properties["listeners"] += f",SASL_PLAINTEXT://127.0.0.1:{port}"
    broker.properties["advertised.listeners"] += f",SASL_PLAINTEXT://127.0.0.1:{port}"
    broker.properties["listener.security.protocol.map"] += ",SASL_PLAINTEXT:SASL_PLAINTEXT"
    broker.properties["sasl.enabled.mechanisms"] = "PLAIN"
    broker.properties["listener.name.sasl_plaintext.plain.sasl.jaas.config"] = JAAS
    environ = {
        "GUARDSTREAM_BOOTSTRAP_SERVERS": f"127.0.0.1:{port}",
        "GUARDSTREAM_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "GUARDSTREAM_SASL_MECHANISM": "PLAIN",
        "GUARDSTREAM_SASL_USERNAME": "guard",
        "GUARDSTREAM_SASL_PASSWORD": "hunter2",
        "GUARDSTREAM_PARTITIONS": "1",
    }
    with broker:
        settings = load_settings(environ)
        assert settings.topics().alerts in create_topics(settings)
        producer = Producer(confluent_options(settings))
        producer.produce(settings.topics().alerts, b"alert")
        assert producer.flush(20) == 0
        with pytest.raises(GuardstreamError, match="no Kafka broker serves us") as raised:
            create_topics(load_settings({**environ, "GUARDSTREAM_SASL_PASSWORD": "wrong-word"}))
        assert "wrong-word" not in str(raised.value)
