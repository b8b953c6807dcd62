"""Agents, departments, canned responses and devices, on every backend."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from foyer.domain.canned_responses import CannedResponse, Scope
from foyer.domain.people import Agent, Department
from foyer.ports import Device, DirectoryStore, ShortcutTakenError, VersionConflictError
from tests.contract.backends import ATOMIC
from tests.contract.stories import new_id
from tests.fakes.clock import NOON

UPDATED_AT = datetime(2027, 1, 15, 8, 0, 0, 123_000, UTC)


def an_agent() -> Agent:
    agent_id = new_id()
    return Agent(
        id=agent_id, name="Ada 🦉", email=f"{agent_id}@shop.example", department_ids=frozenset({"general", "sales"})
    )


def response(
    scope: Scope = "company", owner_id: str | None = None, *, shortcut: str | None = None, version: int = 1
) -> CannedResponse:
    return CannedResponse(
        id=new_id(),
        shortcut=shortcut or new_id(),
        title="Refunds ₿ how",
        body="Hello {{visitor.name|there}} 👋,\nthat takes 5 days.",
        tags=("refund", "größe"),
        scope=scope,
        department_id=owner_id if scope == "department" else None,
        agent_id=owner_id if scope == "agent" else None,
        version=version,
        updated_at=UPDATED_AT,
    )


def changed(stored: CannedResponse, **changes: object) -> CannedResponse:
    return replace(stored, **{"version": stored.version + 1, **changes})  # type: ignore[arg-type]


# agents and departments


def test_an_agent_comes_back_as_it_was_stored(directory: DirectoryStore) -> None:
    agent = an_agent()
    directory.put_agent(agent)

    assert directory.agent(agent.id) == agent
    assert agent in directory.agents()
    assert directory.agent(new_id()) is None


def test_an_agent_is_replaced_whole(directory: DirectoryStore) -> None:
    agent = an_agent()
    directory.put_agent(agent)
    moved = replace(agent, name="Ada L.", status="away", department_ids=frozenset())

    directory.put_agent(moved)

    assert directory.agent(agent.id) == moved
    assert [one for one in directory.agents() if one.id == agent.id] == [moved]


def test_a_status_is_set_and_nothing_else(directory: DirectoryStore) -> None:
    agent = an_agent()
    directory.put_agent(agent)

    assert directory.set_status(agent.id, "online")

    assert directory.agent(agent.id) == replace(agent, status="online")


def test_a_status_makes_no_agent(directory: DirectoryStore) -> None:
    agent_id = new_id()

    assert not directory.set_status(agent_id, "online")

    assert directory.agent(agent_id) is None


def test_departments_are_no_agents(directory: DirectoryStore) -> None:
    department, agent = Department(id=new_id(), name="Ventas & más"), an_agent()
    directory.put_department(replace(department, name="Ventas"))
    directory.put_department(department)
    directory.put_agent(agent)

    assert [one for one in directory.departments() if one.id == department.id] == [department]
    assert agent.id not in {one.id for one in directory.departments()}
    assert department.id not in {one.id for one in directory.agents()}


# canned responses


def test_an_agent_has_the_responses_of_its_scopes(directory: DirectoryStore) -> None:
    general, sales, ada = new_id(), new_id(), new_id()
    usable = [response("company"), response("department", general), response("agent", ada)]
    other = [response("department", sales), response("agent", new_id())]
    for one in (*usable, *other):
        directory.put_canned_response(one, replaces=None)

    found = directory.canned_responses([general], ada)

    known = {one.id for one in (*usable, *other)}
    assert {one.id: one for one in found if one.id in known} == {one.id: one for one in usable}
    for one in (*usable, *other):
        assert directory.canned_response(one.id) == one
    assert directory.canned_response(new_id()) is None


def test_a_creation_is_recognised(directory: DirectoryStore) -> None:
    stored = response()
    assert directory.created_with(stored.id) is None

    directory.put_canned_response(stored, replaces=None, fingerprint="how it was made")

    assert directory.created_with(stored.id) == (stored, "how it was made")


def test_a_creation_is_recognised_after_any_change(directory: DirectoryStore) -> None:
    stored, ada = response(), new_id()
    directory.put_canned_response(stored, replaces=None, fingerprint="how it was made")
    edited = changed(stored, title="Money back")
    directory.put_canned_response(edited, replaces=stored)
    moved = changed(edited, scope="agent", agent_id=ada)
    directory.put_canned_response(moved, replaces=edited)
    assert directory.created_with(stored.id) == (moved, "how it was made")

    directory.delete_canned_response(moved)

    assert directory.created_with(stored.id) == (None, "how it was made")
    assert directory.canned_response(stored.id) is None


@pytest.mark.parametrize("fate", ["as it was", "edited", "moved", "deleted"])
def test_an_id_is_created_once(directory: DirectoryStore, fate: str) -> None:
    ada = new_id()
    stored = response()
    directory.put_canned_response(stored, replaces=None, fingerprint="first")
    current: CannedResponse | None = stored
    if fate == "deleted":
        directory.delete_canned_response(stored)
        current = None
    elif fate != "as it was":
        current = changed(stored, **({"title": "New"} if fate == "edited" else {"scope": "agent", "agent_id": ada}))
        directory.put_canned_response(current, replaces=stored)

    with pytest.raises(VersionConflictError) as conflict:
        directory.put_canned_response(replace(stored, body="Again"), replaces=None, fingerprint="second")

    assert conflict.value.current == (current.version if current else 0)
    assert directory.created_with(stored.id) == (current, "first")


@pytest.mark.parametrize(
    ("scope", "owner_id"), [("company", None), ("department", "general"), ("agent", "ada")], ids=str
)
def test_a_shortcut_is_taken_in_its_scope_only(directory: DirectoryStore, scope: Scope, owner_id: str | None) -> None:
    shortcut = new_id()
    directory.put_canned_response(response(scope, owner_id, shortcut=shortcut), replaces=None)
    twin = response(scope, owner_id, shortcut=shortcut)

    with pytest.raises(ShortcutTakenError):
        directory.put_canned_response(twin, replaces=None)

    assert directory.created_with(twin.id) is None
    others: list[tuple[Scope, str | None]] = [
        ("company", None),
        ("department", "general"),
        ("department", "sales"),
        ("agent", "ada"),
        ("agent", "general"),
    ]
    for other in others:
        if other != (scope, owner_id):
            directory.put_canned_response(response(*other, shortcut=shortcut), replaces=None)


def test_a_change_that_keeps_the_shortcut_is_no_conflict_with_itself(directory: DirectoryStore) -> None:
    stored = response()
    directory.put_canned_response(stored, replaces=None)
    edited = changed(stored, body="Shorter.", tags=(), updated_at=UPDATED_AT.replace(year=2028))

    directory.put_canned_response(edited, replaces=stored)

    assert directory.canned_response(stored.id) == edited


def test_a_new_shortcut_frees_the_old_one(directory: DirectoryStore) -> None:
    stored = response()
    directory.put_canned_response(stored, replaces=None)
    edited = changed(stored, shortcut=new_id())

    directory.put_canned_response(edited, replaces=stored)
    heir = response(shortcut=stored.shortcut)
    directory.put_canned_response(heir, replaces=None)

    assert directory.canned_response(stored.id) == edited
    assert directory.canned_response(heir.id) == heir
    with pytest.raises(ShortcutTakenError):
        directory.put_canned_response(response(shortcut=edited.shortcut), replaces=None)


def test_a_change_to_a_taken_shortcut_changes_nothing(directory: DirectoryStore) -> None:
    holder, stored = response(), response()
    for one in (holder, stored):
        directory.put_canned_response(one, replaces=None)

    with pytest.raises(ShortcutTakenError):
        directory.put_canned_response(changed(stored, shortcut=holder.shortcut), replaces=stored)

    assert directory.canned_response(stored.id) == stored
    assert directory.canned_response(holder.id) == holder
    with pytest.raises(ShortcutTakenError):
        directory.put_canned_response(response(shortcut=stored.shortcut), replaces=None)


@pytest.mark.parametrize(
    "changes",
    [{"title": "Mine"}, {"shortcut": "mine"}, {"scope": "agent", "agent_id": "ada"}],
    ids=["edit", "new shortcut", "move"],
)
def test_a_change_from_an_old_version_is_a_conflict(directory: DirectoryStore, changes: dict[str, object]) -> None:
    first = response()
    directory.put_canned_response(first, replaces=None)
    second = changed(first, title="Theirs")
    directory.put_canned_response(second, replaces=first)

    with pytest.raises(VersionConflictError) as conflict:
        directory.put_canned_response(changed(first, **changes), replaces=first)

    assert conflict.value.current == 2
    assert directory.canned_response(first.id) == second


def test_a_change_of_what_was_deleted_is_a_conflict(directory: DirectoryStore) -> None:
    stored = response()
    directory.put_canned_response(stored, replaces=None)
    directory.delete_canned_response(stored)

    with pytest.raises(VersionConflictError) as conflict:
        directory.put_canned_response(changed(stored), replaces=stored)

    assert conflict.value.current == 0
    assert directory.canned_response(stored.id) is None


def test_a_change_of_scope_moves_a_response_and_its_shortcut(directory: DirectoryStore) -> None:
    ada, general, shortcut = new_id(), new_id(), new_id()
    stored = response("agent", ada, shortcut=shortcut)
    directory.put_canned_response(stored, replaces=None)
    moved = changed(stored, scope="department", department_id=general, agent_id=None)

    directory.put_canned_response(moved, replaces=stored)

    assert directory.canned_response(stored.id) == moved
    assert stored.id not in {one.id for one in directory.canned_responses([], ada)}
    assert moved in directory.canned_responses([general], ada)
    directory.put_canned_response(response("agent", ada, shortcut=shortcut), replaces=None)
    with pytest.raises(ShortcutTakenError):
        directory.put_canned_response(response("department", general, shortcut=shortcut), replaces=None)


def test_a_move_onto_a_taken_shortcut_changes_nothing(directory: DirectoryStore) -> None:
    ada, general, shortcut = new_id(), new_id(), new_id()
    stored, holder = response("agent", ada, shortcut=shortcut), response("department", general, shortcut=shortcut)
    for one in (stored, holder):
        directory.put_canned_response(one, replaces=None)

    with pytest.raises(ShortcutTakenError):
        directory.put_canned_response(
            changed(stored, scope="department", department_id=general, agent_id=None), replaces=stored
        )

    assert directory.canned_response(stored.id) == stored
    assert directory.canned_response(holder.id) == holder


def test_a_deletion_frees_the_shortcut(directory: DirectoryStore) -> None:
    stored = response()
    directory.put_canned_response(stored, replaces=None)

    directory.delete_canned_response(stored)

    heir = response(shortcut=stored.shortcut)
    directory.put_canned_response(heir, replaces=None)
    assert stored.id not in {one.id for one in directory.canned_responses([], new_id())}
    assert directory.canned_response(heir.id) == heir


def test_an_old_version_deletes_nothing(directory: DirectoryStore) -> None:
    stored = response()
    directory.put_canned_response(stored, replaces=None)
    edited = changed(stored, title="New")
    directory.put_canned_response(edited, replaces=stored)

    with pytest.raises(VersionConflictError) as conflict:
        directory.delete_canned_response(stored)

    assert conflict.value.current == 2
    assert directory.canned_response(stored.id) == edited


@pytest.mark.parametrize("backend", ATOMIC, indirect=True)
def test_of_many_who_want_a_shortcut_at_once_one_has_it(directory: DirectoryStore) -> None:
    shortcut = new_id()
    wanted = [response(shortcut=shortcut) for _ in range(4)]

    def create(one: CannedResponse) -> bool:
        try:
            directory.put_canned_response(one, replaces=None)
        except ShortcutTakenError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        created = list(pool.map(create, wanted))

    assert sum(created) == 1
    assert [directory.canned_response(one.id) is not None for one in wanted] == created


# devices


def a_device(agent_id: str, **values: str) -> Device:
    return Device(
        id=values.get("id", new_id()),
        agent_id=agent_id,
        platform="ios",
        push_token=values.get("push_token", new_id()),
        locale=values.get("locale"),
        registered_at=NOON,
    )


def test_a_device_comes_back_as_it_was_put(directory: DirectoryStore) -> None:
    ada = new_id()
    phone, laptop = a_device(ada, locale="pt-BR"), replace(a_device(ada), platform="web")
    for one in (phone, laptop, phone):
        directory.put_device(one)

    assert sorted(directory.devices(ada), key=lambda one: one.id) == sorted([phone, laptop], key=lambda one: one.id)
    assert directory.devices(new_id()) == []


def test_a_push_token_belongs_to_the_last_who_put_it(directory: DirectoryStore) -> None:
    ada, ben = new_id(), new_id()
    phone = a_device(ada)
    directory.put_device(phone)

    directory.put_device(replace(phone, agent_id=ben))

    assert directory.devices(ada) == []
    assert directory.devices(ben) == [replace(phone, agent_id=ben)]


def test_a_push_token_moves_between_devices_of_one_agent(directory: DirectoryStore) -> None:
    ada = new_id()
    old, new = a_device(ada, push_token="same-" + ada), a_device(ada, push_token="same-" + ada)
    directory.put_device(old)

    directory.put_device(new)

    assert directory.devices(ada) == [new]


def test_a_device_that_has_a_new_token_keeps_it_when_another_takes_the_old_one(directory: DirectoryStore) -> None:
    ada, ben = new_id(), new_id()
    before = a_device(ada)
    directory.put_device(before)
    now = replace(before, push_token=new_id())
    directory.put_device(now)

    taker = a_device(ben, push_token=before.push_token)
    directory.put_device(taker)

    assert directory.devices(ada) == [now]
    assert directory.devices(ben) == [taker]


def test_a_device_is_forgotten(directory: DirectoryStore) -> None:
    ada, ben = new_id(), new_id()
    phone, other = a_device(ada), a_device(ada)
    for one in (phone, other):
        directory.put_device(one)

    directory.delete_device(ada, phone.id)
    directory.delete_device(ada, phone.id)
    directory.delete_device(ben, other.id)

    assert directory.devices(ada) == [other]
    directory.put_device(replace(phone, agent_id=ben))
    assert directory.devices(ben) == [replace(phone, agent_id=ben)]


def test_forgetting_a_device_leaves_its_former_token_to_the_new_owner(directory: DirectoryStore) -> None:
    ada, ben, cleo = new_id(), new_id(), new_id()
    phone = a_device(ada)
    directory.put_device(phone)
    directory.put_device(replace(phone, agent_id=ben))

    directory.delete_device(ada, phone.id)
    assert directory.devices(ben) == [replace(phone, agent_id=ben)]

    directory.put_device(replace(phone, agent_id=cleo))
    assert directory.devices(ben) == []


def test_what_the_provider_calls_a_device_is_remembered(directory: DirectoryStore) -> None:
    phone = a_device(new_id())
    directory.put_device(phone)

    directory.put_endpoint(phone, endpoint="arn:one", at=NOON + 5)

    assert directory.devices(phone.agent_id) == [replace(phone, endpoint="arn:one", endpoint_at=NOON + 5)]


@pytest.mark.parametrize("with_a_new_token", [False, True])
def test_a_device_that_registers_again_keeps_its_endpoint(directory: DirectoryStore, with_a_new_token: bool) -> None:
    phone = a_device(new_id(), locale="de")
    directory.put_device(phone)
    directory.put_endpoint(phone, endpoint="arn:one", at=NOON + 5)
    again = replace(phone, locale=None, registered_at=NOON + 9)
    again = replace(again, push_token=new_id()) if with_a_new_token else again

    directory.put_device(again)

    assert directory.devices(phone.agent_id) == [replace(again, endpoint="arn:one", endpoint_at=NOON + 5)]


def test_a_device_of_another_agent_has_no_endpoint_yet(directory: DirectoryStore) -> None:
    phone = a_device(new_id())
    directory.put_device(phone)
    directory.put_endpoint(phone, endpoint="arn:one", at=NOON + 5)
    bens = replace(phone, agent_id=new_id())

    directory.put_device(bens)

    assert directory.devices(bens.agent_id) == [bens]


def test_an_endpoint_of_a_former_token_is_not_remembered(directory: DirectoryStore) -> None:
    phone = a_device(new_id())
    directory.put_device(phone)
    now = replace(phone, push_token=new_id(), registered_at=NOON + 1)
    directory.put_device(now)

    directory.put_endpoint(phone, endpoint="arn:one", at=NOON + 5)

    assert directory.devices(phone.agent_id) == [now]


def test_an_endpoint_makes_no_device(directory: DirectoryStore) -> None:
    phone = a_device(new_id())

    directory.put_endpoint(phone, endpoint="arn:one", at=NOON)

    assert directory.devices(phone.agent_id) == []


def test_a_device_whose_token_is_worth_nothing_is_forgotten(directory: DirectoryStore) -> None:
    ada, ben = new_id(), new_id()
    phone, other = a_device(ada), a_device(ada)
    for one in (phone, other):
        directory.put_device(one)
    directory.put_endpoint(phone, endpoint="arn:one", at=NOON + 5)

    directory.forget_device(phone)
    directory.forget_device(phone)

    assert directory.devices(ada) == [other]
    directory.put_device(replace(phone, agent_id=ben))
    assert directory.devices(ben) == [replace(phone, agent_id=ben)]


@pytest.mark.parametrize("with_a_new_token", [False, True])
def test_a_device_that_registered_anew_is_not_forgotten(directory: DirectoryStore, with_a_new_token: bool) -> None:
    phone = a_device(new_id())
    directory.put_device(phone)
    again = replace(phone, registered_at=NOON + 1)
    again = replace(again, push_token=new_id()) if with_a_new_token else again
    directory.put_device(again)

    directory.forget_device(phone)

    assert directory.devices(phone.agent_id) == [again]
    bens = replace(again, agent_id=new_id())
    directory.put_device(bens)
    assert directory.devices(phone.agent_id) == [], "the token is still known to be this device's"


def test_forgetting_a_device_leaves_the_token_to_whoever_took_it(directory: DirectoryStore) -> None:
    ada, ben, cleo = new_id(), new_id(), new_id()
    phone = a_device(ada)
    directory.put_device(phone)
    directory.put_device(replace(phone, agent_id=ben))

    directory.forget_device(phone)

    assert directory.devices(ben) == [replace(phone, agent_id=ben)]
    directory.put_device(replace(phone, agent_id=cleo))
    assert directory.devices(ben) == []
