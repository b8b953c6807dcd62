"""JSON as both doors read it: what readers could understand in two ways is refused."""

import json
import math
from typing import Any, NoReturn


def read(raw: bytes) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: It is no JSON in UTF-8, nests too deeply, names a field twice, or holds a number such as NaN.
    """
    try:
        return json.loads(raw.decode(), object_pairs_hook=_object, parse_constant=_no_number, parse_float=_finite)
    except RecursionError as error:
        message = "nests too deeply"
        raise ValueError(message) from error


def speakable(value: Any) -> bool:
    """Whether all texts of a value can be stored and sent on: none holds NUL or half of a surrogate pair."""
    try:
        written = json.dumps(value, ensure_ascii=False)
        written.encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return "\\u0000" not in written.replace("\\\\", "")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        message = "names a field twice"
        raise ValueError(message)
    return found


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        _no_number(text)
    return value


def _no_number(name: str) -> NoReturn:
    message = f"{name} is no number of JSON"
    raise ValueError(message)
