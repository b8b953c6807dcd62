"""The HTTPS door, with a time limit on each call."""

import asyncio
from typing import Any

import httpx

from tests.client.commands import Answer


class UnreachableError(Exception):
    """No answer came; whether the call was obeyed is unknown."""


class Https:
    """Calls with one caller's token."""

    def __init__(self, *, api_url: str, token: str, limit: float) -> None:
        self._limit = limit
        self._client = httpx.AsyncClient(
            base_url=api_url,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            timeout=limit,
            trust_env=False,
        )

    async def call(self, method: str, path: str, *, content: str | None = None, **query: Any) -> Answer:
        """One call.

        Args:
            method: The HTTP method.
            path: Under the API's URL.
            content: The body as JSON text, sent as it is.
            query: Parameters of the URL.

        Raises:
            UnreachableError: No answer came in time.
        """
        try:
            async with asyncio.timeout(self._limit):
                got = await self._client.request(method, path, content=content, params=query)
        except (TimeoutError, httpx.TransportError) as error:
            raise UnreachableError(f"{method} {path}: {error!r}") from error
        try:
            return Answer(status=got.status_code, body=got.json() if got.content else None)
        except ValueError:
            return Answer(status=got.status_code, body=None)

    async def must(self, method: str, path: str, *, content: str | None = None, **query: Any) -> Any:
        """The body of a call's success.

        Raises:
            UnreachableError: No answer came in time, or it was a refusal.
        """
        answer = await self.call(method, path, content=content, **query)
        if not 200 <= answer.status < 300:
            raise UnreachableError(f"{method} {path}: {answer}")
        return answer.body

    async def close(self) -> None:
        """End all connections."""
        await self._client.aclose()
