"""A stage's Python and processor, in Lambda's words."""

from aws_cdk import aws_lambda as lambda_

from infra.stage import Stage


def runtime(stage: Stage) -> lambda_.Runtime:
    """The stage's Lambda runtime."""
    return lambda_.Runtime(f"python{stage.python_version}", lambda_.RuntimeFamily.PYTHON)


def architecture(stage: Stage) -> lambda_.Architecture:
    """The stage's Lambda processor."""
    return lambda_.Architecture.ARM_64 if stage.architecture == "arm64" else lambda_.Architecture.X86_64
