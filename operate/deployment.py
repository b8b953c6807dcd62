"""Which deployment an operator means, and what it says of itself."""

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

_STAGE = re.compile(r"[a-z][a-z0-9]{1,15}")


class OperatorError(Exception):
    """Something that the person at the console can put right; the message says how."""


def stage_from_environment(*, example: str) -> str:
    """The stage that `STAGE` names.

    Raises:
        OperatorError: It names none; `example` is shown.
    """
    stage = os.environ.get("STAGE", "")
    if not _STAGE.fullmatch(stage):
        raise OperatorError(f"Say for which stage, as in: {example}")
    return stage


def outputs_of(stage: str, cloudformation: "CloudFormationClient") -> Mapping[str, str]:
    """What the deployed stack of this stage says of itself, by the names in `infra/stack.py`."""
    (stack,) = cloudformation.describe_stacks(StackName=f"Foyer-{stage}")["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
