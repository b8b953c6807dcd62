"""Visitors' tabs and agents' phones of the end-to-end proof: what they do, and what is noted of it."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.client.commands import Answer, Command, meaning
from tests.client.figures import Figures
from tests.client.phone import Owner, Phone
from tests.e2e.driver import Json

ON_THEIR_WAY = 12
"""Messages that are on their way at once, of all: what keeps one small machine busy and overwhelms none."""
DEVICES_OF_AN_AGENT = 2
INVITED = 0.3
"""Of the rooms that an agent takes, those into which it invites a colleague."""

Screen = dict[str, list[Json]]
"""What a phone has shown since it was started: by room, the events in the order in which they appeared."""


@dataclass(kw_only=True)
class Ledger:
    """What was written, answered and shown, on which device and when.

    Attributes:
        written: Messages by `client_id`: room, device, text, in the order in which they were written.
        written_at: When.
        acknowledged: The event that each was answered with; two answers must be one event.
        acknowledged_after: The seconds that took, of each answer.
        shown_after: By device and `client_id`, the seconds until the message was first shown there.
        refused: Commands that were refused for good.
    """

    written: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    written_at: dict[str, float] = field(default_factory=dict)
    acknowledged: dict[str, Json] = field(default_factory=dict)
    acknowledged_after: list[float] = field(default_factory=list)
    shown_after: dict[tuple[str, str], float] = field(default_factory=dict)
    refused: list[tuple[Command, Answer]] = field(default_factory=list)

    @property
    def on_their_way(self) -> int:
        """How many messages are written and not answered."""
        return len(self.written) - len(self.acknowledged)

    def write(self, client_id: str, *, room_id: str, device: str, text: str) -> None:
        """A message was written."""
        self.written[client_id] = (room_id, device, text)
        self.written_at[client_id] = time.monotonic()

    def answer(self, command: Command, answer: Answer) -> None:
        """A command was answered for good."""
        if meaning(answer) == "refused":
            self.refused.append((command, answer))
        elif command.action == "message.send":
            known = self.acknowledged.setdefault(command.client_id, answer.body)
            assert known == answer.body, "one message was answered with two events"
            self.acknowledged_after.append(time.monotonic() - self.written_at[command.client_id])

    def show(self, device: str, event: Json) -> None:
        """A device shows an event."""
        written_at = self.written_at.get(event["client_id"])
        if written_at is not None and self.written[event["client_id"]][1] != device:
            self.shown_after.setdefault((device, event["client_id"]), time.monotonic() - written_at)


@dataclass(kw_only=True)
class Device:
    """One install of the app, or one tab: its outbox file outlives the phones that run on it.

    Attributes:
        make: Makes the next phone.
        phone: The one that runs, or ran last.
        figures: Of all those that were killed.
        screens: What each phone has shown, the present one's last.
        accepted: The offers that were answered, as room and `seq`.
    """

    name: str
    owner: Owner
    make: Callable[["Device"], Phone]
    phone: Phone = field(init=False)
    figures: Figures = field(default_factory=Figures)
    screens: list[Screen] = field(default_factory=list)
    alive: bool = False
    accepted: set[tuple[str, int]] = field(default_factory=set)

    def start(self) -> None:
        """Start the app."""
        self.screens.append({})
        self.phone = self.make(self)
        self.phone.start()
        self.alive = True

    async def kill(self) -> None:
        """Kill the app: all that is left of it is the outbox."""
        self.alive = False
        await self.phone.kill()
        self.figures.add(self.phone.figures)

    async def restart(self, *, after: float) -> None:
        """Kill the app and start it again after so many seconds."""
        await self.kill()
        await asyncio.sleep(after)
        self.start()

    def show(self, room_id: str, event: Json) -> None:
        """Put an event on the screen, below all that is there of its room."""
        self.screens[-1].setdefault(room_id, []).append(event)

    def connected(self) -> bool:
        """Whether the app has been connected."""
        return self.phone.figures.connects > 0

    def talking(self) -> list[str]:
        """The open rooms in which the owner takes part and has somebody to talk to."""
        return [
            room["id"]
            for room in self.phone.mirror.rooms.values()
            if self.alive
            and room["status"] == "active"
            and any(one["id"] == self.owner.id for one in room["participants"])
        ]


@dataclass(kw_only=True)
class Crowd:
    """All devices, and what they do.

    Attributes:
        tabs: One of each visitor.
        phones: Those of each agent in a row.
    """

    tabs: Sequence[Device]
    phones: Sequence[Device]
    ledger: Ledger
    chance: Random

    @property
    def devices(self) -> list[Device]:
        """Everybody's."""
        return [*self.tabs, *self.phones]

    async def write(self, messages: int) -> None:
        """Have them write so many messages, visitors and agents about the same number."""
        for number in range(messages):
            while not (able := self._able(number)):
                await asyncio.sleep(0.01)
            device = self.chance.choice(able)
            room_id = self.chance.choice(device.talking())
            self.say(device, room_id, f"Message {number}")
            if device.owner.kind == "agent" and self.chance.random() < 0.1:
                device.phone.give("room.read", room_id=room_id, seq=device.phone.mirror.log(room_id).through)
            await asyncio.sleep(0)

    def say(self, device: Device, room_id: str, text: str) -> None:
        """One message."""
        client_id = device.phone.give("message.send", room_id=room_id, text=text)
        self.ledger.write(client_id, room_id=room_id, device=device.name, text=text)

    def progress(self) -> int:
        """A number that grows with whatever they achieve together."""
        return (
            len(self.ledger.acknowledged)
            + len(self.ledger.shown_after)
            + sum(len(device.talking()) for device in self.tabs)
        )

    def has_nothing_to_send(self) -> bool:
        """Whether every command was answered."""
        return all(device.alive and not len(device.phone.outbox) for device in self.devices)

    def unanswered(self) -> str:
        """For each device what its phone still has to send, for whoever asks why nothing moves."""
        return "\n".join(
            f"{device.name}: {len(device.phone.outbox)} commands, {device.phone.figures}"
            if device.alive
            else f"{device.name}: not running"
            for device in self.devices
            if not device.alive or len(device.phone.outbox)
        )

    async def take_rooms(self) -> None:
        """Have each agent's first device accept what rings, and invite a colleague into some of what it got."""
        agents = sorted({device.owner.id for device in self.phones})
        considered: set[tuple[str, str]] = set()
        while True:
            for device in self.phones[::DEVICES_OF_AN_AGENT]:
                me = device.owner.id
                for room in device.phone.mirror.rooms.values():
                    offer = room["offer"]
                    if device.alive and offer and (room["id"], offer["seq"]) not in device.accepted:
                        device.accepted.add((room["id"], offer["seq"]))
                        device.phone.give("room.accept", room_id=room["id"], offer=offer["seq"])
                for room_id in device.talking():
                    if (room_id, me) not in considered:
                        considered.add((room_id, me))
                        if self.chance.random() < INVITED:
                            invited = self.chance.choice([one for one in agents if one != me])
                            device.phone.give("room.invite", room_id=room_id, agent_id=invited)
            await asyncio.sleep(0.05)

    async def kill_some(self, *, every: float) -> None:
        """Kill a device now and then, and start it again a moment later."""
        while True:
            await asyncio.sleep(self.chance.uniform(0, 2 * every))
            device = self.chance.choice(self.devices)
            await asyncio.shield(device.restart(after=self.chance.uniform(0, 0.5)))

    def _able(self, number: int) -> list[Device]:
        """Who can write now: somebody of the side whose turn it is."""
        if self.ledger.on_their_way >= ON_THEIR_WAY:
            return []
        return [device for device in (self.tabs if number % 2 else self.phones) if device.talking()]
