"""The HTTPS door: one resolver, one way of refusing, for both HTTP functions."""

import base64
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
    ResponseValidationError,
)
from aws_lambda_powertools.utilities.typing import LambdaContext

from foyer.api import documents
from foyer.api.problems import CONTENT_TYPE, problem, status_of
from foyer.domain.errors import Refusal
from foyer.runtime.telemetry import logger

LARGEST_BODY = 32 * 1024
"""Bytes of a body or a frame (contract.md, `too_large`)."""

VERSION = "v1"


class NotModified(Exception):  # noqa: N818 - an answer, not an error
    """What the caller has is what it would get. Raised, since an answer without a body would not pass its model."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


class Door:
    """An HTTP function: a resolver whose every refusal and fault is a problem.

    Args:
        identify: Verifies the caller of an event before anything else of it is looked at, and answers what routes
            find under `caller` in `Door.context`.
        name: From an agent's id to its name, for problems that name somebody.
    """

    def __init__(self, identify: Callable[[Mapping[str, Any]], Any], name: Callable[[str], str | None]) -> None:
        self.app = APIGatewayHttpResolver(
            enable_validation=True,
            response_validation_error_http_code=HTTPStatus.INTERNAL_SERVER_ERROR,
            strip_prefixes=[f"/{VERSION}"],
        )
        self._identify, self._name = identify, name
        self.app.use(middlewares=[_refuse_unknown_parameters])
        self.app.exception_handler(Refusal)(self._refused)
        self.app.exception_handler(RequestValidationError)(_invalid)
        self.app.exception_handler(RequestUnsupportedContentType)(_invalid)
        self.app.exception_handler(ResponseValidationError)(_fault)
        self.app.exception_handler(NotModified)(_not_modified)
        self.app.not_found(_no_route)

    def answer(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answers one event of the HTTP API, payload format 2.0."""
        try:
            return self._resolved(event, context)
        except Exception:  # noqa: BLE001 - the last resort of a public door: logged whole, shown as an id
            logger.exception("internal fault")
            fault = Refusal("internal")
            return _proxied(_response(fault, problem(fault, request_id=context.aws_request_id)))

    @property
    def caller(self) -> Any:
        """Who `identify` found."""
        return self.app.context.get("caller")

    def _resolved(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        try:
            self.app.append_context(caller=self._identify(event))  # type: ignore[no-untyped-call]
            answer = self.app.resolve(_plain(event), context)
            # A gateway may take a null body for a fault of ours: the emulator's does.
            return answer | {"body": answer["body"] or ""}
        except Refusal as refusal:
            return _proxied(self._refused(refusal))

    def _refused(self, refusal: Refusal) -> Response[str]:
        logger.info("refused", extra={"code": refusal.code})
        return _response(refusal, problem(refusal, name=self._name))


def created(body: Any) -> Response[Any]:
    """201 with a body."""
    return Response(status_code=HTTPStatus.CREATED, content_type="application/json", body=body)


def ok(body: Any, headers: Mapping[str, str] | None = None) -> Response[Any]:
    """200 with a body."""
    return Response(status_code=HTTPStatus.OK, content_type="application/json", body=body, headers=dict(headers or {}))


def no_content() -> Response[None]:
    """204."""
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _call(event: Mapping[str, Any]) -> str:
    """Method and path: ids are in it, never what anybody wrote."""
    return f"{event['requestContext']['http']['method']} {event['rawPath']}"


def _plain(event: dict[str, Any]) -> dict[str, Any]:
    """The event with its body as JSON text, whatever content type it was sent with.

    Raises:
        Refusal: `too_large`, or `validation_failed` for what is no JSON.
    """
    body = event.get("body")
    if not body:
        # A call whose fields are all optional may come without a body; one that misses fields hears which.
        return event | {"body": "{}", "isBase64Encoded": False}
    try:
        raw = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
        if len(raw) > LARGEST_BODY:
            raise Refusal("too_large", f"a body may have {LARGEST_BODY} bytes")
        values = documents.read(raw)
    except ValueError as error:
        raise _problem_of_body("the body is no JSON") from error
    if not documents.speakable(values):
        raise _problem_of_body("a text holds NUL or half of a surrogate pair")
    headers = {name: value for name, value in event.get("headers", {}).items() if name.lower() != "content-type"}
    headers["content-type"] = "application/json"
    return event | {"body": raw.decode(), "isBase64Encoded": False, "headers": headers}


def _refuse_unknown_parameters(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    route = app.context["_route"]
    if route not in (*app._static_routes, *app._dynamic_routes):
        return next_middleware(app)  # there is no such call, and that is what the caller shall hear
    known = {param.alias for param in route.dependant.query_params}
    unknown = sorted(set(app.current_event.query_string_parameters or {}) - known)
    if unknown:
        fields = [{"field": name, "message": "is not known"} for name in unknown]
        raise Refusal("validation_failed", "the query is not valid", fields=fields)
    return next_middleware(app)


def _invalid(error: RequestValidationError | RequestUnsupportedContentType) -> Response[str]:
    """What the models refused, by field and without the value: it may be what somebody wrote."""
    fields = [field_problem(one) for one in error.errors()]
    refusal = Refusal("validation_failed", "the request is not valid", fields=fields)
    return _response(refusal, problem(refusal))


def field_problem(error: Mapping[str, Any]) -> dict[str, str]:
    """A pydantic error as the field and a sentence, without the value."""
    path = [str(part) for part in error["loc"] if part not in {"body", "query", "path"}]
    return {"field": ".".join(path) or "body", "message": str(error.get("msg") or error["type"])}


def _fault(error: ResponseValidationError) -> Response[str]:
    """An answer that is not what its model says is a fault like any other, but for the values that it would log."""
    message = f"the answer is not what its model says: {[field_problem(one) for one in error.errors()]}"
    raise RuntimeError(message) from None


def _not_modified(unchanged: NotModified) -> Response[None]:
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": unchanged.tag})


def _no_route(_error: NotFoundError) -> Response[str]:
    refusal = Refusal("not_found", "there is no such call")
    return _response(refusal, problem(refusal))


def _problem_of_body(message: str) -> Refusal:
    return Refusal("validation_failed", message, fields=[{"field": "body", "message": message}])


def _response(refusal: Refusal, body: Mapping[str, Any]) -> Response[str]:
    headers = {"Retry-After": str(refusal.extra["retry_after"])} if "retry_after" in refusal.extra else {}
    return Response(
        status_code=status_of(refusal.code), content_type=CONTENT_TYPE, body=json.dumps(body), headers=headers
    )


def _proxied(response: Response[str]) -> dict[str, Any]:
    return {
        "statusCode": response.status_code,
        "headers": response.headers,
        "body": response.body,
        "isBase64Encoded": False,
    }
