"""The layers: two that every function loads, and what the push sender alone needs."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import bundling
from infra.constructs.runtime import architecture, runtime
from infra.stage import Stage


class Layers(Construct):
    """The dependencies, rebuilt when their lock changes, and Foyer's shared code, rebuilt when that does.

    `push` is the layer of the push sender, which no other function should have to start with; None where nothing is
    pushed.
    """

    def __init__(self, scope: Construct, id_: str, *, stage: Stage) -> None:
        super().__init__(scope, id_)
        target = bundling.target_of(stage)
        self.dependencies = self._packages("Dependencies", stage=stage, target=target, source=bundling.DEPENDENCIES)
        self.shared_code = self._layer(
            "SharedCode", stage=stage, target=target, source=bundling.SHARED_CODE, build=bundling.build_shared_code
        )
        self.push = None
        if stage.push is not None:
            self.push = self._packages("Push", stage=stage, target=target, source=bundling.PUSH)

    @property
    def of_every_function(self) -> list[lambda_.ILayerVersion]:
        """What every function loads, in the order in which Lambda unpacks them."""
        return [self.dependencies, self.shared_code]

    def _packages(self, id_: str, *, stage: Stage, target: bundling.Target, source: Path) -> lambda_.LayerVersion:
        build = partial(bundling.build_packages, source)
        return self._layer(id_, stage=stage, target=target, source=source, build=build)

    def _layer(
        self,
        id_: str,
        *,
        stage: Stage,
        target: bundling.Target,
        source: Path,
        build: Callable[[bundling.Target, Path], None],
    ) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            id_,
            code=lambda_.Code.from_asset(
                str(source),
                exclude=bundling.GENERATED,
                bundling=cdk.BundlingOptions(
                    # Named because the type demands it; the build below never declines, so no container starts.
                    image=cdk.DockerImage.from_registry("scratch"),
                    local=bundling.LocalBundler(build=build, target=target),
                    environment=target.environment(),
                ),
            ),
            compatible_runtimes=[runtime(stage)],
            compatible_architectures=[architecture(stage)],
        )
