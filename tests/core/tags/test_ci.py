from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.tags.ci import TOOLS, ci_defaults, repository_of
from streams.core.tags.make import make_tag

SHA = "0123456789abcdef0123456789abcdef01234567"

PIPELINES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "GitHub Actions": (
        {
            "GITHUB_ACTIONS": "true", "GITHUB_SHA": SHA, "GITHUB_REPOSITORY": "acme/shop", "GITHUB_ACTOR": "ann",
            "GITHUB_REF": "refs/heads/main", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_RUN_ID": "7",
        },
        {
            "name": "shop 0123456", "version": "0123456", "commit": SHA, "repository": "acme/shop", "actor": "ann",
            "url": "https://github.com/acme/shop/actions/runs/7",
        },
    ),
    "GitLab CI": (
        {
            "GITLAB_CI": "true", "CI_COMMIT_TAG": "v2.14.0", "CI_COMMIT_SHA": SHA, "CI_PROJECT_PATH": "acme/eu/shop",
            "CI_JOB_URL": "https://gitlab.com/acme/eu/shop/-/jobs/7", "GITLAB_USER_LOGIN": "ann",
            "CI_ENVIRONMENT_NAME": "production", "CI_JOB_STARTED_AT": "2026-11-24T07:00:00Z",
        },
        {
            "name": "shop v2.14.0", "version": "v2.14.0", "commit": SHA, "repository": "acme/eu/shop", "actor": "ann",
            "url": "https://gitlab.com/acme/eu/shop/-/jobs/7", "environment": "production",
            "started_at": "2026-11-24T07:00:00Z",
        },
    ),
    "Jenkins": (
        {
            "JENKINS_URL": "https://ci/", "GIT_COMMIT": SHA, "GIT_URL": "https://bot:hunter2@git.acme.org/acme/shop.git",
            "BUILD_URL": "https://ci/job/shop/7/", "JOB_NAME": "shop/main", "BUILD_USER_ID": "ann",
        },
        {
            "name": "shop 0123456", "version": "0123456", "commit": SHA, "repository": "acme/shop", "actor": "ann",
            "url": "https://ci/job/shop/7/",
        },
    ),
    "CircleCI": (
        {
            "CIRCLECI": "true", "CIRCLE_TAG": "v3", "CIRCLE_SHA1": SHA, "CIRCLE_PROJECT_USERNAME": "acme",
            "CIRCLE_PROJECT_REPONAME": "shop", "CIRCLE_BUILD_URL": "https://circleci.com/gh/acme/shop/7",
            "CIRCLE_USERNAME": "ann",
        },
        {
            "name": "shop v3", "version": "v3", "commit": SHA, "repository": "acme/shop", "actor": "ann",
            "url": "https://circleci.com/gh/acme/shop/7",
        },
    ),
    "Buildkite": (
        {
            "BUILDKITE": "true", "BUILDKITE_COMMIT": "HEAD", "BUILDKITE_REPO": "git@github.com:acme/shop.git",
            "BUILDKITE_BUILD_URL": "https://buildkite.com/acme/shop/builds/7", "BUILDKITE_BUILD_CREATOR": "Ann",
        },
        {
            "name": "shop", "repository": "acme/shop", "actor": "Ann",
            "url": "https://buildkite.com/acme/shop/builds/7",
        },
    ),
    "Azure Pipelines": (
        {
            "TF_BUILD": "True", "BUILD_SOURCEBRANCH": "refs/tags/v4", "BUILD_SOURCEVERSION": SHA,
            "BUILD_REPOSITORY_NAME": "acme/shop", "SYSTEM_COLLECTIONURI": "https://dev.azure.com/acme/",
            "SYSTEM_TEAMPROJECT": "web", "BUILD_BUILDID": "7", "BUILD_REQUESTEDFOR": "Ann", "ENVIRONMENT_NAME": "prod",
        },
        {
            "name": "shop v4", "version": "v4", "commit": SHA, "repository": "acme/shop", "actor": "Ann",
            "url": "https://dev.azure.com/acme/web/_build/results?buildId=7", "environment": "prod",
        },
    ),
    "Bitbucket Pipelines": (
        {
            "BITBUCKET_BUILD_NUMBER": "7", "BITBUCKET_COMMIT": SHA, "BITBUCKET_REPO_FULL_NAME": "acme/shop",
            "BITBUCKET_DEPLOYMENT_ENVIRONMENT": "production", "BITBUCKET_TAG": "",
        },
        {
            "name": "shop 0123456", "version": "0123456", "commit": SHA, "repository": "acme/shop",
            "environment": "production", "url": "https://bitbucket.org/acme/shop/pipelines/results/7",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("tool", PIPELINES)
def test_a_pipelines_variables_say_what_is_released(tool: str) -> None:
    variables, expected = PIPELINES[tool]
    found = ci_defaults(variables)
    assert (found.tool, found.fields) == (tool, expected)
    assert found.of.keys() == found.fields.keys()
    assert {name for names in found.of.values() for name in names} <= variables.keys()


def test_outside_of_a_pipeline_nothing_is_taken() -> None:
    variables = {name: value for name, value in PIPELINES["Jenkins"][0].items() if name != "JENKINS_URL"}
    assert ci_defaults(variables).fields == {}


def test_every_tool_is_tested() -> None:
    assert [tool.name for tool in TOOLS] == [*PIPELINES]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://user:token@host/acme/shop.git", "acme/shop"),
        ("ssh://git@host:22/acme/shop.git", "acme/shop"),
        ("git@host:acme/shop", "acme/shop"),
        ("acme/shop", "acme/shop"),
        ("https://host/", "repository"),
    ],
)
def test_a_repository_is_told_without_host_and_password(address: str, expected: str) -> None:
    assert repository_of(address) == expected


names = sorted({name for variables, _ in PIPELINES.values() for name in variables})


@given(st.dictionaries(st.sampled_from(names), st.text(st.characters(exclude_categories=["Cs"]), max_size=300)))
def test_whatever_the_variables_hold_a_tag_can_be_made_with_them(variables: dict[str, str]) -> None:
    fields = {name: text for name, text in ci_defaults(variables).fields.items() if name != "started_at"}
    assert make_tag({**fields, "name": "mine"}, source="cli", now_ms=0).name == "mine"
