"""Where clients and functions reach the two APIs: on AWS, or through the emulator's gateway."""

import aws_cdk as cdk

from infra.stage import Stage

SOCKET_STAGE = "live"
# The emulator's path for an API's own host name, which browsers and DNS need no help to reach.
_EMULATED_API = "_aws/execute-api"


def http_url(stage: Stage, *, api_id: str) -> str:
    """The HTTP API's base address, ending in /v1."""
    if stage.gateway_url is not None:
        return f"{stage.gateway_url}/{_EMULATED_API}/{api_id}/v1"
    return f"https://{_host(api_id)}/v1"


def socket_url(stage: Stage, *, api_id: str) -> str:
    """The address that clients open a WebSocket on; the ticket is added as a query parameter."""
    if stage.gateway_url is not None:
        return f"{stage.gateway_url.replace('http', 'ws', 1)}/{_EMULATED_API}/{api_id}/{SOCKET_STAGE}"
    return f"wss://{_host(api_id)}/{SOCKET_STAGE}"


def connections_url(stage: Stage, *, api_id: str) -> str:
    """The endpoint that functions post frames to, for the client of @connections."""
    if stage.gateway_url is not None:
        return f"{stage.gateway_url}/{_EMULATED_API}/{api_id}/{SOCKET_STAGE}"
    return f"https://{_host(api_id)}/{SOCKET_STAGE}"


def _host(api_id: str) -> str:
    return f"{api_id}.execute-api.{cdk.Aws.REGION}.{cdk.Aws.URL_SUFFIX}"
