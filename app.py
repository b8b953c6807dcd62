"""The CDK entry point: `cdk synth -c stage=dev|prod`, or `-c stage=local -c gateway=…` for the emulator."""

import sys

import aws_cdk as cdk

from infra.application import build
from infra.stage import StageError

app = cdk.App()
try:
    build(app)
except StageError as error:
    sys.exit(f"foyer: {error}")
app.synth()
