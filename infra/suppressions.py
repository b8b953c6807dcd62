"""The one way to answer a finding of cdk-nag: on one resource, with a reason."""

import aws_cdk as cdk
from constructs import IConstruct


def accept_finding(resource: IConstruct, *, rule: str, because: str) -> None:
    """Accept a rule's finding on this resource alone; a stack is refused.

    Args:
        resource: The construct that the finding names, or its parent.
        rule: The rule's id; rules that report several findings want the form `AwsSolutions-IAM5[Resource::*]`.
        because: Why the finding does not matter here.
    """
    if cdk.Stack.is_stack(resource) or cdk.App.is_app(resource):
        raise ValueError(f"{rule}: accept it on the resource that it is about, not on {resource.node.path!r}")
    _acknowledge(resource, rule, because)


def _acknowledge(resource: IConstruct, rule: str, because: str) -> None:
    cdk.Validations.of(resource).acknowledge(cdk.Acknowledgment(id=rule, reason=because))
