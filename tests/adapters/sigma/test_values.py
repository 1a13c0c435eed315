"""What each kind of Sigma value becomes, and what that matches."""

from typing import Any

import pytest

from tests.adapters.sigma.matching import imported, matched, refusal, sigma_rule

DEEP: dict[str, Any] = {"Status": {"x": "Suspended"}}


def record(**parts: Any) -> dict[str, Any]:
    return {"eventName": "X"} | parts


@pytest.mark.parametrize(
    ("selection", "query", "fires", "silent"),
    [
        # Whole values, regardless of case.
        ({"eventName": "CreateUser"}, "eventName:CreateUser", {"eventName": "createuser"},
         {"eventName": "CreateUserX"}),
        ({"eventName": "and"}, "eventName:\\and", {"eventName": "AND"}, {"eventName": "x and y"}),
        ({"eventSource": "s3.amazonaws.com"}, 'eventSource:"s3.amazonaws.com"', {"eventSource": "S3.amazonaws.com"},
         {"eventSource": "a.s3.amazonaws.com"}),
        ({"eventSource": "s3"}, "eventSource:/s3/", {"eventSource": "S3"}, {"eventSource": "s3.amazonaws.com"}),
        ({"userAgent": "a.b/c d"}, "userAgent:/a\\.b\\/c d/", {"userAgent": "A.B/C D"}, {"userAgent": "x a.b/c d"}),
        ({"errorCode": ""}, 'errorCode:""', {"errorCode": ""}, {}),
        ({"errorCode": "10.0.0.0/8"}, "errorCode:/10\\.0\\.0\\.0\\/8/", {"errorCode": "10.0.0.0/8"},
         {"errorCode": "10.0.0.1"}),
        # Wildcards, and what is none.
        ({"userAgent|contains": "S3 Browser"}, "userAgent:*S3\\ Browser*", {"userAgent": "[s3 browser]"},
         {"userAgent": "S3"}),
        ({"userAgent": "a?c*"}, "userAgent:a?c*", {"userAgent": "aBcd"}, {"userAgent": "ac"}),
        ({"userAgent": "a\\*"}, "userAgent:/a\\*/", {"userAgent": "a*"}, {"userAgent": "ab"}),
        ({"userAgent|startswith": "/usr"}, "userAgent:\\/usr*", {"userAgent": "/usr/bin"}, {"userAgent": "x/usr"}),
        ({"userAgent|endswith": ":"}, "userAgent:*\\:", {"userAgent": "a:"}, {"userAgent": "a:b"}),
        ({"userAgent|contains": "a\nb"}, "userAgent:/.*a\\x{a}b.*/", {"userAgent": "xa\nb"}, {"userAgent": "a b"}),
        ({"userAgent|contains": "*"}, "_exists_:userAgent", {"userAgent": ""}, {}),
        # Objects are their JSON text where a value could be one.
        ({"requestParameters|contains": "suspended"}, "requestParameters.json:*suspended*", {"requestParameters": DEEP},
         {"requestParameters": {"x": "Enabled"}}),
        ({"requestParameters.Status|contains": "*"}, "_exists_:requestParameters.Status.json",
         {"requestParameters": DEEP},
         {"requestParameters": {"Status": None}}),
        ({"requestParameters.a|startswith": "{"}, "requestParameters.a.json:\\{*", {"requestParameters": {"a": {}}},
         {"requestParameters": {"a": "x{"}}),
        ({"requestParameters.a": '{"b":1}'}, 'requestParameters.a.json:/\\{"b":1\\}/',
         {"requestParameters": {"a": {"b": 1}}},
         {"requestParameters": {"a": {"b": 2}}}),
        # Null and existence.
        ({"errorCode": None}, "NOT _exists_:errorCode", {"errorCode": None}, {"errorCode": ""}),
        ({"requestParameters": None}, "NOT _exists_:requestParameters.json", {}, {"requestParameters": {}}),
        ({"errorCode|exists": True}, "_exists_:errorCode", {"errorCode": "x"}, {"errorCode": None}),
        ({"errorCode|exists": False}, "NOT _exists_:errorCode", {}, {"errorCode": "x"}),
        # Booleans and numbers, as such and as text.
        ({"requestParameters.enable": "false"}, "requestParameters.enable:/false/",
         {"requestParameters": {"enable": False}},
         {"requestParameters": {"enable": True}}),
        ({"requestParameters.enable": True}, "requestParameters.enable:/true/",
         {"requestParameters": {"enable": "True"}},
         {"requestParameters": {"enable": 1}}),
        ({"requestParameters.port": 22}, 'requestParameters.port.keyword:"22"', {"requestParameters": {"port": "22"}},
         {"requestParameters": {"port": "22 23"}}),
        ({"requestParameters.port": "22"}, "requestParameters.port:/22/", {"requestParameters": {"port": 22}},
         {"requestParameters": {"port": 2200}}),
        ({"requestParameters.port|gte": -1.5}, "requestParameters.port.numeric:>=-1.5",
         {"requestParameters": {"port": "0"}},
         {"requestParameters": {"port": -2}}),
        ({"requestParameters.port|lt": 9}, "requestParameters.port.numeric:<9", {"requestParameters": {"port": 8}},
         {"requestParameters": {"port": "a"}}),
        # Case.
        ({"eventName|cased": "Get"}, "eventName.keyword:/Get/", {"eventName": "Get"}, {"eventName": "get"}),
        ({"eventName|cased": "TRUE"}, "eventName.keyword:/TRUE/", {"eventName": "TRUE"}, {"eventName": True}),
        ({"eventName|contains|cased": "Get"}, "eventName.keyword:*Get*", {"eventName": "xGet"}, {"eventName": "xget"}),
        # Regexes are searched for, and respect case.
        ({"userIdentity.arn|re": "role/a+$"}, "userIdentity.arn.keyword:/.*(?-s:role\\/a+$).*/",
         {"userIdentity": {"arn": "role/aa"}},
         {"userIdentity": {"arn": "ROLE/aa"}}),
        ({"userAgent|re|i": "a.b|^c"}, "userAgent.keyword:/.*(?i-s:a.b|^c).*/", {"userAgent": "xA-b"},
         {"userAgent": "a\nb"}),
        ({"userAgent|re|m|s": "^a.b"}, "userAgent.keyword:/.*(?ms:^a.b).*/", {"userAgent": "x\na\nb"},
         {"userAgent": "xa\nb"}),
        # Networks, other fields, expansions.
        ({"sourceIPAddress|cidr": "10.0.0.0/12"}, 'sourceIPAddress:"10.0.0.0/12"', {"sourceIPAddress": "10.15.0.1"},
         {"sourceIPAddress": "10.16.0.1"}),
        ({"sourceIPAddress|cidr": "2001:db8::/32"}, 'sourceIPAddress:"2001:db8::/32"',
         {"sourceIPAddress": "2001:db8::1"},
         {"sourceIPAddress": "2001:db9::1"}),
        ({"eventName|fieldref": "errorCode"}, "eventName:$errorCode", {"errorCode": "x"}, {"errorCode": "xy"}),
        ({"requestParameters|fieldref": "responseElements"}, "requestParameters.json:$responseElements.json",
         {"requestParameters": DEEP, "responseElements": DEEP}, {"requestParameters": DEEP, "responseElements": {}}),
        ({"userAgent|windash|contains": "-x"}, "userAgent:(*-x* OR */x* OR *\\–x* OR *\\—x* OR *\\―x*)",  # noqa: RUF001
         {"userAgent": "a /x"}, {"userAgent": "a x"}),
        ({"userAgent|base64": "ab"}, "userAgent:/YWI=/", {"userAgent": "YWI="}, {"userAgent": "ab"}),
        # Several values.
        ({"eventName": ["A", "B*", None]}, "eventName:(A OR B*) OR (NOT _exists_:eventName)", {"eventName": "bc"}, {}),
        ({"userAgent|contains|all": ["a", "b"]}, "userAgent:(*a* AND *b*)", {"userAgent": "b a"}, {"userAgent": "a"}),
        ({"eventName|neq": "Get"}, "NOT eventName:Get", {}, {"eventName": "get"}),
    ],
)  # fmt: skip
def test_a_selection_becomes_a_query_that_matches_alike(
    selection: dict[str, Any], query: str, fires: dict[str, Any], silent: dict[str, Any]
) -> None:
    rule = imported(sigma_rule({"sel": selection}))
    assert rule.query == query
    assert matched(rule, [record(**fires)]) == {0}
    assert matched(rule, [record(**silent)]) == set()


def test_an_array_matches_if_any_of_its_elements_does() -> None:
    rule = imported(sigma_rule({"sel": {"requestParameters.items.tags|contains": "b"}}))
    parameters = [{"tags": ["a"]}, {"tags": [{"Key": "b"}]}]
    assert matched(
        rule, [record(requestParameters={"items": parameters}), record(requestParameters={"items": []})]
    ) == {0}


@pytest.mark.parametrize(
    ("keywords", "query", "fires", "silent"),
    [
        (["root"], "*root*", {"a": [{"b": "The ROOT user"}]}, {"root": 1}),
        (["a:b", "c d"], "*a\\:b* OR *c\\ d*", {"x": "xa:b"}, {"x": "c"}),
        ({"|all": ["a", "b"]}, "*a* AND *b*", {"x": "a", "y": "b"}, {"x": "a"}),
        ({"|re": "Root$"}, "/.*(?-is:Root$).*/", {"x": "a Root"}, {"x": "a root"}),
        ({"|re|i": "Root$"}, "/.*(?i-s:Root$).*/", {"x": "a root"}, {"x": "a roots"}),
        ({"|cased": "Root"}, "/(?-i:.*Root.*)/", {"x": "a Root."}, {"x": "a root."}),
        ({"|base64offset": "admin"}, "*YWRtaW* OR *FkbWlu* OR *hZG1pb*", {"x": "=FkbWlu="}, {"x": "admin"}),
        ([443], "*443*", {"x": 4430}, {"x": "44 3"}),
        (["*"], "*:*", {}, None),
    ],
)
def test_a_value_without_a_field_is_looked_for_in_every_value_of_the_record(
    keywords: Any, query: str, fires: dict[str, Any], silent: dict[str, Any] | None
) -> None:
    rule = imported(sigma_rule({"sel": keywords}))
    assert rule.query == query
    assert matched(rule, [fires]) == {0}
    assert silent is None or matched(rule, [silent]) == set()


@pytest.mark.parametrize(
    ("selection", "reason"),
    [
        ({"eventTime|hour": 3}, "comparison of the hour of a time"),
        ({"eventName|fieldref|startswith": "errorCode"}, "only whole values can be"),
        ({"userIdentity.arn|expand": "%admins%"}, "placeholder"),
        ({"userIdentity.arn|re|expand": "a%admins%"}, "placeholder"),
        ({"userAgent|re": "a(?=b)"}, "invalid perl operator"),
        ({"eventName|unknown": "a"}, "Unknown modifier 'unknown'"),
        ({"eventName|fieldref": "nothing"}, "nothing is no field of a CloudTrail record"),
    ],
)
def test_what_no_query_says_is_refused_with_the_reason(selection: dict[str, Any], reason: str) -> None:
    assert reason in refusal(sigma_rule({"sel": selection}))


def test_keywords_of_other_kinds_are_refused() -> None:
    assert "a Bool has no counterpart" in refusal(sigma_rule({"sel": [True]}))
