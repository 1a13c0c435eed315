"""Find the jars of the embedded Kafka: Maven resolves them once, and the class path is remembered."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from schemas.errors import GuardstreamError
from streams.settings import cache_folder, shipped

_RESOLVE_SECONDS = 900.0


def class_path(pom: Path | None = None, cache: Path | None = None, maven: str = "mvn") -> str:
    """Return Java's class path of the broker that ``pom`` names (default: the shipped one).

    The jars stay in Maven's own repository. The path is kept in ``cache`` under the pom's hash, so that only the first
    call needs Maven; jars that have vanished since are resolved anew. Raises GuardstreamError.
    """
    pom = pom or shipped("kafka/pom.xml")
    digest = hashlib.sha256(pom.read_bytes()).hexdigest()[:16]
    remembered = (cache or cache_folder()) / f"kafka-{digest}.classpath"
    if remembered.is_file():
        found = remembered.read_text(encoding="utf-8")
        if found and all(Path(jar).is_file() for jar in found.split(":")):
            return found
    found = _resolve(pom, maven)
    remembered.parent.mkdir(parents=True, exist_ok=True)
    # Written beside and renamed, so that a second process never reads half of it.
    with tempfile.NamedTemporaryFile("w", dir=remembered.parent, delete=False, encoding="utf-8") as file:
        file.write(found)
    Path(file.name).replace(remembered)
    return found


def _resolve(pom: Path, maven: str) -> str:
    program = shutil.which(maven)
    if program is None:
        message = (
            "the embedded Kafka needs Maven (`mvn`) once, to fetch Kafka's jars, and it is not in PATH; install it, or "
            "use a broker of your own: set GUARDSTREAM_BOOTSTRAP_SERVERS"
        )
        raise GuardstreamError(message)
    with tempfile.TemporaryDirectory() as folder:
        # Maven is pointed at a copy: the shipped pom may lie in a folder that this user can't write to.
        copy, output = Path(folder) / "pom.xml", Path(folder) / "classpath"
        shutil.copyfile(pom, copy)
        command = [program, "-q", "-B", "-f", str(copy), "dependency:build-classpath"]
        options = [f"-Dmdep.outputFile={output}", "-Dmdep.includeScope=runtime", "-Dmdep.pathSeparator=:"]
        try:
            done = subprocess.run(  # noqa: S603 - a fixed command; nothing of it comes from outside.
                [*command, *options],
                capture_output=True,
                text=True,
                errors="replace",
                stdin=subprocess.DEVNULL,
                timeout=_RESOLVE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            message = (
                f"Maven did not fetch Kafka's jars within {_RESOLVE_SECONDS:.0f} s; check the network and try again"
            )
            raise GuardstreamError(message) from error
        if done.returncode or not output.is_file():
            message = (
                f"Maven can't fetch Kafka's jars named in {pom}; check the network and Maven's settings.xml, then try "
                f"again. It said:\n{_gist(done.stdout + done.stderr)}"
            )
            raise GuardstreamError(message)
        return output.read_text(encoding="utf-8").strip()


def _gist(output: str) -> str:
    """Return the first lines of Maven's output that say what failed."""
    lines = [line for line in output.splitlines() if line.strip("\x1b[0m ")]
    errors = [line for line in lines if "ERROR" in line] or lines
    return "\n".join(errors[:5])
