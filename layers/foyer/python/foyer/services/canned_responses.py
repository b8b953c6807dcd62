"""Canned responses: listing, search, and changes by those who may."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from foyer.domain.canned_response_search import search
from foyer.domain.canned_responses import (
    CannedResponse,
    CannedResponseDraft,
    Scope,
    Staff,
    from_draft,
    may_edit,
    may_use,
    normalised,
    problems,
    version_tag,
)
from foyer.domain.errors import Refusal
from foyer.domain.people import Caller
from foyer.ports import Clock, DirectoryStore, ShortcutTakenError, VersionConflictError


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedResponses:
    """The use cases of canned responses."""

    directory: DirectoryStore
    clock: Clock

    def usable(self, agent: Caller) -> list[CannedResponse]:
        """All that the agent may use."""
        return self.directory.canned_responses(agent.department_ids, agent.id)

    def version_tag(self, usable: Sequence[CannedResponse]) -> str:
        """What changes whenever anything that the agent may use does."""
        return version_tag(usable)

    def search(
        self, usable: Sequence[CannedResponse], query: str, *, tag: str | None, scope: Scope | None
    ) -> list[CannedResponse]:
        """Those that fit, best first; without a query all, by shortcut."""
        return list(search(usable, query, tag=tag, scope=scope))

    def get(self, agent: Caller, response_id: str) -> CannedResponse:
        """One that the agent may use or change.

        Raises:
            Refusal: `not_found`.
        """
        found = self.directory.canned_response(response_id)
        if found is None or not _may_see(found, agent):
            raise Refusal("not_found", "there is no such canned response")
        return found

    def create(self, agent: Caller, client_id: str, draft: CannedResponseDraft) -> CannedResponse:
        """A new canned response, or the one that this very command made before.

        Raises:
            Refusal: `client_id_reused`, `forbidden`, `shortcut_taken`, `validation_failed`, or `not_found` for a
                repeat whose response was deleted since.
        """
        draft = _checked(draft)
        response_id = hashlib.sha256(f"{agent.id}/{client_id}".encode()).hexdigest()[:32]
        mark = _fingerprint(draft)
        repeated = self.directory.created_with(response_id)
        if repeated is not None:
            return self._repeated(repeated, mark)
        response = from_draft(
            draft, response_id=response_id, author_id=agent.id, version=1, updated_at=_moment(self.clock())
        )
        _must_edit(response, agent)
        try:
            self.directory.put_canned_response(response, replaces=None, fingerprint=mark)
        except ShortcutTakenError as error:
            raise _shortcut_taken() from error
        except VersionConflictError:
            made = self.directory.created_with(response_id)
            if made is None:
                raise
            return self._repeated(made, mark)
        return response

    def change(self, agent: Caller, response_id: str, version: int, changes: Mapping[str, Any]) -> CannedResponse:
        """Changes fields of the version that the caller knows; the same change again answers what it made.

        Raises:
            Refusal: `not_found`, `forbidden`, `version_conflict`, `shortcut_taken` or `validation_failed`.
        """
        before = self.get(agent, response_id)
        draft = _checked(replace(_draft(before), **changes))
        owner_id = before.agent_id or agent.id
        after = from_draft(
            draft, response_id=response_id, author_id=owner_id, version=version + 1, updated_at=_moment(self.clock())
        )
        _must_edit(before, agent)
        _must_edit(after, agent)
        if replace(after, updated_at=before.updated_at) == before:
            return before
        if before.version != version:
            raise _version_conflict(before.version)
        try:
            self.directory.put_canned_response(after, replaces=before)
        except ShortcutTakenError as error:
            raise _shortcut_taken() from error
        except VersionConflictError as error:
            raise _version_conflict(error.current) from error
        return after

    def delete(self, agent: Caller, response_id: str) -> None:
        """Deletes one; deleting it again is harmless.

        Raises:
            Refusal: `not_found` or `forbidden`.
        """
        stored = self.directory.created_with(response_id)
        if stored is not None and stored[0] is None:
            return
        found = self.get(agent, response_id)
        _must_edit(found, agent)
        try:
            self.directory.delete_canned_response(found)
        except VersionConflictError as error:
            raise _version_conflict(error.current) from error

    def _repeated(self, made: tuple[CannedResponse | None, str], mark: str) -> CannedResponse:
        response, fingerprint = made
        if fingerprint != mark:
            raise Refusal("client_id_reused", "this client_id named another command")
        if response is None:
            raise Refusal("not_found", "the canned response was deleted since")
        return response


def _staff(agent: Caller) -> Staff:
    return Staff(id=agent.id, department_ids=agent.department_ids, admin=agent.admin)


def _may_see(response: CannedResponse, agent: Caller) -> bool:
    return may_use(response, _staff(agent)) or may_edit(response, _staff(agent))


def _must_edit(response: CannedResponse, agent: Caller) -> None:
    if not may_edit(response, _staff(agent)):
        raise Refusal("forbidden", "only an admin changes shared canned responses")


def _draft(response: CannedResponse) -> CannedResponseDraft:
    """The draft that would make this response again."""
    return CannedResponseDraft(**{one.name: getattr(response, one.name) for one in fields(CannedResponseDraft)})


def _checked(draft: CannedResponseDraft) -> CannedResponseDraft:
    found = problems(draft)
    if found:
        wrong = [{"field": one.field, "message": one.message} for one in found]
        raise Refusal("validation_failed", "the canned response is not valid", fields=wrong)
    return normalised(draft)


def _fingerprint(draft: CannedResponseDraft) -> str:
    return hashlib.sha256(json.dumps(asdict(draft), sort_keys=True).encode()).hexdigest()[:16]


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _shortcut_taken() -> Refusal:
    return Refusal("shortcut_taken", "another canned response of this scope has the shortcut")


def _version_conflict(current: int) -> Refusal:
    return Refusal("version_conflict", "the canned response was changed since", version=current)
