"""Imports point one way: what import-linter cannot see, because handlers are no package, is looked at here."""

import ast
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"
HANDLERS = sorted(FUNCTIONS.glob("*/handler.py"))
REACHED_BY_RUNTIME_ONLY = ("foyer.adapters", "boto3", "botocore", "pynamodb")


def imported(file: Path) -> set[str]:
    tree = ast.parse(file.read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda file: file.parent.name)
def test_a_handler_reaches_the_world_through_the_runtime_alone(handler: Path) -> None:
    assert not [name for name in imported(handler) if name.startswith(REACHED_BY_RUNTIME_ONLY)]


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda file: file.parent.name)
def test_a_function_is_one_file(handler: Path) -> None:
    assert [file.name for file in handler.parent.iterdir() if not file.name.startswith("__pycache__")] == ["handler.py"]


def test_there_are_the_eight_functions_of_the_design() -> None:
    assert [handler.parent.name for handler in HANDLERS] == [
        "agent_api",
        "push_sender",
        "room_relay",
        "socket_authorizer",
        "socket_commands",
        "socket_session",
        "timers",
        "visitor_api",
    ]
