"""Canned responses by HTTP: scopes, shortcuts, versions, entity tags, repeats."""

from typing import Any

import pytest

from tests.integration.doors import Answer, Person, World, new_id


@pytest.fixture
def team(world: World) -> dict[str, Person]:
    """An admin, two agents of `general` and one of `sales`."""
    world.department("sales")
    return {
        "root": world.agent("root", admin=True),
        "ada": world.agent("ada"),
        "bob": world.agent("bob"),
        "cora": world.agent("cora", departments=("sales",)),
    }


def _create(world: World, by: Person, shortcut: str, **fields: Any) -> Answer:
    body = {"client_id": new_id(), "shortcut": shortcut, "title": f"About {shortcut}", "body": "Hello", **fields}
    return world.http("POST", "/canned-responses", by, body=body)


def _listed(world: World, by: Person, **query: Any) -> list[str]:
    found = world.http("GET", "/canned-responses", by, query=query).ok()
    return [f"{one['scope']}:{one['shortcut']}" for one in found["canned_responses"]]


def test_each_agent_finds_the_companys_its_departments_and_its_own(world: World, team: dict[str, Person]) -> None:
    _create(world, team["root"], "hours", scope="company").ok()
    _create(world, team["root"], "refund", scope="department", department_id="sales").ok()
    _create(world, team["ada"], "hi").ok()
    _create(world, team["ada"], "hours").ok()
    assert _listed(world, team["ada"]) == ["agent:hi", "agent:hours", "company:hours"]
    assert _listed(world, team["bob"]) == ["company:hours"]
    assert _listed(world, team["cora"]) == ["company:hours", "department:refund"]
    assert _listed(world, team["ada"], scope="company") == ["company:hours"]


def test_search_forgives_a_typo_and_takes_a_comma_as_it_is(world: World, team: dict[str, Person]) -> None:
    ada = team["ada"]
    _create(world, ada, "refund", title="How a refund works", tags=["Money"]).ok()
    _create(world, ada, "delivery", title="Delivery, parcels and post").ok()
    assert _listed(world, ada, q="refnud") == ["agent:refund"]
    assert _listed(world, ada, q="hello, parcels") == ["agent:delivery"]
    assert _listed(world, ada, q="parcels,") == ["agent:delivery"]
    assert _listed(world, ada, tag="money") == ["agent:refund"]
    assert _listed(world, ada, q="zzzzzz") == []
    assert _listed(world, ada, q="") == ["agent:delivery", "agent:refund"]


def test_pages_hold_all_of_them_once(world: World, team: dict[str, Person]) -> None:
    for number in range(5):
        _create(world, team["ada"], f"text-{number}").ok()
    seen: list[str] = []
    cursor = None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = world.http("GET", "/canned-responses", team["ada"], query=query).ok()
        seen += [one["shortcut"] for one in page["canned_responses"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"text-{number}" for number in range(5)]


def test_the_etag_covers_all_that_the_caller_may_use_on_every_page(world: World, team: dict[str, Person]) -> None:
    ada = team["ada"]
    for shortcut in ("a", "b", "c"):
        _create(world, ada, shortcut).ok()

    def get(**query: Any) -> Answer:
        return world.http("GET", "/canned-responses", ada, query=query, headers=query.pop("headers", None))

    first = get(limit=1)
    tag = first.headers["etag"]
    assert get(limit=1, cursor=first.body["next_cursor"]).headers["etag"] == tag
    assert get(q="c").headers["etag"] == tag
    for sent in (tag, f"W/{tag}", f'"other", {tag}', f'{tag}, W/"other"'):
        again = get(headers={"If-None-Match": sent})
        assert (again.status, again.headers["etag"], again.body) == (304, tag, None), sent
    assert get(headers={"If-None-Match": '"other"'}).status == 200
    # What only a colleague may use changes nothing for ada; what the company may use does.
    _create(world, team["bob"], "d").ok()
    assert get(headers={"If-None-Match": tag}).status == 304
    _create(world, team["root"], "e", scope="company").ok()
    changed = get(headers={"If-None-Match": tag})
    assert changed.status == 200
    assert changed.headers["etag"] != tag


def test_a_shortcut_is_taken_within_its_scope_only(world: World, team: dict[str, Person]) -> None:
    assert _create(world, team["ada"], "hi").status == 201
    stored = world.dump()
    answer = _create(world, team["ada"], "/HI ")
    assert (answer.status, answer.code) == (409, "shortcut_taken")
    assert world.dump() == stored
    assert _create(world, team["bob"], "hi").status == 201
    assert _create(world, team["root"], "hi", scope="company").status == 201
    for department_id in ("general", "sales"):
        made = _create(world, team["root"], "hi", scope="department", department_id=department_id)
        assert made.ok()["department_id"] == department_id


def test_a_repeat_makes_one_response_for_ever(world: World, team: dict[str, Person]) -> None:
    client_id = new_id()
    made = _create(world, team["ada"], "hi", client_id=client_id).ok()
    stored = world.dump()
    assert _create(world, team["ada"], "hi", client_id=client_id).ok() == made
    assert _create(world, team["ada"], "ho", client_id=client_id).code == "client_id_reused"
    assert world.dump() == stored
    assert _create(world, team["bob"], "hi", client_id=client_id).ok()["id"] != made["id"]
    assert world.http("DELETE", f"/canned-responses/{made['id']}", team["ada"]).status == 204
    assert _create(world, team["ada"], "hi", client_id=client_id).code == "not_found"
    assert world.http("DELETE", f"/canned-responses/{made['id']}", team["ada"]).status == 204
    assert _create(world, team["ada"], "hi").status == 201


def test_an_older_version_is_a_conflict_and_the_same_change_again_is_none(
    world: World, team: dict[str, Person]
) -> None:
    made = _create(world, team["ada"], "hi").ok()
    path = f"/canned-responses/{made['id']}"
    world.clock.advance(seconds=5)
    change = {"shortcut": "hi", "title": "Hello", "body": "Hello {{visitor.name|there}}", "version": 1}
    changed = world.http("PUT", path, team["ada"], body=change).ok()
    assert (changed["version"], changed["title"], changed["updated_at"]) == (2, "Hello", "2027-01-15T08:00:05.000Z")
    assert world.http("PUT", path, team["ada"], body=change).ok() == changed
    answer = world.http("PUT", path, team["ada"], body=change | {"title": "Hey"})
    assert (answer.status, answer.code, answer.body["version"]) == (409, "version_conflict", 2)
    assert world.http("PUT", path, team["ada"], body=change | {"title": "Hey", "version": 3}).code == "version_conflict"
    assert world.http("GET", path, team["ada"]).ok() == changed


def test_a_new_shortcut_frees_the_old_one(world: World, team: dict[str, Person]) -> None:
    made = _create(world, team["ada"], "hi").ok()
    other = _create(world, team["ada"], "bye").ok()
    change = {"title": "Hello", "body": "Hello", "version": 1}
    path = f"/canned-responses/{made['id']}"
    taken = world.http("PUT", path, team["ada"], body=change | {"shortcut": "bye"})
    assert (taken.status, taken.code) == (409, "shortcut_taken")
    world.http("PUT", path, team["ada"], body=change | {"shortcut": "hello"}).ok()
    world.http("PUT", f"/canned-responses/{other['id']}", team["ada"], body=change | {"shortcut": "hi"}).ok()
    assert _listed(world, team["ada"]) == ["agent:hello", "agent:hi"]


def test_a_department_that_is_not_there_has_no_responses(world: World, team: dict[str, Person]) -> None:
    answer = _create(world, team["root"], "hi", scope="department", department_id="nowhere")
    assert answer.body["fields"] == [{"field": "department_id", "message": "there is no such department"}]
    answer = _create(world, team["root"], "hi", scope="department")
    assert answer.body["fields"][0]["field"] == "department_id"
