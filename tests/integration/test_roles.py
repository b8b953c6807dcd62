"""Each function does what its role allows, all of it and nothing else: no emulator here checks roles, AWS will."""

import pytest

from tests.integration.doors import FUNCTIONS, Person, World, new_id, open_room
from tests.integration.roles import ROLES, allowed

WHEN_ANOTHER_CAME_FIRST = {
    # An entry written for an event that lost its place is taken back.
    "visitor_api": {("conversations", "DeleteItem")},
    # The events that came first are read.
    "timers": {("conversations", "Query")},
}
"""What the story does not play: actions that a function needs where its event loses its place in the log."""


def _play_everything(world: World) -> None:
    """A story in which every function does all that it ever does to the tables."""
    ada, ben = world.agent("ada", admin=True), world.agent("ben")
    vera = world.visitor()
    phone, tab = world.connect(ada), world.connect(vera)
    lost = world.connect(ben)
    for _ in range(2):
        world.http("PUT", "/me/status", ada, body={"status": "online"}).ok()
    world.http("PUT", "/visitor", vera, body={"name": "Vera", "page": {"url": "https://shop.example/"}}).ok()
    world.http("GET", "/visitor/availability").ok()

    room = open_room(world, vera)
    world.relay()
    at = f"/rooms/{room.id}"
    world.http("GET", "/rooms", ada).ok()
    world.http("GET", "/agents", ada).ok()
    world.act(phone, "room.accept", room_id=room.id, client_id=new_id(), after=2)
    assert world.http("POST", f"{at}/accept", ben, body={"client_id": new_id()}).code == "already_taken"
    world.relay()
    world.act(phone, "message.send", room_id=room.id, client_id=new_id(), after=0, text="Hello")
    world.act(tab, "message.send", room_id=room.id, client_id=new_id(), after=3, text="Hi")
    assert world.send(tab, '{"action": "ping"}')[-1]["type"] == "pong"
    world.act(tab, "device.state", foreground=True)
    # Ben's socket has died without a word: whoever posts to it next forgets it.
    world.sockets.gone.add(lost)
    world.clock.advance(seconds=11)
    world.http("POST", f"{at}/invite", ada, body={"client_id": new_id(), "agent_id": "ben"}).ok()
    world.http("POST", f"{at}/accept", ben, body={"client_id": new_id()}).ok()
    for doomed in (
        lambda: world.http("POST", f"{at}/read", ada, body={"seq": 5}).ok(),
        lambda: world.http("POST", f"/visitor/rooms/{room.id}/read", vera, body={"seq": 5}).ok(),
        lambda: world.act(phone, "room.read", room_id=room.id, seq=6),
        world.relay,
    ):
        world.sockets.gone.discard(lost)
        lost = world.connect(ben)
        world.sockets.gone.add(lost)
        world.clock.advance(seconds=11)
        doomed()
    world.http("GET", at, ada).ok()
    world.http("GET", f"{at}/events", ada, query={"after": "1"}).ok()
    world.http("POST", f"{at}/messages", ada, body={"client_id": new_id(), "text": "One more"}).ok()
    world.http("GET", "/visitor/rooms", vera).ok()
    world.http("POST", f"/visitor/rooms/{room.id}/messages", vera, body={"client_id": new_id(), "text": "Thanks"}).ok()
    world.http("POST", f"/visitor/rooms/{room.id}/close", vera, body={"client_id": new_id()}).ok()
    world.relay()
    world.http("POST", f"{at}/close", ada, body={"client_id": new_id()}).ok()
    world.act(world.connect(ben), "room.close", room_id=room.id, client_id=new_id(), after=0)
    world.relay()

    made = world.http(
        "POST",
        "/canned-responses",
        ada,
        body={"client_id": new_id(), "shortcut": "hi", "title": "Hi", "body": "Hi", "scope": "company"},
    ).ok()
    change = {"shortcut": "hey", "title": "Hi", "body": "Hey", "scope": "company", "version": 1}
    world.http("PUT", f"/canned-responses/{made['id']}", ada, body=change).ok()
    world.http("DELETE", f"/canned-responses/{made['id']}", ada).ok()
    world.http("PUT", "/devices/phone", ada, body={"platform": "ios", "push_token": "t"}).ok()
    world.http("DELETE", "/devices/phone", ada).ok()
    _play_pushes(world, ada, ben)

    alone = open_room(world, vera, text=None)
    world.relay()
    world.disconnect(tab)
    world.clock.advance(seconds=120)
    world.look_at_timers()
    # The next tab ends without a word: the watch finds that out.
    room = open_room(world, vera, text=None)
    assert room.id != alone.id
    world.relay()
    silent = world.connect(vera)
    world.clock.advance(seconds=600)
    world.look_at_timers()
    world.sockets.gone.add(silent)
    for _ in range(2):
        world.clock.advance(seconds=900)
        world.look_at_timers()
    for person in (ada, ben):
        world.http("PUT", "/me/status", person, body={"status": "offline"}).ok()
    open_room(world, vera)
    world.relay()


def _play_pushes(world: World, ada: Person, ben: Person) -> None:
    """Offers that are pushed, answered from the lock screen and withdrawn, on devices old, new and gone."""
    for name in ("good", "gone"):
        world.device(ben, name)
    wanda = world.visitor("Wanda")
    room = open_room(world, wanda)
    world.relay()
    world.pushes.outcomes["gone"] = "gone"
    world.pushes.endpoints["good"] = "arn:of:good"
    assert world.send_pushes(within_seconds=20) == []
    token = world.pushes.told("good")[-1].token
    for action in ("seen", "accept"):
        world.http("POST", "/push/actions", body={"token": token, "action": action}).ok()
    world.relay()
    assert world.send_pushes() == []
    # Her socket has died without a word, which the relay is the first to notice.
    world.sockets.gone.add(world.connect(wanda))
    world.clock.advance(seconds=11)
    room.by_visitor("messages", text="There?").ok()
    world.relay()
    assert world.send_pushes() == []
    world.http("POST", f"/rooms/{room.id}/read", ben, body={"seq": 4}).ok()
    assert world.send_pushes() == []
    world.http("GET", f"/admin/rooms/{room.id}/pushes", ada).ok()
    world.http("DELETE", "/devices/good", ben).ok()


def test_every_function_uses_all_that_its_role_allows(world: World) -> None:
    """A refusal by a role would have been a fault on the way; what is never used would be left out of the role."""
    ROLES.used.clear()
    _play_everything(world)
    unused = {name: allowed(name) - ROLES.used.get(name, set()) for name in FUNCTIONS}
    assert {name: actions for name, actions in unused.items() if actions} == WHEN_ANOTHER_CAME_FIRST


def test_a_role_that_lacks_an_action_would_be_noticed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check bites: without one action the story ends in a fault."""
    ada = world.agent("ada")
    monkeypatch.setattr("tests.integration.roles.allowed", lambda _: frozenset())
    assert world.http("GET", "/me", ada).code == "internal"
