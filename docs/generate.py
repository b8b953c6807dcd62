"""Writes docs/openapi.json and docs/asyncapi.json from the code that answers: `make docs`.

The HTTP document comes out of the two resolvers, the socket's out of the frames' models. Nothing is described twice.
"""

import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic.json_schema import models_json_schema

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "layers/foyer/python"))

from foyer import __version__  # noqa: E402 - the layer's folder is put on the path first
from foyer.api import frames, problems, shapes  # noqa: E402

TITLE = "Foyer"
SERVER = {"url": "https://{host}/v1", "variables": {"host": {"default": "example.execute-api.us-east-1.amazonaws.com"}}}
NO_TOKEN = frozenset({"/config", "/push/actions", "/visitor/sessions", "/visitor/availability"})
GENERATED_ERRORS = ("HTTPValidationError", "ValidationError", "ResponseValidationError")
"""Powertools' own shapes of errors; ours are problems."""

SENT_TO = {
    "ResponseFrame": "the connection that asked",
    "PongFrame": "the connection that asked",
    "RoomEventFrame": "every participant's devices, the sender's others included",
    "RoomChangedFrame": "agents whose inbox shows the room without being in it",
    "RoomRemovedFrame": "agents whose inbox no longer shows it",
    "RoomReadFrame": "all participants' devices",
    "RoomTypingFrame": "the other participants; the preview to agents only",
    "AgentStatusFrame": "agents of its departments",
}


def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 document of both HTTP functions."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {"Problem": _problem_schema()}
    for name, prefix in (("visitor_api", "visitor_"), ("agent_api", "")):
        app = load_handler(name).app
        made = json.loads(app.get_openapi_json_schema(title=TITLE, version=__version__, openapi_version="3.1.0"))
        names = {
            (route.method.lower(), route.openapi_path): route.func.__name__
            for route in (*app._static_routes, *app._dynamic_routes)
        }
        for path, operations in made["paths"].items():
            for method, operation in operations.items():
                operation["operationId"] = prefix + names[method, path]
                operation["tags"] = ["visitor" if prefix else "agent"]
                operation["security"] = [] if path in NO_TOKEN else [{"visitor" if prefix else "agent": []}]
                _answer_with_problems(operation)
            paths[path] = operations
        schemas |= {key: one for key, one in made["components"]["schemas"].items() if key not in GENERATED_ERRORS}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "version": __version__,
            "description": "Serverless live chat for support agents who work from a phone.",
            "license": {"name": "Proprietary", "identifier": "LicenseRef-Proprietary"},
        },
        "servers": [SERVER],
        "tags": [
            {"name": "visitor", "description": "Visitors, and what anyone may ask"},
            {"name": "agent", "description": "Agents, signed in with the user pool"},
        ],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "visitor": {"type": "http", "scheme": "bearer", "description": "The token of POST /visitor/sessions"},
                "agent": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "An access token"},
            },
        },
    }


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3.0 document of the socket."""
    bodies = dict(frames.ACTIONS)
    models = [*frames.SERVER_FRAMES, *dict.fromkeys(bodies.values())]
    _, defined = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )
    schemas = defined["$defs"]
    messages: dict[str, Any] = {
        model.__name__: {
            "name": schemas[model.__name__]["properties"]["type"]["const"],
            "summary": (model.__doc__ or "").strip(),
            "description": f"Sent to {SENT_TO[model.__name__]}.",
            "payload": {"$ref": f"#/components/schemas/{model.__name__}"},
        }
        for model in frames.SERVER_FRAMES
    }
    received = sorted(messages)
    for action, body in bodies.items():
        messages[action] = {
            "name": action,
            "summary": (body.__doc__ or "").strip(),
            "payload": _client_frame(action, schemas[body.__name__]),
        }
    for body in bodies.values():
        schemas.pop(body.__name__, None)
    channel = {"$ref": "#/channels/socket"}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": TITLE, "version": __version__, "description": "A frame is a hint, the log is the truth."},
        "servers": {
            "socket": {"host": "example.execute-api.us-east-1.amazonaws.com", "pathname": "/live", "protocol": "wss"}
        },
        "channels": {
            "socket": {
                "address": "/?ticket={ticket}",
                "parameters": {"ticket": {"description": "Of POST /tickets or POST /visitor/tickets; works once"}},
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
            }
        },
        "operations": {
            "obey": {
                "action": "receive",
                "channel": channel,
                "summary": "What a client sends",
                "messages": [{"$ref": f"#/channels/socket/messages/{name}"} for name in sorted(bodies)],
            },
            "tell": {
                "action": "send",
                "channel": channel,
                "summary": "What a client receives",
                "messages": [{"$ref": f"#/channels/socket/messages/{name}"} for name in received],
            },
        },
        "components": {"messages": messages, "schemas": dict(sorted(schemas.items()))},
    }


def load_handler(name: str) -> ModuleType:
    """A function's handler, loaded by its path as Lambda would."""
    os.environ.setdefault("POWERTOOLS_SERVICE_NAME", name)
    os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", TITLE)
    os.environ.setdefault("POWERTOOLS_TRACE_DISABLED", "true")
    spec = importlib.util.spec_from_file_location(f"documented_{name}", ROOT / "functions" / name / "handler.py")
    if spec is None or spec.loader is None:
        message = f"there is no function {name}"
        raise FileNotFoundError(message)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def documents() -> Iterator[tuple[Path, str]]:
    """Each document's file and text."""
    for name, document in (("openapi", openapi()), ("asyncapi", asyncapi())):
        yield ROOT / "docs" / f"{name}.json", json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _answer_with_problems(operation: dict[str, Any]) -> None:
    """Replaces the framework's errors with ours."""
    for status in ("422", "500"):
        operation["responses"].pop(status, None)
    for response in operation["responses"].values():
        response["description"] = "Done"
        if response.get("content", {}).get("application/json", {}).get("schema") in ({"type": "null"}, {}, None):
            response.pop("content", None)
    operation["responses"]["default"] = {
        "description": "A problem (RFC 9457)",
        "content": {problems.CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _problem_schema() -> dict[str, Any]:
    _, defined = models_json_schema([(shapes.Problem, "serialization")], ref_template="#/components/schemas/{model}")
    schema: dict[str, Any] = defined["$defs"]["Problem"]
    schema["properties"]["code"] = {"type": "string", "enum": list(problems.TABLE)}
    schema["properties"]["fields"]["anyOf"][0]["items"] = defined["$defs"]["FieldProblem"]
    return schema


def _client_frame(action: str, body: dict[str, Any]) -> dict[str, Any]:
    """The body's schema with what every frame carries."""
    room = {} if action in frames.WITHOUT_ROOM else {"room_id": {"type": "string"}}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "action": {"const": action},
            "request_id": {"type": "string", "maxLength": frames.REQUEST_ID_LENGTH},
            **room,
            **body.get("properties", {}),
        },
        "required": ["action", *room, *body.get("required", [])],
    }


if __name__ == "__main__":
    for file, text in documents():
        file.write_text(text)
