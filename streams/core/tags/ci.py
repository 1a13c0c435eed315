"""What a pipeline's own variables say of the release that it makes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_VARIABLE = re.compile(r"\{([A-Z0-9_]+)\}")
_SHORT = 200
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Tool:
    """A CI: the variable by which it is known, and of which of its variables a field is made, the first that is set."""

    name: str
    marker: str
    version: tuple[str, ...]
    commit: str
    repository: tuple[str, ...]
    url: tuple[str, ...]
    actor: tuple[str, ...]
    environment: tuple[str, ...] = ()
    started_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Defaults:
    """The fields that a pipeline gives, and of which variables each of them is; nothing outside of a pipeline."""

    tool: str | None
    fields: dict[str, str]
    of: dict[str, tuple[str, ...]]


TOOLS = (
    Tool(
        "GitHub Actions",
        "GITHUB_ACTIONS",
        # The name of a branch is no version, so it is taken only where a tag was pushed.
        version=("refs/tags/={GITHUB_REF}",),
        commit="{GITHUB_SHA}",
        repository=("{GITHUB_REPOSITORY}",),
        url=("{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}",),
        actor=("{GITHUB_ACTOR}",),
    ),
    Tool(
        "GitLab CI",
        "GITLAB_CI",
        version=("{CI_COMMIT_TAG}",),
        commit="{CI_COMMIT_SHA}",
        repository=("{CI_PROJECT_PATH}",),
        url=("{CI_JOB_URL}", "{CI_PIPELINE_URL}"),
        actor=("{GITLAB_USER_LOGIN}",),
        environment=("{CI_ENVIRONMENT_NAME}",),
        started_at=("{CI_JOB_STARTED_AT}",),
    ),
    Tool(
        "Jenkins",
        "JENKINS_URL",
        version=("{TAG_NAME}",),
        commit="{GIT_COMMIT}",
        repository=("{GIT_URL}", "{JOB_NAME}"),
        url=("{BUILD_URL}",),
        # Set by the plugin "build user vars".
        actor=("{BUILD_USER_ID}", "{BUILD_USER}"),
    ),
    Tool(
        "CircleCI",
        "CIRCLECI",
        version=("{CIRCLE_TAG}",),
        commit="{CIRCLE_SHA1}",
        repository=("{CIRCLE_PROJECT_USERNAME}/{CIRCLE_PROJECT_REPONAME}", "{CIRCLE_REPOSITORY_URL}"),
        url=("{CIRCLE_BUILD_URL}",),
        actor=("{CIRCLE_USERNAME}",),
    ),
    Tool(
        "Buildkite",
        "BUILDKITE",
        version=("{BUILDKITE_TAG}",),
        commit="{BUILDKITE_COMMIT}",
        repository=("{BUILDKITE_REPO}", "{BUILDKITE_PIPELINE_SLUG}"),
        url=("{BUILDKITE_BUILD_URL}",),
        actor=("{BUILDKITE_BUILD_CREATOR}",),
    ),
    Tool(
        "Azure Pipelines",
        "TF_BUILD",
        version=("refs/tags/={BUILD_SOURCEBRANCH}",),
        commit="{BUILD_SOURCEVERSION}",
        repository=("{BUILD_REPOSITORY_NAME}",),
        url=("{SYSTEM_COLLECTIONURI}{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}",),
        actor=("{BUILD_REQUESTEDFOR}",),
        environment=("{ENVIRONMENT_NAME}", "{RELEASE_ENVIRONMENTNAME}"),
    ),
    Tool(
        "Bitbucket Pipelines",
        "BITBUCKET_BUILD_NUMBER",
        version=("{BITBUCKET_TAG}",),
        commit="{BITBUCKET_COMMIT}",
        repository=("{BITBUCKET_REPO_FULL_NAME}",),
        url=("https://bitbucket.org/{BITBUCKET_REPO_FULL_NAME}/pipelines/results/{BITBUCKET_BUILD_NUMBER}",),
        actor=("{BITBUCKET_STEP_TRIGGERER_UUID}",),
        environment=("{BITBUCKET_DEPLOYMENT_ENVIRONMENT}",),
    ),
)


def ci_defaults(environ: Mapping[str, str]) -> Defaults:
    """What the pipeline that runs this says of itself. A version is the pushed tag, else the commit, shortened."""
    tool = next((one for one in TOOLS if environ.get(one.marker)), None)
    if tool is None:
        return Defaults(None, {}, {})
    fields: dict[str, str] = {}
    of: dict[str, tuple[str, ...]] = {}
    for name, templates in (
        ("version", tool.version),
        ("commit", (tool.commit,)),
        ("repository", tool.repository),
        ("url", tool.url),
        ("actor", tool.actor),
        ("environment", tool.environment),
        ("started_at", tool.started_at),
    ):
        for template in templates:
            if text := _filled(template, environ):
                fields[name], of[name] = text, tuple(_VARIABLE.findall(template))
                break
    _tidy(fields, of)
    return Defaults(tool.name, fields, of)


def _filled(template: str, environ: Mapping[str, str]) -> str:
    """A template with its variables; nothing where one is not set, or does not begin as what is before ``=`` says."""
    beginning, equals, rest = template.partition("=")
    if not equals or "{" in beginning:
        beginning, rest = "", template
    if not all(environ.get(name, "").strip() for name in _VARIABLE.findall(rest)):
        return ""
    text = _VARIABLE.sub(lambda found: environ[found[1]].strip(), rest)
    return text.removeprefix(beginning) if text.startswith(beginning) else ""


def _tidy(fields: dict[str, str], of: dict[str, tuple[str, ...]]) -> None:
    """Repository without host and password, a version, and a name made of both; nothing that a tag does not take."""
    if not _SHA.fullmatch(fields.get("commit", "")):
        # Buildkite says HEAD of what it has not looked up.
        fields.pop("commit", None)
        of.pop("commit", None)
    if not fields.get("url", "").startswith(("http://", "https://")):
        fields.pop("url", None)
        of.pop("url", None)
    if "version" not in fields and "commit" in fields:
        fields["version"], of["version"] = fields["commit"][:7], of["commit"]
    if "repository" in fields:
        fields["repository"] = repository_of(fields["repository"])
        words = [fields["repository"].rpartition("/")[2], fields.get("version", "")]
        fields["name"] = " ".join(filter(None, words))
        of["name"] = tuple(dict.fromkeys((*of["repository"], *of.get("version", ()))))
    for name in fields.keys() - {"url"}:
        fields[name] = fields[name][:_SHORT]


def repository_of(address: str) -> str:
    """`owner/name` of a repository's address, which may hold a password: https, ssh, or git@host:owner/name.git."""
    _, scheme, rest = address.partition("://")
    if scheme:
        path = rest.partition("/")[2]
    elif re.match(r"[^/]*@[^/:]+:", address):
        path = address.partition(":")[2]
    else:
        path = address
    return path.partition("?")[0].strip("/").removesuffix(".git") or "repository"
