"""The two layers that every function loads."""

from collections.abc import Callable
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import bundling
from infra.constructs.runtime import architecture, runtime
from infra.stage import Stage


class Layers(Construct):
    """The dependencies, rebuilt when their lock changes, and Foyer's shared code, rebuilt when that does."""

    def __init__(self, scope: Construct, id_: str, *, stage: Stage) -> None:
        super().__init__(scope, id_)
        target = bundling.target_of(stage)
        self.dependencies = self._layer(
            "Dependencies", stage=stage, target=target, source=bundling.DEPENDENCIES, build=bundling.build_dependencies
        )
        self.shared_code = self._layer(
            "SharedCode", stage=stage, target=target, source=bundling.SHARED_CODE, build=bundling.build_shared_code
        )

    @property
    def all(self) -> list[lambda_.ILayerVersion]:
        """Both, in the order in which Lambda unpacks them."""
        return [self.dependencies, self.shared_code]

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
