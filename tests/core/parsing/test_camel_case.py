from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.parsing.camel_case import camel_case, lower_first


@pytest.mark.parametrize(
    ("key", "name"),
    [("AccountId", "accountId"), ("Ipv6Addresses", "ipv6Addresses"), ("HostIPC", "hostIPC"), ("ARN", "arn"),
     ("DNSRequestAction", "dnsRequestAction"), ("SourceIps", "sourceIPs"), ("S3BucketDetails", "s3BucketDetails"),
     ("accountId", "accountId"), ("AWS::EC2::Instance", "AWS::EC2::Instance"), ("USER_ID", "USER_ID"), ("Id", "id"),
     ("", "")],
)  # fmt: skip
def test_a_name_is_lowered_as_eventbridge_writes_it(key: str, name: str) -> None:
    assert lower_first(key) == name


def test_names_are_lowered_at_every_depth_but_keys_that_are_data_are_not() -> None:
    found = camel_case(
        {
            "Resource": {"InstanceDetails": {"ProductCodes": [{"Code": "c", "ProductType": "t"}]}},
            "Service": {"Action": {"AwsApiCallAction": {"AffectedResources": {"Bucket": "b"}}}},
        }
    )
    assert found == {
        "resource": {"instanceDetails": {"productCodes": [{"productCodeId": "c", "productCodeType": "t"}]}},
        "service": {"action": {"awsApiCallAction": {"affectedResources": {"Bucket": "b"}}}},
    }


def test_a_name_that_is_there_in_camel_case_wins() -> None:
    assert camel_case({"Type": "a", "type": "b"}) == {"type": "b"}


@given(st.recursive(st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner)))
def test_doing_it_twice_changes_no_more(value: Any) -> None:
    once = camel_case(value)
    assert camel_case(once) == once
