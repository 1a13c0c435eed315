from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from schemas.errors import Errors, GuardstreamError
from schemas.topics import Topics
from streams.settings import Settings, load_settings, shipped, unknown_variables

SASL = {
    "GUARDSTREAM_SECURITY_PROTOCOL": "sasl_ssl",
    "GUARDSTREAM_SASL_MECHANISM": "scram-sha-512",
    "GUARDSTREAM_SASL_USERNAME": "guard",
    "GUARDSTREAM_SASL_PASSWORD": "hunter2",
}


def problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(GuardstreamError) as raised:
        load_settings(environ)
    assert isinstance(raised.value, Errors)
    return [str(error) for error in raised.value.errors]


def test_an_empty_environment_gives_a_laptops_settings() -> None:
    settings = load_settings({})
    assert settings.bootstrap_servers == "127.0.0.1:9092"
    assert settings.web_host == "127.0.0.1"
    assert settings.rules == (shipped("rules"),)
    assert settings.topics() == Topics()


def test_every_kind_of_value_is_read_from_text() -> None:
    settings = load_settings(
        {
            "GUARDSTREAM_BOOTSTRAP_SERVERS": "kafka://one:9093,two",
            "GUARDSTREAM_TOPIC_PREFIX": "soc.",
            "GUARDSTREAM_FINDINGS_TOPIC": "gd",
            "GUARDSTREAM_PARTITIONS": "3",
            "GUARDSTREAM_CLOUDTRAIL_DELAY": "20m",
            "GUARDSTREAM_ENRICH_CLOUDTRAIL": "all",
            "GUARDSTREAM_LOG_LEVEL": "debug",
            "GUARDSTREAM_WEB_PORT": "0",
        }
    )
    assert settings.bootstrap_servers == "one:9093,two:9092"
    assert settings.topics().alerts == "soc.alerts"
    assert settings.topics().findings == "gd"
    assert (settings.partitions, settings.cloudtrail_delay, settings.web_port) == (3, 1200.0, 0)
    assert (settings.enrich_cloudtrail, settings.log_level) == ("all", "DEBUG")


def test_the_environment_of_the_process_is_read_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUARDSTREAM_APP_ID", "other")
    assert load_settings().app_id == "other"


def test_an_empty_variable_counts_as_not_set() -> None:
    assert load_settings({"GUARDSTREAM_PARTITIONS": ""}).partitions == Settings().partitions


def test_data_follow_the_xdg_specification(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert Settings().data == tmp_path / "guardstream"
    monkeypatch.delenv("XDG_DATA_HOME")
    assert Settings().data == Path.home() / ".local/share/guardstream"
    assert load_settings({"GUARDSTREAM_DATA": "~/guard"}).data == Path.home() / "guard"


def test_all_problems_are_told_at_once_each_with_its_variable_and_value() -> None:
    found = problems(
        {
            "GUARDSTREAM_PARTITIONS": "many",
            "GUARDSTREAM_FINDINGS_DELAY": "soon",
            "GUARDSTREAM_RULES": "/nowhere",
            "GUARDSTREAM_WEB_PORT": "65536",
        }
    )
    assert [problem.partition(":")[0] for problem in found] == [
        "GUARDSTREAM_PARTITIONS",
        "GUARDSTREAM_RULES",
        "GUARDSTREAM_FINDINGS_DELAY",
        "GUARDSTREAM_WEB_PORT",
    ]
    assert found[0].endswith("(it is 'many')")
    assert found[1] == "GUARDSTREAM_RULES: /nowhere is no folder"
    assert "write seconds, or a number with" in found[2]


@pytest.mark.parametrize("name", ["ACCOUNTS", "DATA", "RULES", "SSL_CAFILE", "DASHBOARD_TOKEN_FILE"])
def test_the_home_of_nobody_is_no_path(name: str) -> None:
    with pytest.raises(GuardstreamError, match=f"GUARDSTREAM_{name}.*home of a user who is not there"):
        load_settings({f"GUARDSTREAM_{name}": "~nobody-of-this-name/x"})


@given(st.dictionaries(st.sampled_from(sorted(Settings.model_fields)), st.text(max_size=20), max_size=6))
def test_whatever_the_environment_holds_gives_settings_or_errors_that_name_variables(values: dict[str, str]) -> None:
    try:
        load_settings({f"GUARDSTREAM_{name.upper()}": value for name, value in values.items()})
        errors = []
    except Errors as raised:
        errors = raised.errors
    assert all(str(error).startswith("GUARDSTREAM_") for error in errors)


def test_settings_cannot_be_changed_and_know_no_other_fields() -> None:
    with pytest.raises(ValidationError):
        setattr(Settings(), "partitions", 3)  # noqa: B010 - what a type checker would not let pass.
    with pytest.raises(ValidationError):
        Settings.model_validate({"partition": 3})


def test_a_secret_is_never_shown() -> None:
    settings = load_settings(SASL)
    assert settings.sasl_password == SecretStr("hunter2")
    assert "hunter2" not in f"{settings!r} {settings} {settings.model_dump_json()}"
    found = problems({**SASL, "GUARDSTREAM_SASL_MECHANISM": "none", "GUARDSTREAM_PARTITIONS": "0"})
    assert len(found) == 2
    assert "hunter2" not in str(found)


def test_a_password_in_the_brokers_url_is_refused_and_not_shown() -> None:
    [problem] = problems({"GUARDSTREAM_BOOTSTRAP_SERVERS": "kafka://me:hunter2@broker"})
    assert problem.startswith("GUARDSTREAM_BOOTSTRAP_SERVERS: must not hold a user or password")
    assert "hunter2" not in problem


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("from file\n")
    environ = {name: value for name, value in SASL.items() if name != "GUARDSTREAM_SASL_PASSWORD"}
    settings = load_settings({**environ, "GUARDSTREAM_SASL_PASSWORD_FILE": str(file)})
    assert settings.sasl_password == SecretStr("from file")


def test_a_secrets_file_that_cannot_be_read_or_is_one_too_many_is_an_error(tmp_path: Path) -> None:
    [missing, _] = problems({**SASL, "GUARDSTREAM_SASL_PASSWORD": "", "GUARDSTREAM_SASL_PASSWORD_FILE": "/nowhere"})
    assert missing == "GUARDSTREAM_SASL_PASSWORD_FILE: can't be read at /nowhere: No such file or directory"
    [twice] = problems({**SASL, "GUARDSTREAM_SASL_PASSWORD_FILE": str(tmp_path / "file")})
    assert twice == "GUARDSTREAM_SASL_PASSWORD_FILE: is set beside GUARDSTREAM_SASL_PASSWORD; keep one of them"


def test_sasl_needs_all_of_its_settings_and_they_need_sasl() -> None:
    assert len(problems({"GUARDSTREAM_SECURITY_PROTOCOL": "SASL_SSL"})) == 3
    [unused] = problems({"GUARDSTREAM_SASL_USERNAME": "guard"})
    assert unused.startswith(
        "GUARDSTREAM_SASL_USERNAME: is set, but GUARDSTREAM_SECURITY_PROTOCOL=PLAINTEXT does not use it"
    )


@pytest.mark.parametrize("broker", ["127.0.0.1", "localhost", "[::1]:9092", "127.3.2.1:9", "kafka.localhost"])
def test_a_password_may_cross_the_loopback_unencrypted(broker: str) -> None:
    environ = {**SASL, "GUARDSTREAM_SECURITY_PROTOCOL": "SASL_PLAINTEXT", "GUARDSTREAM_BOOTSTRAP_SERVERS": broker}
    assert load_settings(environ).uses_sasl


def test_a_password_crosses_a_network_unencrypted_only_where_that_is_said() -> None:
    environ = {
        **SASL,
        "GUARDSTREAM_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "GUARDSTREAM_BOOTSTRAP_SERVERS": "127.0.0.1,a.b",
    }
    [problem] = problems(environ)
    assert (
        "would send the password to a.b unencrypted; choose SASL_SSL, or set GUARDSTREAM_SASL_OVER_PLAINTEXT" in problem
    )
    assert load_settings({**environ, "GUARDSTREAM_SASL_OVER_PLAINTEXT": "true"}).sasl_over_plaintext


def test_tls_files_fit_together_and_to_the_protocol(tmp_path: Path) -> None:
    pem = tmp_path / "any.pem"
    pem.write_text("")
    tls = {"GUARDSTREAM_SECURITY_PROTOCOL": "SSL"}
    assert problems({"GUARDSTREAM_SSL_CAFILE": str(pem)})[0].startswith("GUARDSTREAM_SSL_CAFILE: is set, but ")
    assert problems({**tls, "GUARDSTREAM_SSL_KEYFILE": str(pem)}) == [
        "GUARDSTREAM_SSL_CERTFILE: is missing beside GUARDSTREAM_SSL_KEYFILE"
    ]
    assert problems({**tls, "GUARDSTREAM_SSL_KEY_PASSWORD": "x"}) == [
        "GUARDSTREAM_SSL_KEY_PASSWORD: is set, but GUARDSTREAM_SSL_CERTFILE is not"
    ]
    assert load_settings({**tls, "GUARDSTREAM_SSL_CERTFILE": str(pem)}).uses_tls


def test_no_topic_is_two_things() -> None:
    [same] = problems({"GUARDSTREAM_CLOUDTRAIL_TOPIC": "guardduty-findings"})
    assert same.startswith("GUARDSTREAM_CLOUDTRAIL_TOPIC: is GUARDSTREAM_FINDINGS_TOPIC too")
    [loop] = problems({"GUARDSTREAM_FINDINGS_TOPIC": "guardstream.alerts"})
    assert loop.startswith("GUARDSTREAM_TOPIC_PREFIX: makes guardstream.alerts an output as well as an input")


def test_a_misspelled_variable_is_warned_of_with_the_nearest_one() -> None:
    assert unknown_variables({"GUARDSTREAM_PARTITION": "3", "GUARDSTREAM_PARTITIONS": "3", "PATH": ""}) == [
        "GUARDSTREAM_PARTITION is no setting and was not read; is GUARDSTREAM_PARTITIONS meant?"
    ]
    assert unknown_variables({"GUARDSTREAM_TEST_KAFKA": "", "GUARDSTREAM_SSL_KEY_PASSWORD_FILE": ""}) == []
