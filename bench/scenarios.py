"""What is measured: each command in the situation in which it is usually given.

A room's situation: its visitor has one tab open, Ada has accepted and has one device connected, Grace of the same
department and Alan of another one are online with a device each. Texts are of a usual length (112 characters).
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from bench.world import ADA, ALAN, BILLING, GENERAL, GRACE, PAGE, TEXT, Cost, Socket, Visitor, World
from foyer.adapters.dynamodb import keys
from foyer.domain.people import Agent
from foyer.ports import Timer

LONG_TEXT = ("Could you look whether the address is right, 12 Harbour Lane? " * 5)[:300]
"""300 bytes."""

OPEN_ROOMS = 10
CLOSED_ROOMS = (0, 10, 100, 10_000)
HEADS_KEPT = 1_000
"""No call answers more closed rooms than 100; reading a head that is not there would be counted all the same."""
REPEATED_AFTER = 20
PAGE_OF_HISTORY = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """An open room and those in it."""

    world: World
    sockets: Mapping[str, Socket]
    visitor: Visitor
    room_id: str

    @property
    def ada(self) -> Socket:
        """Ada's device."""
        return self.sockets[ADA.id]

    def seq(self) -> int:
        """The room's last `seq`."""
        seq: int = self.world.agent_call(ADA, "GET", f"/rooms/{self.room_id}")["seq"]
        return seq

    def body(self, **fields: Any) -> dict[str, Any]:
        """The body of a command of somebody who is up to date."""
        return {"client_id": str(uuid4())} | ({"after": self.seq()} if "after" not in fields else {}) | fields

    def by_agent(self, call: str, agent: Agent = ADA, **fields: Any) -> Callable[[], Any]:
        """A command of an agent in this room, to be given."""
        body = self.body(**fields)
        return lambda: self.world.agent_call(agent, "POST", f"/rooms/{self.room_id}/{call}", body)

    def by_visitor(self, call: str, **fields: Any) -> Callable[[], Any]:
        """A command of the visitor in this room, to be given."""
        body = self.body(**fields)
        path = f"/visitor/rooms/{self.room_id}/{call}"
        return lambda: self.world.visitor_call(self.visitor.token, "POST", path, body)

    def by_frame(self, socket: Socket, action: str, **fields: Any) -> Callable[[], Any]:
        """A command through a socket, to be given."""
        body = self.body(**fields)
        return lambda: self.world.frame(socket, action, room_id=self.room_id, **body)


def opened(world: World, *, text: str | None = TEXT) -> Chat:
    """A room that waits, in a company that has nothing else."""
    return _opened(world, world.found(), text)


def one_more(chat: Chat) -> Chat:
    """A room of another visitor, which Ada accepted and answered too."""
    more = _opened(chat.world, chat.sockets, TEXT)
    answered(more)
    return more


def _opened(world: World, sockets: Mapping[str, Socket], text: str | None) -> Chat:
    visitor = world.visitor()
    rooms: list[str] = []
    world.play(lambda: rooms.append(opening(world, visitor, text)()["id"]))
    return Chat(world=world, sockets=sockets, visitor=visitor, room_id=rooms[0])


def opening(world: World, visitor: Visitor, text: str | None) -> Callable[[], Any]:
    """A visitor's opening of a room, to be given."""
    body = {"client_id": str(uuid4()), "department_id": GENERAL, "page": PAGE} | ({"text": text} if text else {})
    return lambda: world.visitor_call(visitor.token, "POST", "/visitor/rooms", body)


def accepted(world: World) -> Chat:
    """A room that Ada accepted and answered; both have read all."""
    chat = opened(world)
    answered(chat)
    return chat


def answered(chat: Chat) -> None:
    """Ada accepts and answers, the visitor and Ada read and write once more."""
    world = chat.world
    world.play(chat.by_agent("accept"))
    world.play(chat.by_agent("messages", text=TEXT))
    world.play(lambda: world.visitor_call(chat.visitor.token, "POST", _visitors(chat, "read"), {"seq": chat.seq()}))
    world.play(chat.by_visitor("messages", text=TEXT))
    world.play(lambda: world.agent_call(ADA, "POST", f"/rooms/{chat.room_id}/read", {"seq": chat.seq()}))


def written(chat: Chat, number: int, *, text: str) -> None:
    """Ada and the visitor write so many messages, taking turns."""
    first = chat.seq()

    def turns() -> None:
        for place in range(number):
            write = chat.by_visitor if place % 2 else chat.by_agent
            write("messages", text=text, after=first + place)()

    chat.world.play(turns)


def _visitors(chat: Chat, call: str) -> str:
    return f"/visitor/rooms/{chat.room_id}/{call}"


# Each of these gives the figures of one group of commands.


def openings(world: World) -> Iterator[Cost]:
    """A visitor comes."""
    world.found()
    token = {"name": "Maria Okonkwo", "email": "maria@example.test", "locale": "en"}
    yield world.measure("start a session", lambda: world.visitor_call(None, "POST", "/visitor/sessions", token))
    yield world.measure("open with text", opening(world, world.visitor(), TEXT))
    world.found()
    yield world.measure("open without text", opening(world, world.visitor(), None))


def answers(world: World) -> Iterator[Cost]:
    """An offer is answered."""
    yield world.measure("accept", opened(world).by_agent("accept"))
    chat = opened(world)
    yield world.measure("accept (socket)", chat.by_frame(chat.ada, "room.accept"))
    yield world.measure("hold", opened(world).by_agent("accept", hold=True))
    yield world.measure("decline", opened(world).by_agent("decline"))


def messages(world: World) -> Iterator[Cost]:
    """Both sides write."""
    chat = accepted(world)
    yield world.measure("message by agent", chat.by_agent("messages", text=TEXT))
    yield world.measure("message by agent, cold functions", chat.by_agent("messages", text=TEXT), cold=True)
    yield world.measure("message by agent (socket)", chat.by_frame(chat.ada, "message.send", text=TEXT))
    yield world.measure("message by visitor", chat.by_visitor("messages", text=TEXT))
    yield world.measure("message by visitor (socket)", chat.by_frame(chat.visitor.socket, "message.send", text=TEXT))
    yield world.measure("note", chat.by_agent("notes", text=TEXT))
    seq = chat.seq()
    yield world.measure(
        "read by agent", lambda: world.agent_call(ADA, "POST", f"/rooms/{chat.room_id}/read", {"seq": seq})
    )
    yield world.measure(
        "read by visitor (socket)",
        lambda: world.frame(chat.visitor.socket, "room.read", room_id=chat.room_id, seq=seq),
    )


def repeats(world: World) -> Iterator[Cost]:
    """A device did not hear the answer and asks again."""
    chat = accepted(world)
    repeated = chat.by_frame(chat.ada, "message.send", text=TEXT)
    world.play(repeated)
    yield world.measure("repeat of a message at once", repeated)
    written(chat, REPEATED_AFTER, text=TEXT)
    yield world.measure(f"repeat of a message {REPEATED_AFTER} messages later", repeated)
    visitor = world.visitor()
    again = opening(world, visitor, TEXT)
    world.play(again)
    yield world.measure("repeat of an opening", again)


def colleagues(world: World) -> Iterator[Cost]:
    """A second agent comes in."""
    chat = accepted(world)
    yield world.measure("invite", chat.by_agent("invite", agent_id=ALAN.id))
    yield world.measure("accept an invitation", chat.by_agent("accept", ALAN))
    yield world.measure("message in a room with two agents", chat.by_agent("messages", text=TEXT))
    yield world.measure("close the tab, another agent stays", chat.by_agent("close", ALAN))
    yield world.measure("transfer to an agent", chat.by_agent("transfer", agent_id=ALAN.id))
    yield world.measure("accept a transfer", chat.by_agent("accept", ALAN))
    yield world.measure("transfer to a department", accepted(world).by_agent("transfer", department_id=BILLING))


def endings(world: World) -> Iterator[Cost]:
    """A chat ends."""
    yield world.measure("close the tab, the last agent", accepted(world).by_agent("close"))
    chat = accepted(world)
    yield world.measure("close by visitor", chat.by_visitor("close"))
    yield world.measure("rating", chat.by_visitor("rating", score=5, comment="Quick and kind, thank you."))
    yield world.measure("close the tab of a closed room", chat.by_agent("close"))


def inboxes(world: World) -> Iterator[Cost]:
    """An agent looks at its rooms: ten open ones, more and more closed ones behind them.

    One room of each kind is played; the others are its copies, as many as DynamoDB would hold.
    """
    chat = accepted(world)
    known = {chat.room_id: chat.seq()}
    head, entry = _head(chat), _entry(world, keys.open_room(chat.room_id))
    for place in range(OPEN_ROOMS - 1):
        room_id = f"open{place:018d}"
        known[room_id] = known[chat.room_id]
        world.store([_copied(head, room_id), entry | {"sk": {"S": keys.open_room(room_id)}}])
    ended = one_more(chat)
    world.play(ended.by_visitor("close"))
    head = _head(ended)
    closed_at: int = json.loads(head["room"]["S"])["closed_at"]
    entry = _entry(world, keys.closed_room(closed_at, ended.room_id))
    world.client.delete_item(TableName=world.tables.conversations, Key={name: entry[name] for name in ("pk", "sk")})
    stored = 0
    for number in CLOSED_ROOMS:
        for place in range(stored, number):
            room_id, at = f"closed{place:016d}", closed_at - 1000 * place
            world.store([entry | {"sk": {"S": keys.closed_room(at, room_id)}}])
            if place < HEADS_KEPT:
                world.store([_copied(head, room_id, closed_at=at)])
        stored = number
        yield from _inbox(world, known, behind=f"{OPEN_ROOMS} open, {number:,} closed")


def _inbox(world: World, known: Mapping[str, int], *, behind: str) -> Iterator[Cost]:
    yield world.measure(f"inbox, a page of 25: {behind}", lambda: world.agent_call(ADA, "GET", "/rooms"))
    yield world.measure(f"inbox, a page of 10: {behind}", lambda: world.agent_call(ADA, "GET", "/rooms", limit="10"))
    yield world.measure(
        f"sync, nothing missed: {behind}", lambda: world.agent_call(ADA, "POST", "/sync", {"rooms": known})
    )


def _head(chat: Chat) -> dict[str, Any]:
    [head] = [item for item in chat.world.items(keys.room(chat.room_id)) if item["sk"]["S"] == keys.HEAD]
    return head


def _entry(world: World, sort_key: str) -> dict[str, Any]:
    [entry] = [item for item in world.items(keys.agent_rooms(ADA.id)) if item["sk"]["S"] == sort_key]
    return entry


def _copied(head: Mapping[str, Any], room_id: str, **changed: Any) -> dict[str, Any]:
    """A stored head as that of another room."""
    document = json.loads(head["room"]["S"]) | changed
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return {**head, "pk": {"S": keys.room(room_id)}, "room": {"S": text}}


def histories(world: World) -> Iterator[Cost]:
    """A log is read: pages of 25 messages of 300 bytes each."""
    chat = accepted(world)
    written(chat, 2 * PAGE_OF_HISTORY, text=LONG_TEXT)
    path, last = f"/rooms/{chat.room_id}/events", chat.seq()
    yield world.measure("history, the newest page", lambda: world.agent_call(ADA, "GET", path))
    yield world.measure(
        "history, an older page", lambda: world.agent_call(ADA, "GET", path, before=str(last - PAGE_OF_HISTORY))
    )
    yield world.measure(
        "history, the newest page, by visitor",
        lambda: world.visitor_call(chat.visitor.token, "GET", _visitors(chat, "events")),
    )
    yield world.measure("history, nothing new", lambda: world.agent_call(ADA, "GET", path, after=str(last)))
    yield world.measure("one room with its visitor", lambda: world.agent_call(ADA, "GET", f"/rooms/{chat.room_id}"))


def connections(world: World) -> Iterator[Cost]:
    """Sockets open, live and end."""
    chat = accepted(world)
    tickets: list[str] = []
    yield world.measure(
        "ticket", lambda: tickets.append(world.agent_call(ADA, "POST", "/tickets", {"device_id": "phone"})["ticket"])
    )
    sockets: list[Socket] = []
    yield world.measure("connect", lambda: sockets.append(world.connect(tickets.pop())))
    yield world.measure("ping", lambda: world.frame(chat.ada, "ping"))
    yield world.measure("device state", lambda: world.frame(chat.ada, "device.state", foreground=False))
    yield world.measure(
        "typing by agent", lambda: world.frame(chat.ada, "room.typing", room_id=chat.room_id, typing=True)
    )
    yield world.measure(
        "typing by visitor",
        lambda: world.frame(chat.visitor.socket, "room.typing", room_id=chat.room_id, typing=True, preview=TEXT),
    )
    yield world.measure("disconnect of an agent", lambda: world.disconnect(sockets.pop()))
    yield world.measure("disconnect of a visitor's last tab", lambda: world.disconnect(chat.visitor.socket))


def notifications(world: World) -> Iterator[Cost]:
    """Ada's app is closed, her phone in her pocket: what is asked by the relay is carried out by the sender."""
    chat = accepted(world)
    world.frame(chat.ada, "device.state", foreground=False)
    world.play(chat.by_visitor("messages", text=TEXT))
    yield world.measure("push a message to an agent with a phone", _sending(world))
    world.play(lambda: world.agent_call(ADA, "POST", f"/rooms/{chat.room_id}/read", {"seq": chat.seq()}))
    yield world.measure("withdraw it, read elsewhere", _sending(world))
    world.play(chat.by_agent("invite", agent_id=ALAN.id))
    yield world.measure("push an offer to an agent with a phone", _sending(world, within_seconds=20))
    world.play(chat.by_agent("accept", ALAN))
    yield world.measure("withdraw it, accepted", _sending(world))


def _sending(world: World, *, within_seconds: int = 0) -> Callable[[], None]:
    """The sender's part of what was just asked, to be given."""
    asked = world.push_queue.take(within_seconds=within_seconds)

    def send() -> None:
        for ask in asked:
            world.push_queue.ask(ask)
        world.send_pushes()

    return send


def timers(world: World) -> Iterator[Cost]:
    """An open room is looked at, every 15 minutes."""
    chat = accepted(world)
    world.timers.set(Timer(kind="watch", id=chat.room_id, due_at=world.clock()), now=world.clock())
    due = list(world.timers.waiting)

    def look() -> None:
        world.timers.waiting.extend(due)
        world.look_at_timers()

    yield world.measure("look at an open room", look)


def status(world: World) -> Iterator[Cost]:
    """An agent says that it is away."""
    world.found()
    yield world.measure("status", lambda: world.agent_call(GRACE, "PUT", "/me/status", {"status": "away"}))


GROUPS = (
    openings,
    answers,
    messages,
    repeats,
    colleagues,
    endings,
    inboxes,
    histories,
    connections,
    notifications,
    timers,
    status,
)


def costs(world: World) -> Iterator[Cost]:
    """What every command costs."""
    for group in GROUPS:
        yield from group(world)
