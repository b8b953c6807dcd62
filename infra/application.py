"""The CDK application, apart from `app.py` so that tests synthesise the very same."""

import aws_cdk as cdk
import cdk_nag

from infra.stack import FoyerStack
from infra.stage import PUSH_SETTINGS, stage_named


def build(app: cdk.App) -> FoyerStack:
    """Add the stack of the stage that the context names, checked by cdk-nag if it is for AWS.

    The context knows `stage` (dev, prod or local; dev if left out), `gateway` (the emulator's address, for local),
    `origins` (separated by commas) and `retention_days` in place of the stage's own, and what `infra.stage.Push` is
    made of: nothing is pushed unless it says through whom.

    Raises:
        StageError: If the context says something that no stage can have.
    """
    stage = stage_named(
        app.node.try_get_context("stage") or "dev",
        gateway_url=app.node.try_get_context("gateway"),
        origins=_text(app.node.try_get_context("origins")),
        retention_days=_text(app.node.try_get_context("retention_days")),
        push={name: text for name in PUSH_SETTINGS if (text := _text(app.node.try_get_context(name))) is not None},
    )
    if not stage.on_emulator:
        cdk.Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks(app), cdk_nag.ServerlessChecks(app))
    return FoyerStack(app, f"Foyer-{stage.name}", stage=stage)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
