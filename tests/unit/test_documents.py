"""The generated documents are those of the code as it stands, and valid."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs/generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_documents_are_fresh(generator: ModuleType) -> None:
    """Whoever changes what a client sees runs `make docs`."""
    for file, text in generator.documents():
        assert file.read_text() == text, f"{file.name} is stale: make docs"


def test_the_http_document_is_valid_openapi_and_names_every_call_of_the_contract() -> None:
    document = json.loads((ROOT / "docs/openapi.json").read_text())
    validate(document)
    calls = {f"{method.upper()} {path}" for path, operations in document["paths"].items() for method in operations}
    assert {
        "GET /config",
        "POST /visitor/sessions",
        "POST /visitor/rooms",
        "POST /visitor/rooms/{room_id}/messages",
        "GET /rooms",
        "POST /rooms/{room_id}/accept",
        "POST /sync",
        "PUT /canned-responses/{response_id}",
        "DELETE /devices/{device_id}",
    } <= calls
    operation_ids = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(operation_ids) == len(set(operation_ids))


def test_every_reference_of_the_socket_document_leads_somewhere() -> None:
    document = json.loads((ROOT / "docs/asyncapi.json").read_text())
    assert document["asyncapi"] == "3.0.0"
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)):
        value: Any = document
        for part in reference.split("/"):
            value = value[part]


def test_a_frame_of_each_action_fits_its_schema_and_an_unknown_field_does_not() -> None:
    document = json.loads((ROOT / "docs/asyncapi.json").read_text())
    schema = document["components"]["messages"]["message.send"]["payload"]
    frame = {
        "action": "message.send",
        "room_id": "r",
        "client_id": "8d6f7c54-6f0f-4d3b-9a5c-0a4c2c5a7d11",
        "text": "Hello",
    }
    validator = Draft202012Validator(schema)
    assert validator.is_valid(frame)
    assert not validator.is_valid(frame | {"colour": "blue"})
    assert not validator.is_valid({key: value for key, value in frame.items() if key != "client_id"})
