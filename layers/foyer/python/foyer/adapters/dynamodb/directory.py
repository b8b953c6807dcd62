"""Agents, departments, canned responses and devices in the `directory` table."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from foyer.adapters.dynamodb import keys
from foyer.adapters.dynamodb.models import (
    ClaimItem,
    DeviceItem,
    DirectoryItem,
    ResponseItem,
    StaffItem,
    TokenOwnerItem,
    WhereaboutsItem,
)
from foyer.adapters.dynamodb.writes import applied, refused
from foyer.domain.canned_responses import CannedResponse, Slot, slot
from foyer.domain.people import Agent, AgentStatus, Department, TimeLimits
from foyer.ports import Device, ShortcutTakenError, VersionConflictError


class DynamoDirectoryStore:
    """`foyer.ports.DirectoryStore` on DynamoDB."""

    def agent(self, agent_id: str) -> Agent | None:
        """One consistent get: what an agent just changed about itself counts at once."""
        try:
            return _agent(StaffItem.get(keys.STAFF, keys.staff_agent(agent_id), consistent_read=True))
        except StaffItem.DoesNotExist:
            return None

    def agents(self) -> list[Agent]:
        """One query of all agents."""
        return [_agent(item) for item in StaffItem.query(keys.STAFF, StaffItem.sk.startswith(keys.AGENT))]

    def departments(self) -> list[Department]:
        """One query of all departments."""
        found = StaffItem.query(keys.STAFF, StaffItem.sk.startswith(keys.DEPARTMENT))
        return [
            Department(
                id=item.sk.removeprefix(keys.DEPARTMENT), name=item.name, limits=TimeLimits(**(item.limits or {}))
            )
            for item in found
        ]

    def put_agent(self, agent: Agent) -> None:
        """One put."""
        StaffItem(
            pk=keys.STAFF,
            sk=keys.staff_agent(agent.id),
            name=agent.name,
            email=agent.email,
            status=agent.status,
            department_ids=sorted(agent.department_ids),
        ).save()

    def put_department(self, department: Department) -> None:
        """One put."""
        limits = None if department.limits == TimeLimits() else asdict(department.limits)
        StaffItem(pk=keys.STAFF, sk=keys.staff_department(department.id), name=department.name, limits=limits).save()

    def set_status(self, agent_id: str, status: AgentStatus) -> bool:
        """One conditional update."""
        item = StaffItem(pk=keys.STAFF, sk=keys.staff_agent(agent_id))
        return applied(lambda: item.update(actions=[StaffItem.status.set(status)], condition=StaffItem.pk.exists()))

    def canned_responses(self, department_ids: Iterable[str], agent_id: str) -> list[CannedResponse]:
        """One query a scope: the company's, each department's, the agent's own."""
        scopes = [("company", ""), *(("department", one) for one in sorted(department_ids)), ("agent", agent_id)]
        return [
            _response(item, scope, owner_id)
            for scope, owner_id in scopes
            for item in ResponseItem.query(keys.responses(scope, owner_id), ResponseItem.sk.startswith(keys.RESPONSE))
        ]

    def canned_response(self, response_id: str) -> CannedResponse | None:
        """Two gets: where it is, and it."""
        found = self.created_with(response_id)
        return found[0] if found else None

    def created_with(self, response_id: str) -> tuple[CannedResponse | None, str] | None:
        """Two consistent gets: where it is, and it."""
        try:
            place = WhereaboutsItem.get(keys.response(response_id), keys.WHEREABOUTS, consistent_read=True)
        except WhereaboutsItem.DoesNotExist:
            return None
        if place.deleted:
            return None, place.print
        try:
            item = ResponseItem.get(
                keys.responses(place.scope, place.owner_id), keys.response(response_id), consistent_read=True
            )
        except ResponseItem.DoesNotExist:  # deleted or moved between the two reads
            return None, place.print
        return _response(item, place.scope, place.owner_id), place.print

    def put_canned_response(
        self, response: CannedResponse, *, replaces: CannedResponse | None, fingerprint: str = ""
    ) -> None:
        """One transaction over the response and, where they change, its whereabouts and its claimed shortcut."""
        new, old = slot(response), slot(replaces) if replaces else None
        moved = old is None or (old.scope, old.owner_id) != (new.scope, new.owner_id)
        claim_place = None
        try:
            with TransactWrite(connection=DirectoryItem._get_connection().connection) as transaction:
                transaction.save(
                    _response_item(response, new),
                    condition=(ResponseItem.version == replaces.version)
                    if replaces and not moved
                    else ResponseItem.pk.does_not_exist(),
                )
                if old != new:
                    transaction.save(_claim(response, new), condition=ClaimItem.pk.does_not_exist())
                    # The second put, and pynamodb sends all deletes before the puts.
                    claim_place = 1 + (0 if replaces is None else 2 if moved else 1)
                    if replaces and old:
                        transaction.delete(_claim(replaces, old))
                if replaces is None:
                    transaction.save(
                        _whereabouts(response, new, fingerprint), condition=WhereaboutsItem.pk.does_not_exist()
                    )
                elif moved and old:
                    transaction.delete(
                        _response_item(replaces, old), condition=ResponseItem.version == replaces.version
                    )
                    transaction.update(
                        _whereabouts(response, new, fingerprint),
                        actions=[WhereaboutsItem.scope.set(new.scope), WhereaboutsItem.owner_id.set(new.owner_id)],
                    )
        except TransactWriteError as error:
            if refused(error) == {claim_place}:
                raise ShortcutTakenError from error
            raise self._version_conflict(response.id) from error

    def delete_canned_response(self, response: CannedResponse) -> None:
        """One transaction: the response and its claim go, its whereabouts stay."""
        place = slot(response)
        try:
            with TransactWrite(connection=DirectoryItem._get_connection().connection) as transaction:
                transaction.delete(_response_item(response, place), condition=ResponseItem.version == response.version)
                transaction.delete(_claim(response, place), condition=ClaimItem.response_id == response.id)
                transaction.update(_whereabouts(response, place, ""), actions=[WhereaboutsItem.deleted.set(True)])
        except TransactWriteError as error:
            refused(error)
            raise self._version_conflict(response.id) from error

    def put_device(self, device: Device) -> None:
        """Two gets, a put and an update; one more write where the token had another device, or the device another.

        The update leaves alone what the provider calls the device: told of a new token, it keeps its endpoint.
        """
        token = _token_key(device.push_token)
        with suppress(TokenOwnerItem.DoesNotExist):
            owner = TokenOwnerItem.get(token, keys.OWNER, consistent_read=True)
            if (owner.agent_id, owner.device_id) != (device.agent_id, device.id):
                other = DeviceItem(pk=keys.devices(owner.agent_id), sk=keys.device(owner.device_id))
                applied(lambda: other.delete(condition=DeviceItem.push_token == device.push_token))
        with suppress(DeviceItem.DoesNotExist):
            before = DeviceItem.get(keys.devices(device.agent_id), keys.device(device.id), consistent_read=True)
            if before.push_token != device.push_token:
                _disown(before.push_token, agent_id=device.agent_id, device_id=device.id)
        TokenOwnerItem(pk=token, sk=keys.OWNER, agent_id=device.agent_id, device_id=device.id).save()
        _device_item(device).update(
            actions=[
                DeviceItem.platform.set(device.platform),
                DeviceItem.push_token.set(device.push_token),
                DeviceItem.locale.set(device.locale) if device.locale else DeviceItem.locale.remove(),
                DeviceItem.registered_at.set(device.registered_at),
            ]
        )

    def delete_device(self, agent_id: str, device_id: str) -> None:
        """A get and two deletes."""
        try:
            item = DeviceItem.get(keys.devices(agent_id), keys.device(device_id), consistent_read=True)
        except DeviceItem.DoesNotExist:
            return
        _disown(item.push_token, agent_id=agent_id, device_id=device_id)
        item.delete()

    def devices(self, agent_id: str) -> list[Device]:
        """One query: an agent's devices."""
        return [
            Device(
                id=item.sk.removeprefix(keys.DEVICE),
                agent_id=agent_id,
                platform=item.platform,  # type: ignore[arg-type]  # written from the same Literal
                push_token=item.push_token,
                locale=item.locale,
                registered_at=int(item.registered_at),
                endpoint=item.endpoint,
                endpoint_at=int(item.endpoint_at or 0),
            )
            for item in DeviceItem.query(keys.devices(agent_id), DeviceItem.sk.startswith(keys.DEVICE))
        ]

    def put_endpoint(self, device: Device, *, endpoint: str, at: int) -> None:
        """One conditional update."""
        item = _device_item(device)
        applied(
            lambda: item.update(
                actions=[DeviceItem.endpoint.set(endpoint), DeviceItem.endpoint_at.set(at)],
                condition=DeviceItem.push_token == device.push_token,
            )
        )

    def forget_device(self, device: Device) -> None:
        """Two conditional deletes: the device and whose its token is."""
        item = _device_item(device)
        as_read = (DeviceItem.push_token == device.push_token) & (DeviceItem.registered_at == device.registered_at)
        # Absent counts as deleted: a delete whose answer was lost is tried again by the SDK, and the token still has to
        # be disowned.
        if applied(lambda: item.delete(condition=DeviceItem.pk.does_not_exist() | as_read)):
            _disown(device.push_token, agent_id=device.agent_id, device_id=device.id)

    def _version_conflict(self, response_id: str) -> VersionConflictError:
        stored = self.canned_response(response_id)
        return VersionConflictError(stored.version if stored else 0)


def _agent(item: StaffItem) -> Agent:
    return Agent(
        id=item.sk.removeprefix(keys.AGENT),
        name=item.name,
        email=item.email or "",
        status=item.status or "offline",  # type: ignore[arg-type]  # written from the same Literal
        department_ids=frozenset(item.department_ids or ()),
    )


def _response(item: ResponseItem, scope: str, owner_id: str) -> CannedResponse:
    return CannedResponse(
        id=item.sk.removeprefix(keys.RESPONSE),
        shortcut=item.shortcut,
        title=item.title,
        body=item.body,
        tags=tuple(item.tags),
        scope=scope,  # type: ignore[arg-type]  # written from the same Literal
        department_id=owner_id if scope == "department" else None,
        agent_id=owner_id if scope == "agent" else None,
        version=int(item.version),
        updated_at=datetime.fromtimestamp(int(item.updated_at) / 1000, UTC),
    )


def _response_item(response: CannedResponse, place: Slot) -> ResponseItem:
    return ResponseItem(
        pk=keys.responses(place.scope, place.owner_id),
        sk=keys.response(response.id),
        shortcut=response.shortcut,
        title=response.title,
        body=response.body,
        tags=list(response.tags),
        version=response.version,
        updated_at=round(response.updated_at.timestamp() * 1000),
    )


def _claim(response: CannedResponse, place: Slot) -> ClaimItem:
    return ClaimItem(
        pk=keys.shortcuts(place.scope, place.owner_id), sk=keys.shortcut(place.shortcut), response_id=response.id
    )


def _whereabouts(response: CannedResponse, place: Slot, fingerprint: str) -> WhereaboutsItem:
    return WhereaboutsItem(
        pk=keys.response(response.id),
        sk=keys.WHEREABOUTS,
        scope=place.scope,
        owner_id=place.owner_id,
        print=fingerprint,
    )


def _device_item(device: Device) -> DeviceItem:
    return DeviceItem(pk=keys.devices(device.agent_id), sk=keys.device(device.id))


def _disown(push_token: str, *, agent_id: str, device_id: str) -> None:
    """Forgets that the token is this device's, if it still is."""
    owner = TokenOwnerItem(pk=_token_key(push_token), sk=keys.OWNER)
    mine = (TokenOwnerItem.agent_id == agent_id) & (TokenOwnerItem.device_id == device_id)
    applied(lambda: owner.delete(condition=mine))


def _token_key(push_token: str) -> str:
    return keys.push_token(hashlib.sha256(push_token.encode()).hexdigest())
