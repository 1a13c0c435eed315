from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
OURS = {"agents", "schemas", "streams"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OWN_SERVICES = sorted(name for name, service in COMPOSE["services"].items() if "build" in service)


def pins(file: str) -> dict[str, list[str]]:
    """Return the lines that belong to each pinned requirement of a file, by its name in the index's form."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in (ROOT / file).read_text().splitlines():
        if line.startswith(("#", "    #")) or not line.strip():
            continue
        if not line.startswith(" "):
            name = re.split(r"[=<>; \[]", line, maxsplit=1)[0]
            lines = found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), [])
        lines.append(line)
    return found


def names(requirements: list[str]) -> set[str]:
    return {re.sub(r"[-_.]+", "-", re.split(r"[=<>; \[]", line, maxsplit=1)[0]).lower() for line in requirements}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    [file] = folder.glob("*.whl")
    return zipfile.ZipFile(file)


def test_the_wheel_holds_our_packages_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops == OURS | {f"guardstream-{PROJECT['version']}.dist-info"}


def test_the_wheel_holds_every_module_of_the_sources_and_what_pages_are_made_of(wheel: zipfile.ZipFile) -> None:
    modules = {str(path.relative_to(ROOT)) for top in OURS for path in (ROOT / top).rglob("*.py")}
    pages = {
        str(path.relative_to(ROOT))
        for folder in ("templates", "static")
        for path in (ROOT / "streams/web/board" / folder).iterdir()
    }
    assert pages
    assert modules | pages <= set(wheel.namelist())


@pytest.mark.parametrize("folder", ["rules", "measures"])
def test_the_wheel_ships_every_file_of_rules_and_measures(wheel: zipfile.ZipFile, folder: str) -> None:
    source = ROOT / "deploy" / folder
    files = {str(path.relative_to(source)): path.read_bytes() for path in source.rglob("*.y*ml")}
    assert files
    for name, content in files.items():
        assert wheel.read(f"streams/shipped/{folder}/{name}") == content


def test_the_wheel_ships_the_schemas_of_rule_files(wheel: zipfile.ZipFile) -> None:
    for path in (ROOT / "docs/schema").glob("*.json"):
        assert wheel.read(f"streams/shipped/schema/{path.name}") == path.read_bytes()
    assert "streams/shipped/schema/rule.json" in wheel.namelist()


def test_the_wheel_ships_the_embedded_kafkas_pom(wheel: zipfile.ZipFile) -> None:
    assert wheel.read("streams/shipped/kafka/pom.xml") == (ROOT / "deploy/kafka/pom.xml").read_bytes()


def test_the_command_is_installed() -> None:
    [script] = importlib.metadata.entry_points(group="console_scripts", name="guardstream")
    assert script.value == PROJECT["scripts"]["guardstream"]
    assert callable(script.load())


def test_no_other_installed_distribution_owns_our_top_level_names() -> None:
    owners = importlib.metadata.packages_distributions()
    assert {owner for name in OURS for owner in owners.get(name, [])} <= {"guardstream"}


def test_our_modules_are_imported_from_this_tree() -> None:
    for name in OURS:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        assert Path(spec.origin).is_relative_to(ROOT)


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dashboard.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_with_hashes_and_names_no_address(file: str) -> None:
    assert "://" not in (ROOT / file).read_text()
    assert not re.search(r"^\s*-(?!-hash=)", (ROOT / file).read_text(), re.MULTILINE)
    for lines in pins(file).values():
        assert re.match(r"[A-Za-z0-9._-]+==[^\s;]+( ;.*)? \\$", lines[0])
        assert len(lines) > 1
        assert all(re.match(r"    --hash=sha256:[0-9a-f]{64}( \\)?$", line) for line in lines[1:])


def test_every_dependency_of_the_project_is_pinned() -> None:
    extras = PROJECT["optional-dependencies"]
    runtime, tools = names(PROJECT["dependencies"]), names([*extras["dev"], *extras["sigma"]])
    assert runtime <= pins("requirements.txt").keys()
    assert runtime | names(extras["dashboard"]) <= pins("requirements-dashboard.txt").keys()
    assert runtime | tools <= pins("requirements-dev.txt").keys()
    assert (tools | names(extras["dashboard"])).isdisjoint(pins("requirements.txt"))


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dashboard.txt"])
def test_all_files_pin_the_same_versions(file: str) -> None:
    tools = pins("requirements-dev.txt")
    for name, lines in pins(file).items():
        # The platforms that need it may be more with the tools.
        assert tools[name][0].split()[0] == lines[0].split()[0]
        assert tools[name][1:] == lines[1:]


@pytest.mark.parametrize("service", OWN_SERVICES)
def test_each_command_of_the_compose_file_is_one_that_the_program_takes(service: str) -> None:
    program, *arguments = COMPOSE["services"][service]["command"]
    # The help is printed only after every command and option before it was understood.
    command = [str(Path(sys.executable).with_name(program)), *arguments, "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert arguments[-1] in done.stdout or arguments[-2] in done.stdout


@pytest.mark.parametrize("service", OWN_SERVICES)
def test_each_variable_of_the_compose_file_is_a_setting(service: str) -> None:
    known = {f"GUARDSTREAM_{name.upper()}" for name in Settings.model_fields}
    assert set(COMPOSE["services"][service]["environment"]) <= known


@pytest.mark.parametrize("service", OWN_SERVICES)
def test_each_service_is_a_stage_of_the_image_that_installs_what_its_command_needs(service: str) -> None:
    stages = re.split(r"^FROM ", (ROOT / "deploy/Dockerfile").read_text(), flags=re.MULTILINE)[1:]
    [stage] = [
        one for one in stages if one.split("\n")[0].endswith(f" AS {COMPOSE['services'][service]['build']['target']}")
    ]
    [file] = re.findall(r"^COPY (requirements\S*) ", stage, re.MULTILINE)
    assert "USER guardstream" in stage
    is_dashboard = "dashboard" in COMPOSE["services"][service]["command"]
    assert file == ("requirements-dashboard.txt" if is_dashboard else "requirements.txt")


def test_the_dashboard_of_the_compose_file_refuses_to_start_without_a_token() -> None:
    given = COMPOSE["services"]["dashboard"]["environment"]
    # What the user has not set is empty, or what stands behind the colon.
    environment = {name: re.sub(r"\$\{\w+:-(.*)\}", r"\1", str(value)) for name, value in given.items()}
    environment["PATH"] = os.environ["PATH"]
    command = [str(Path(sys.executable).with_name("guardstream")), "dashboard"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "GUARDSTREAM_DASHBOARD_TOKEN" in done.stderr


def test_the_compose_file_publishes_ports_on_loopback_alone_and_workers_scale() -> None:
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert not {"ports", "container_name"} & COMPOSE["services"]["worker"].keys()


def test_tests_compose_and_laptops_run_the_same_kafka() -> None:
    pom = (ROOT / "deploy/kafka/pom.xml").read_text()
    [version] = re.findall(r"<kafka\.version>(.+)</kafka\.version>", pom)
    assert COMPOSE["services"]["kafka"]["image"] == f"apache/kafka:{version}"
    assert f'CONTAINER_IMAGE = "apache/kafka:{version}"' in (ROOT / "tests/conftest.py").read_text()
