"""Visitors' sessions, profiles and rooms."""

from dataclasses import replace

import pytest

from tests.integration.doors import PAGE, Person, World, environment_of, new_id, open_room

DAY = 86_400


def _status(world: World, who: Person) -> int:
    return world.http("GET", "/visitor", who).status


def test_a_session_lasts_thirty_days(world: World) -> None:
    visitor = world.visitor()
    world.clock.advance(seconds=30 * DAY - 1)
    assert _status(world, visitor) == 200
    world.clock.advance(seconds=1)
    assert _status(world, visitor) == 401


def test_a_valid_token_renews_for_the_same_visitor_and_stays_valid(world: World) -> None:
    visitor = world.visitor("Vera")
    world.clock.advance(seconds=20 * DAY)
    renewed = world.http("POST", "/visitor/sessions", visitor, body={}).ok()
    assert renewed["visitor_id"] == visitor.id
    assert renewed["token"] != visitor.token
    assert renewed["expires_at"].startswith("2027-03-06")
    newer = replace(visitor, token=renewed["token"])
    assert (_status(world, visitor), _status(world, newer)) == (200, 200)
    world.clock.advance(seconds=11 * DAY)
    assert (_status(world, visitor), _status(world, newer)) == (401, 200)
    assert world.http("GET", "/visitor", newer).ok()["name"] == "Vera"


def test_five_tabs_keep_their_tokens_and_the_oldest_goes_first(world: World) -> None:
    tabs = [world.visitor()]
    for _ in range(5):
        world.clock.advance(seconds=1)
        renewed = world.http("POST", "/visitor/sessions", tabs[0] if len(tabs) < 2 else tabs[-1], body={}).ok()
        tabs.append(replace(tabs[0], token=renewed["token"]))
    assert [_status(world, tab) for tab in tabs] == [401, 200, 200, 200, 200, 200]


@pytest.mark.parametrize("token", ["x.y", "", "nonsense"])
def test_an_invalid_token_starts_a_new_visitor(world: World, token: str) -> None:
    visitor = world.visitor()
    started = world.http("POST", "/visitor/sessions", replace(visitor, token=token), body={}).ok()
    assert started["visitor_id"] != visitor.id


def test_a_session_needs_no_body_at_all(world: World) -> None:
    assert world.http("POST", "/visitor/sessions").status == 201


def test_tokens_are_stored_as_hashes_only(world: World) -> None:
    visitor = world.visitor()
    secret = (visitor.token or "").partition(".")[2]
    assert len(secret) >= 40
    assert secret not in repr(world.dump())


def test_fields_left_out_stay_and_null_takes_one_back(world: World) -> None:
    visitor = world.visitor("Vera", email="vera@example.com", custom={"plan": "gold"})
    changed = world.http("PUT", "/visitor", visitor, body={"locale": "ar", "name": "  Véra  "}).ok()
    assert (changed["name"], changed["email"], changed["locale"]) == ("Véra", "vera@example.com", "ar")
    changed = world.http("PUT", "/visitor", visitor, body={"email": None, "custom": {}}).ok()
    assert (changed["name"], changed["email"], changed["custom"]) == ("Véra", None, {})
    assert world.http("GET", "/visitor", visitor).ok() == changed


def test_the_last_twenty_pages_are_kept(world: World) -> None:
    visitor = world.visitor()
    for number in range(23):
        world.clock.advance(seconds=1)
        page = {"url": f"https://shop.example/{number}", "title": f"Page {number}"}
        shown = world.http("PUT", "/visitor", visitor, body={"page": page}).ok()
    assert [one["title"] for one in shown["pages"]] == [f"Page {number}" for number in range(3, 23)]
    assert shown["pages"][-1]["at"] == "2027-01-15T08:00:23.000Z"


def test_two_tabs_that_write_the_profile_at_once_both_succeed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = world.visitor()
    store = type(world.wirings["visitor_api"].visitor_store)
    put = store.put_visitor
    raced: list[bool] = []

    def racing(self: object, *args: object, **more: object) -> object:
        if not raced:
            raced.append(True)
            world.http("PUT", "/visitor", visitor, body={"locale": "fr"}).ok()
        return put(self, *args, **more)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(store, "put_visitor", racing)
    assert world.http("PUT", "/visitor", visitor, body={"name": "Vera B."}).status == 200
    monkeypatch.undo()
    profile = world.http("GET", "/visitor", visitor).ok()
    assert (profile["name"], profile["locale"]) == ("Vera B.", "fr")


def test_rooms_are_listed_newest_first_page_by_page_and_to_nobody_else(world: World) -> None:
    visitor, other = world.visitor(), world.visitor()
    opened = []
    for _ in range(5):
        world.clock.advance(seconds=1)
        room = open_room(world, visitor, text=None)
        opened.append(room.id)
        room.by_visitor("close").ok()
    pages, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = world.http("GET", "/visitor/rooms", visitor, query=query).ok()
        pages.append([one["id"] for one in page["rooms"]])
        cursor = page["next_cursor"]
        if cursor is None:
            break
        assert world.http("GET", "/visitor/rooms", other, query={"cursor": cursor}).ok()["rooms"] == []
    assert pages == [opened[4:2:-1], opened[2:0:-1], opened[:1]]


def test_a_room_opens_in_general_unless_told_otherwise(world: World) -> None:
    world.department("sales")
    for department_id in (None, "sales"):
        body = {"client_id": new_id(), "page": PAGE} | ({"department_id": department_id} if department_id else {})
        opened = world.http("POST", "/visitor/rooms", world.visitor(), body=body).ok()
        assert opened["department_id"] == (department_id or "general")
        assert (opened["status"], opened["seq"], opened["last_message"]) == ("waiting", 1, None)


def test_a_rating_counts_once(world: World) -> None:
    room = open_room(world, world.visitor())
    assert room.by_visitor("rating", score=5, comment=" Good ").ok()["seq"] == 3
    assert room.by_visitor("rating", score=1).ok()["seq"] == 3
    events = world.http("GET", f"/visitor/rooms/{room.id}/events", room.visitor).ok()["events"]
    assert events[0]["data"] == {"score": 5, "comment": "Good"}


def test_availability_follows_statuses_at_once(world: World) -> None:
    world.department("sales", "Sales")
    cora = world.agent("cora", departments=("sales",), status="offline")

    def online() -> tuple[bool, dict[str, bool]]:
        shown = world.http("GET", "/visitor/availability").ok()
        return shown["online"], {one["id"]: one["online"] for one in shown["departments"]}

    assert online() == (False, {"general": False, "sales": False})
    world.http("PUT", "/me/status", cora, body={"status": "online"}).ok()
    assert online() == (True, {"general": False, "sales": True})
    one = world.http("GET", "/visitor/availability", query={"department_id": "general"}).ok()
    assert one == {"online": False, "departments": [{"id": "general", "name": "General", "online": False}]}
    world.http("PUT", "/me/status", cora, body={"status": "away"}).ok()
    assert online()[0] is False


def test_config_tells_an_app_all_it_needs(world: World) -> None:
    config = world.http("GET", "/config").ok()
    assert config["push"] == {"vapid_public_key": environment_of("visitor_api", world.tables)["VAPID_PUBLIC_KEY"]}
    world.renew(VAPID_PUBLIC_KEY="")
    assert world.http("GET", "/config").ok()["push"] is None
    assert config["auth"]["kind"] == "cognito"
    assert set(config) == {"version", "api_url", "socket_url", "auth", "push"}
