"""What becomes of a resource that holds data when its stack goes."""

import aws_cdk as cdk

from infra.stage import Stage


def removal_policy(stage: Stage) -> cdk.RemovalPolicy:
    """The stage's choice, in CDK's words."""
    return cdk.RemovalPolicy.RETAIN if stage.removal == "retain" else cdk.RemovalPolicy.DESTROY
