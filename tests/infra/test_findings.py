import json
from collections.abc import Callable
from pathlib import Path

import aws_cdk as cdk
import pytest

from infra.suppressions import accept_finding
from tests.infra.reading import Findings


@pytest.mark.parametrize("name", ["dev", "prod", "pushing"])
def test_cdk_nag_finds_nothing_that_is_not_answered(name: str, assembly_of: Callable[[str], Path]) -> None:
    report = json.loads((assembly_of(name) / "validation-report.json").read_text())
    assert report["pluginReports"] == []


def test_both_packs_look(unanswered: Findings) -> None:
    assert {plugin["pluginName"] for plugin in unanswered.report["pluginReports"]} == {"AwsSolutions", "Serverless"}


def test_every_accepted_finding_is_really_found(unanswered: Findings) -> None:
    idle = {
        (rule, path)
        for rule, path in unanswered.accepted
        if not any(found == rule and f"{where}/".startswith(f"{path}/") for found, where in unanswered.found)
    }
    assert idle == set()


def test_no_finding_is_accepted_for_a_whole_stack() -> None:
    stack = cdk.Stack(cdk.App(), "Whole")
    with pytest.raises(ValueError, match="accept it on the resource"):
        accept_finding(stack, rule="AwsSolutions-IAM5[Resource::*]", because="it is convenient")
