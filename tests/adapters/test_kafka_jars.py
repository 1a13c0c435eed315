from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas.errors import GuardstreamError
from streams.adapters.kafka_jars import class_path
from streams.settings import shipped

if TYPE_CHECKING:
    from pathlib import Path


def fake_maven(folder: Path, script: str) -> str:
    program = folder / "mvn"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program)


def resolving(folder: Path) -> str:
    """Return a Maven that finds one jar, and counts its runs."""
    jar = folder / "one.jar"
    jar.write_bytes(b"jar")
    return fake_maven(
        folder,
        f'echo run >> {folder}/runs; for a; do case $a in -Dmdep.outputFile=*) echo {jar} > "${{a#*=}}";; esac; done',
    )


def test_the_shipped_pom_resolves_to_jars_that_exist_and_hold_the_broker() -> None:
    jars = class_path().split(":")
    assert [jar for jar in jars if "kafka_2.13" in jar]
    assert [jar for jar in jars if "kafka-tools" in jar]
    assert [jar for jar in jars if "slf4j-impl" in jar]


def test_maven_runs_once_while_the_jars_stay(tmp_path: Path) -> None:
    maven = resolving(tmp_path)
    for _ in range(3):
        assert class_path(cache=tmp_path / "cache", maven=maven) == str(tmp_path / "one.jar")
    assert (tmp_path / "runs").read_text() == "run\n"


def test_jars_that_vanished_are_fetched_again(tmp_path: Path) -> None:
    maven = resolving(tmp_path)
    class_path(cache=tmp_path / "cache", maven=maven)
    (tmp_path / "one.jar").unlink()
    class_path(cache=tmp_path / "cache", maven=maven)
    assert (tmp_path / "runs").read_text() == "run\nrun\n"


def test_another_pom_is_resolved_on_its_own(tmp_path: Path) -> None:
    maven = resolving(tmp_path)
    class_path(cache=tmp_path / "cache", maven=maven)
    other = tmp_path / "pom.xml"
    other.write_text(shipped("kafka/pom.xml").read_text() + "<!-- another -->")
    class_path(other, cache=tmp_path / "cache", maven=maven)
    assert (tmp_path / "runs").read_text() == "run\nrun\n"


def test_no_maven_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(GuardstreamError, match=r"needs Maven .*not in PATH; install it, or use a broker of your own"):
        class_path(cache=tmp_path, maven="no-such-maven")


def test_jars_that_cannot_be_fetched_are_reported_with_mavens_words(tmp_path: Path) -> None:
    maven = fake_maven(tmp_path, "echo '[ERROR] Could not transfer artifact'; echo noise; exit 1")
    with pytest.raises(GuardstreamError, match=r"check the network .*It said:\n\[ERROR\] Could not transfer artifact$"):
        class_path(cache=tmp_path / "cache", maven=maven)
