"""Replace the code of deployed functions, or the code they share, without a deployment."""

import io
import zipfile
from typing import Any

from local import fingerprint

# The shared code's layer is told from the other by the construct that makes it: `SharedCode` in infra.
_LAYER = "SharedCode"
_REPLACED = "replaced from the sources on disk"


def replace(units: list[str], *, functions: Any) -> None:
    """Upload the present source of these units.

    Args:
        units: names of functions, and `fingerprint.SHARED_CODE`.
        functions: the client of the Lambda service that runs them.
    """
    if not units:
        return
    by_unit = {
        configuration["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]: configuration
        for page in functions.get_paginator("list_functions").paginate()
        for configuration in page["Functions"]
        if "POWERTOOLS_SERVICE_NAME" in configuration.get("Environment", {}).get("Variables", {})
    }
    for unit in units:
        if unit == fingerprint.SHARED_CODE:
            _replace_layer(list(by_unit.values()), functions=functions)
        else:
            functions.update_function_code(FunctionName=by_unit[unit]["FunctionName"], ZipFile=_archive(unit))


def syntax_error(units: list[str]) -> str | None:
    """The first file of these units that Python cannot read, and where; None when all can be read."""
    for unit in units:
        for path in fingerprint.files(fingerprint.folder(unit)):
            if path.suffix == ".py":
                try:
                    compile(path.read_bytes(), str(path), "exec")
                except (SyntaxError, ValueError) as error:
                    return f"{path.name}:{getattr(error, 'lineno', '?')}: {error}"
    return None


def _replace_layer(configurations: list[dict[str, Any]], *, functions: Any) -> None:
    present = {
        layer["Arn"]
        for configuration in configurations
        for layer in configuration.get("Layers", [])
        if _is_shared(layer)
    }
    name = min(present).split(":")[6]
    published = functions.publish_layer_version(
        LayerName=name, Description=_REPLACED, Content={"ZipFile": _archive(fingerprint.SHARED_CODE)}
    )["LayerVersionArn"]
    for configuration in configurations:
        layers = [published if _is_shared(layer) else layer["Arn"] for layer in configuration.get("Layers", [])]
        functions.update_function_configuration(FunctionName=configuration["FunctionName"], Layers=layers)
    for version in functions.list_layer_versions(LayerName=name)["LayerVersions"]:
        if version["LayerVersionArn"] != published and version.get("Description") == _REPLACED:
            functions.delete_layer_version(LayerName=name, VersionNumber=version["Version"])


def _is_shared(layer: dict[str, Any]) -> bool:
    return _LAYER in layer["Arn"]


def _archive(unit: str) -> bytes:
    folder = fingerprint.folder(unit)
    # A layer's archive starts with `python/`, a function's with its own files.
    base = folder.parent if unit == fingerprint.SHARED_CODE else folder
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in fingerprint.files(folder):
            archive.write(path, path.relative_to(base).as_posix())
    return buffer.getvalue()
