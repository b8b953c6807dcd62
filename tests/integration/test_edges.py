"""Commands that come again in another shape, and what reads say of their edges."""

from tests.integration.doors import World, new_id, open_room


def test_a_client_id_used_for_another_text_is_refused_whatever_after_says(world: World) -> None:
    """The event lies before `after`, so only the room's memory of recent commands tells."""
    ada = world.agent("ada")
    room = open_room(world, world.visitor())
    room.by_agent(ada, "accept").ok()
    once = new_id()
    path = f"/rooms/{room.id}/messages"
    first = world.http("POST", path, ada, body={"client_id": once, "after": 3, "text": "one"}).ok()
    assert world.http("POST", path, ada, body={"client_id": once, "after": 4, "text": "two"}).code == "client_id_reused"
    assert world.http("POST", path, ada, body={"client_id": once, "after": 4, "text": "one"}).ok() == first
    assert [event["seq"] for event in room.log(ada)] == [1, 2, 3, 4]


def test_two_callers_may_use_the_same_client_id(world: World) -> None:
    ada, visitor = world.agent("ada"), world.visitor()
    room = open_room(world, visitor)
    room.by_agent(ada, "accept").ok()
    once = new_id()
    for path, by in ((f"/rooms/{room.id}/messages", ada), (f"/visitor/rooms/{room.id}/messages", visitor)):
        world.http("POST", path, by, body={"client_id": once, "after": 3, "text": "Hi"}).ok()
    assert [event["seq"] for event in room.log(ada)] == [1, 2, 3, 4, 5]


def test_who_declined_hears_no_more_of_that_offer(world: World) -> None:
    ada, bob, cora = world.agent("ada"), world.agent("bob"), world.agent("cora")
    phones = {"bob": world.connect(bob), "cora": world.connect(cora)}
    room = open_room(world, world.visitor())
    room.by_agent(bob, "decline").ok()
    world.relay()
    world.sockets.clear()
    room.by_agent(ada, "accept").ok()
    world.relay()
    assert world.sockets.frames(phones["bob"]) == []
    assert [frame["reason"] for frame in world.sockets.frames(phones["cora"])] == ["taken"]


def test_a_change_of_a_canned_response_leaves_alone_what_it_does_not_name(world: World) -> None:
    ada = world.agent("ada", admin=True)
    made = world.http(
        "POST",
        "/canned-responses",
        ada,
        body={
            "client_id": new_id(),
            "shortcut": "hi",
            "title": "Hi",
            "body": "Hi",
            "tags": ["greeting"],
            "scope": "department",
            "department_id": "general",
        },
    ).ok()
    path = f"/canned-responses/{made['id']}"
    changed = world.http("PUT", path, ada, body={"shortcut": "hi", "title": "Hi", "body": "Hey", "version": 1}).ok()
    assert changed | {"updated_at": ""} == made | {"body": "Hey", "version": 2, "updated_at": ""}
    shared = {"shortcut": "hi", "title": "Hi", "body": "Hey", "scope": "company", "version": 2}
    assert "department_id" not in world.http("PUT", path, ada, body=shared).ok()


def test_through_never_runs_ahead_of_the_log(world: World) -> None:
    """Who stored it would miss what comes next."""
    ada = world.agent("ada")
    room = open_room(world, world.visitor())
    page = world.http("GET", f"/rooms/{room.id}/events", ada, query={"after": "500"}).ok()
    assert page == {"events": [], "through": 2, "more": False}
    missed = world.http("POST", "/sync", ada, body={"rooms": {room.id: 500}}).ok()["events"][room.id]
    assert missed == {"events": [], "through": 2, "more": False}


def test_earlier_rooms_are_shown_to_who_may_read_them(world: World) -> None:
    ada, visitor = world.agent("ada"), world.visitor()
    world.department("sales")
    cleo = world.agent("cleo", departments=("sales",))
    first = open_room(world, visitor)
    first.by_agent(ada, "accept").ok()
    first.by_visitor("close").ok()
    second = open_room(world, visitor, department_id="sales")
    assert second.seen_by(cleo)["earlier_rooms"] == []
    second.by_agent(cleo, "accept").ok()
    assert [one["id"] for one in second.seen_by(cleo)["earlier_rooms"]] == [first.id]


def test_a_room_shows_its_visitor_by_the_name_of_today(world: World) -> None:
    ada, visitor = world.agent("ada"), world.visitor(name=None)
    room = open_room(world, visitor)
    world.http("PUT", "/visitor", visitor, body={"name": "Zoe"}).ok()
    shown = room.seen_by(ada)
    assert (shown["visitor"]["name"], shown["participants"][0]["name"]) == ("Zoe", "Zoe")
