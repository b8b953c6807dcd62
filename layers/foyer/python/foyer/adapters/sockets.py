"""Posting frames to connections, through API Gateway's @connections."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from foyer.ports import GoneError

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

POSTS_AT_ONCE = 32
"""Posts that one function makes side by side, each on a connection of its pool."""


class ApiGatewaySockets:
    """`foyer.ports.Sockets` on a WebSocket API."""

    def __init__(self, url: str) -> None:
        self._client: ApiGatewayManagementApiClient = boto3.client(
            "apigatewaymanagementapi",
            endpoint_url=url,
            config=Config(
                connect_timeout=2,
                read_timeout=3,
                max_pool_connections=POSTS_AT_ONCE,
                retries={"mode": "standard", "max_attempts": 3},
            ),
        )

    def post(self, connection_id: str, frame: Mapping[str, Any]) -> None:
        """One POST: compact JSON, any script in UTF-8 as it is."""
        data = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            self._client.post_to_connection(ConnectionId=connection_id, Data=data)
        except self._client.exceptions.GoneException as error:
            raise GoneError from error

    def is_open(self, connection_id: str) -> bool:
        """One GET."""
        try:
            self._client.get_connection(ConnectionId=connection_id)
        except self._client.exceptions.GoneException:
            return False
        return True
