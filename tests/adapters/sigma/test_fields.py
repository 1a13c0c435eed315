import pytest

from streams.adapters.sigma.fields import sigma_field
from streams.adapters.sigma.refusal import NotImportableError


def test_a_field_of_the_record_is_named_as_it_is() -> None:
    field = sigma_field("requestParameters.aws:Source-Arn.x")
    assert field.name == "requestParameters.aws\\:Source-Arn.x"
    assert field.path == ("requestParameters", "aws:Source-Arn", "x")


@pytest.mark.parametrize(
    ("name", "nests"),
    [
        ("userAgent", False),
        ("userIdentity.arn", False),
        ("userIdentity", True),
        ("requestParameters.a", True),
        ("resources", True),
    ],
)
def test_fields_that_are_text_for_certain_are_not_searched_for_objects(name: str, *, nests: bool) -> None:
    assert sigma_field(name).nests is nests
    assert sigma_field(name).with_objects == (f"{name}.json" if nests else name)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("eventname", "did you mean eventName"),
        ("event_name", "no field of a CloudTrail record"),
        ("detail.eventName", "no field of a CloudTrail record"),
        ("source", "no field of a CloudTrail record"),
        ("requestParameters.items[0].a", "has a \\["),
        ("requestParameters.items{}.a", "has a {"),
        ("requestParameters..a", "no field name"),
        ("eventName.keyword", "ends with .keyword"),
        ("requestParameters.json", "ends with .json"),
        ("requestParameters.resourrceRole", "means requestParameters.resourceRole"),
    ],
)
def test_a_name_that_would_mean_something_else_or_nothing_is_refused(name: str, reason: str) -> None:
    with pytest.raises(NotImportableError, match=reason):
        sigma_field(name)
