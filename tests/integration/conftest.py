"""A world of its own for each test, on tables that the tests of a module share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.integration.doors import World, deployed, new_world
from tests.tables import Tables


@pytest.fixture(scope="module")
def deployment() -> Iterator[tuple[DynamoDBClient, Tables]]:
    """The template's tables."""
    with deployed() as made:
        yield made


@pytest.fixture
def world(deployment: tuple[DynamoDBClient, Tables]) -> World:
    """Foyer in this process, with the department `general` and nobody in it."""
    return new_world(*deployment)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a module on one worker of xdist: its tests share tables and the story that they begin from."""
    for item in items:
        if Path(__file__).parent == item.path.parent and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(f"integration-{item.path.stem}"))
