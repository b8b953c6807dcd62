"""A chat: messages, repeats, canned responses, notes, read marks, typing, tabs of a browser."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from tests.e2e.driver import Agent, Json, Visitor, new_id, problem
from tests.e2e.team import Team


def _chat(team: Team, text: str = "Hello?", **session: Any) -> tuple[Visitor, str]:
    """A visitor in a room with Ada, at `seq` 3."""
    visitor = team.visitor(**{"name": "Vic", **session})
    room_id = visitor.open_room(department_id=team.support, text=text)["id"]
    team.ada.do(room_id, "accept", after=2)
    return visitor, room_id


def _read_by(room: Json, person_id: str) -> int:
    (mark,) = [one["read"] for one in room["participants"] if one["id"] == person_id]
    return int(mark)


def test_messages_go_both_ways_in_order_and_are_acknowledged_by_both_doors(team: Team) -> None:
    visitor, room_id = _chat(team)
    phone, desk, tab = team.ada.connect(), team.ada.connect(), visitor.connect()

    acknowledged = [
        visitor.say(room_id, "One", after=3),
        team.ada.say(room_id, "Two", after=4),
        tab.command("message.send", room_id=room_id, text="Three", after=5),
        phone.command("message.send", room_id=room_id, text="Four", after=6),
        visitor.say(room_id, "  Five  ", after=7),
        desk.command("message.send", room_id=room_id, text="Six ✓", after=8),
    ]

    assert [event["seq"] for event in acknowledged] == [4, 5, 6, 7, 8, 9]
    assert [event["data"]["text"] for event in acknowledged] == ["One", "Two", "Three", "Four", "Five", "Six ✓"]
    assert [event["actor"]["kind"] for event in acknowledged] == ["visitor", "agent"] * 3
    assert acknowledged[0]["actor"] == {"kind": "visitor", "id": visitor.id, "name": "Vic"}
    assert acknowledged[1]["actor"] == {"kind": "agent", **team.ada.by}
    # The sender's devices hear it as well, and everybody in the order of the log.
    for device in (phone, desk, tab):
        device.hear("room.event", room_id=room_id, event={"seq": 9})
        frames = [one for one in device.heard("room.event", room_id=room_id) if one["event"]["seq"] > 3]
        assert [frame["event"] for frame in frames] == acknowledged
        assert [frame["prev"] for frame in frames] == [3, 4, 5, 6, 7, 8]
        assert all(frame["room"]["seq"] >= frame["event"]["seq"] for frame in frames)
    assert team.ada.log(room_id)[3:] == acknowledged
    assert visitor.log(room_id)[3:] == acknowledged
    summary = team.ada.inbox()["rooms"][0]
    assert (summary["state"], summary["unread"], summary["seq"]) == ("answered", 0, 9)
    assert (summary["last_message"]["text"], summary["changed_at"]) == ("Six ✓", acknowledged[-1]["at"])


def test_a_repeated_send_is_stored_once_whenever_and_by_whichever_door_it_comes(team: Team) -> None:
    visitor, room_id = _chat(team)
    phone, tab = team.ada.connect(), visitor.connect()
    body = {"client_id": new_id(), "after": 3, "text": "Only once, please"}

    with ThreadPoolExecutor(4) as at_once:
        answers = list(at_once.map(lambda _: visitor.attempt(room_id, "messages", **body), range(4)))
    first = answers[0].json()
    assert [answer.status_code for answer in answers] == [201] * 4
    assert [answer.json() for answer in answers] == [first] * 4
    assert tab.command("message.send", room_id=room_id, **body) == first

    mine = {"client_id": new_id(), "after": 4, "text": "Once from me too"}
    sent = phone.command("message.send", room_id=room_id, **mine)
    for number in range(20):
        tab.tell("message.send", room_id=room_id, client_id=new_id(), after=5, text=f"Message {number}")
    phone.hear("room.event", room_id=room_id, event={"seq": 25})
    assert visitor.attempt(room_id, "messages", **body).json() == first
    assert tab.command("message.send", room_id=room_id, **body) == first
    assert team.ada.attempt(room_id, "messages", **mine).json() == sent
    assert phone.command("message.send", room_id=room_id, **mine) == sent

    problem(visitor.attempt(room_id, "messages", **{**body, "text": "Other words"}), 409, "client_id_reused")
    reused = phone.ask("note.add", room_id=room_id, **mine)
    assert (reused["status"], reused["body"]["code"]) == (409, "client_id_reused")
    # It is unique per caller: what the visitor used is free for an agent. And the repeat comes before `room_closed`.
    visitor.do(room_id, "close", after=25)
    assert visitor.attempt(room_id, "messages", **body).json() == first
    problem(team.ada.attempt(room_id, "messages", **body), 409, "room_closed")
    assert [event["seq"] for event in visitor.log(room_id)] == list(range(1, 27))


def test_a_repeated_opening_answers_the_room_and_a_second_one_is_refused(team: Team) -> None:
    visitor = team.visitor()
    client_id = new_id()

    with ThreadPoolExecutor(3) as at_once:
        answers = list(
            at_once.map(
                lambda _: visitor.opening(department_id=team.support, client_id=client_id, text="Hello"), range(3)
            )
        )

    assert [answer.status_code for answer in answers] == [201] * 3
    (room_id,) = {answer.json()["id"] for answer in answers}
    other = visitor.opening(department_id=team.support, client_id=client_id, text="Good evening")
    problem(other, 409, "client_id_reused")
    assert problem(visitor.opening(department_id=team.sales), 409, "room_open")["room_id"] == room_id
    assert [room["id"] for room in visitor.get("/visitor/rooms")["rooms"]] == [room_id]
    visitor.do(room_id, "close", after=2)
    again = visitor.opening(department_id=team.support, client_id=client_id, text="Hello").json()
    assert (again["id"], again["status"]) == (room_id, "closed")


def test_a_canned_response_is_found_in_spite_of_a_typo_filled_in_and_sent(team: Team) -> None:
    text = {
        "shortcut": "/Parcel",
        "title": "Where the parcel is",
        "body": "Hello {{visitor.name|there}}, {{agent.name}} of {{department.name}} here. "
        "Your parcel is on its way to {{visitor.email|you}}, {{order.number}}.",
        "tags": ["delivery"],
        "scope": "department",
        "department_id": team.support,
    }
    made = team.ada.post("/canned-responses", {"client_id": new_id(), **text})
    other = {**text, "shortcut": "returns", "title": "How to send it back", "body": "Print the label.", "tags": []}
    team.ada.post("/canned-responses", {"client_id": new_id(), **other})
    assert (made["shortcut"], made["version"]) == ("parcel", 1)

    for query in ("parcle", "wher parcel", "delivry"):
        assert team.ben.get("/canned-responses", q=query)["canned_responses"][0]["id"] == made["id"], query
    assert made["id"] not in [one["id"] for one in team.cleo.get("/canned-responses", q="parcel")["canned_responses"]]
    problem(team.cleo.call("GET", f"/canned-responses/{made['id']}"), 404, "not_found")

    visitor, room_id = _chat(team, name=None)
    found = team.ada.get("/canned-responses", q="parcle", limit=1)["canned_responses"][0]
    filled = _filled(
        found["body"],
        {
            "visitor.name": team.ada.room(room_id)["visitor"]["name"],
            "visitor.email": team.ada.room(room_id)["visitor"]["email"],
            "agent.name": team.ada.name,
            "department.name": "Support",
        },
    )
    sent = team.ada.say(room_id, filled, after=3, canned_response_id=found["id"])

    assert sent["data"] == {
        "text": "Hello there, Ada of Support here. Your parcel is on its way to you, {{order.number}}.",
        "canned_response_id": made["id"],
    }
    assert visitor.log(room_id)[-1] == sent


def test_a_canned_response_is_changed_by_version_and_cached_by_its_tag(team: Team) -> None:
    text = {"shortcut": "soon", "title": "Soon", "body": "We come back to you soon.", "scope": "agent"}
    client_id = new_id()
    made = team.ben.post("/canned-responses", {"client_id": client_id, **text})
    assert team.ben.post("/canned-responses", {"client_id": client_id, **text}) == made
    problem(team.ben.call("POST", "/canned-responses", {"client_id": new_id(), **text}), 409, "shortcut_taken")
    shared = {**text, "scope": "department", "department_id": team.support}
    problem(team.ben.call("POST", "/canned-responses", {"client_id": new_id(), **shared}), 403, "forbidden")

    first = team.ben.call("GET", "/canned-responses", params={"q": "soon"})
    tag = first.headers["ETag"]
    path = f"/canned-responses/{made['id']}"

    def cached(agent: Agent, **query: Json) -> httpx.Response:
        return agent.api.get(
            "/canned-responses",
            params=query,
            headers={"Authorization": f"Bearer {agent.token}", "If-None-Match": tag},
        )

    # The tag covers all that the agent may use, whatever was asked for.
    assert (cached(team.ben, limit=1).status_code, cached(team.ben).headers["ETag"]) == (304, tag)
    assert cached(team.cleo).status_code == 200
    changed = team.ben.put(path, {**text, "body": "We come back to you today.", "version": 1})
    assert changed["version"] == 2
    assert cached(team.ben).status_code == 200
    problem(team.ben.call("PUT", path, {**text, "version": 1}), 409, "version_conflict")
    assert [team.ben.call("DELETE", path).status_code for _ in range(2)] == [204, 204]
    problem(team.ben.call("GET", path), 404, "not_found")


def test_a_note_reaches_the_visitor_by_no_door(team: Team) -> None:
    visitor, room_id = _chat(team, text="My question")
    phone, tab = team.ada.connect(), visitor.connect()
    before = visitor.room(room_id)

    note = team.ada.do(room_id, "notes", after=3, text="Sounds angry")
    phone.command("note.add", room_id=room_id, after=4, text="Second thoughts")

    assert (note["seq"], note["type"], note["data"]) == (4, "note.added", {"text": "Sounds angry"})
    phone.hear("room.event", event={"seq": 5, "type": "note.added"})
    assert visitor.room(room_id) == before
    assert visitor.get("/visitor/rooms")["rooms"] == [before]
    assert (before["seq"], before["last_message"]["text"]) == (3, "My question")
    # A note is no answer.
    summary = team.ada.inbox()["rooms"][0]
    assert (summary["state"], summary["last_message"]["text"], summary["seq"]) == ("incoming", "My question", 5)

    team.ada.say(room_id, "Here is the answer", after=5)
    heard = tab.hear("room.event", event={"type": "message.sent"})
    assert (heard["event"]["seq"], heard["prev"], heard["room"]["seq"]) == (6, 3, 6)
    assert [event["seq"] for event in visitor.log(room_id)] == [1, 2, 3, 6]
    for query in ({}, {"after": 3}, {"before": 6}, {"after": 3, "limit": 1}):
        assert not [one for one in visitor.events(room_id, **query)["events"] if one["type"] == "note.added"]
    # Pages count what was looked at, so a page of notes does not look like the end.
    hidden = visitor.events(room_id, after=3, limit=2)
    assert hidden == {"events": [], "through": 5, "more": True}
    assert "angry" not in str(tab.frames)
    problem(visitor.attempt(room_id, "notes", text="From me"), 404, "not_found")
    refused = tab.ask("note.add", room_id=room_id, client_id=new_id(), text="From me")
    assert (refused["status"], refused["body"]["code"]) == (403, "forbidden")


def test_reading_shows_on_all_devices_and_only_moves_forward(team: Team) -> None:
    visitor, room_id = _chat(team)
    phone, desk, tab = team.ada.connect(), team.ada.connect(), visitor.connect()
    visitor.say(room_id, "First", after=3)
    visitor.say(room_id, "Second", after=4)
    for device in (phone, desk):
        room = device.hear("room.event", event={"seq": 5})["room"]
        assert (room["state"], room["unread"], _read_by(room, team.ada.id)) == ("waiting", 2, 3)
    assert team.ada.tabs()["waiting"] == team.ada.tabs()["active"] == [room_id]

    assert phone.ask("room.read", room_id=room_id, seq=4)["status"] == 204
    mark = {"room_id": room_id, "participant": {"kind": "agent", "id": team.ada.id}}
    for device in (phone, desk, tab):
        device.hear("room.read", **mark, seq=4)
    summary = team.ada.inbox()["rooms"][0]
    assert (summary["unread"], summary["state"], _read_by(summary, team.ada.id)) == (1, "waiting", 4)

    team.ada.read(room_id, 5)
    team.ada.read(room_id, 3)
    for device in (phone, desk, tab):
        device.hear("room.read", **mark, seq=5)
    summary = team.ada.inbox()["rooms"][0]
    assert (summary["unread"], summary["state"], _read_by(summary, team.ada.id)) == (0, "incoming", 5)
    assert not [frame for device in (phone, tab) for frame in device.heard("room.read", **mark, seq=3)]

    # A message reads up to its `after`, and no further.
    visitor.say(room_id, "Third", after=5)
    visitor.say(room_id, "Fourth", after=6)
    team.ada.say(room_id, "To your third", after=6)
    assert team.ada.inbox()["rooms"][0]["unread"] == 1
    visitor.read(room_id, 8)
    phone.hear("room.read", room_id=room_id, participant={"kind": "visitor", "id": visitor.id}, seq=8)
    assert _read_by(team.ada.room(room_id), visitor.id) == 8
    problem(team.ben.call("POST", f"/rooms/{room_id}/read", {"seq": 8}), 404, "not_found")
    problem(team.ada.call("POST", f"/rooms/{room_id}/read", {"seq": 9}), 422, "validation_failed")


def test_typing_is_told_to_the_others_with_the_preview_for_agents_alone(team: Team) -> None:
    visitor, room_id = _chat(team)
    team.ada.do(room_id, "invite", after=3, agent_id=team.ben.id)
    team.ben.do(room_id, "accept", after=4)
    ada_phone, ben_phone, tab, other_tab = team.ada.connect(), team.ben.connect(), visitor.connect(), visitor.connect()

    tab.tell("room.typing", room_id=room_id, typing=True, preview="I would like to know whether")
    for device in (ada_phone, ben_phone):
        heard = device.hear("room.typing", room_id=room_id, typing=True)
        assert heard["preview"] == "I would like to know whether"
        assert _is_of(heard, visitor.id, "visitor")
    tab.tell("room.typing", room_id=room_id, typing=False)
    ada_phone.hear("room.typing", room_id=room_id, typing=False)
    assert ada_phone.ask("room.typing", room_id=room_id, typing=True, preview="Well")["status"] == 204
    for device in (tab, other_tab, ben_phone):
        heard = device.hear("room.typing", room_id=room_id, participant={"id": team.ada.id})
        assert heard["typing"] is True
    assert not [frame for device in (tab, other_tab) for frame in device.heard("room.typing") if "preview" in frame]
    assert not [frame for frame in tab.heard("room.typing") if _is_of(frame, visitor.id, "visitor")]
    assert not [frame for frame in ada_phone.heard("room.typing") if _is_of(frame, team.ada.id, "agent")]
    assert len(team.ada.log(room_id)) == 5
    refused = team.cleo.connect().ask("room.typing", room_id=room_id, typing=True)
    assert (refused["status"], refused["body"]["code"]) == (404, "not_found")


def _is_of(frame: Json, person_id: str, kind: str) -> bool:
    return (frame["participant"]["id"], frame["participant"]["kind"]) == (person_id, kind)


def test_a_visitor_reloads_and_opens_a_second_tab(team: Team) -> None:
    visitor, room_id = _chat(team)
    first = visitor.connect()
    team.ada.say(room_id, "Heard by the first tab", after=3)
    first.hear("room.event", event={"seq": 4})
    visitor.disconnect()
    team.ada.say(room_id, "Heard by none", after=4)

    reloaded = visitor.reload()
    team.guests.append(reloaded)
    tab = reloaded.connect()
    assert [room["id"] for room in reloaded.get("/visitor/rooms")["rooms"]] == [room_id]
    assert [one["data"]["text"] for one in reloaded.events(room_id, after=4)["events"]] == ["Heard by none"]

    renewed = reloaded.call("POST", "/visitor/sessions", {"name": "Victoria"}).json()
    assert renewed["visitor_id"] == visitor.id
    second = Visitor(api=team.api, token=renewed["token"], id=visitor.id)
    team.guests.append(second)
    second_tab = second.connect()
    sent = second_tab.command("message.send", room_id=room_id, after=5, text="From the second tab")
    assert sent["actor"]["name"] == "Victoria"
    team.ada.say(room_id, "To both of you", after=6)
    for device in (tab, second_tab):
        assert device.hear("room.event", event={"seq": 6})["event"] == sent
        assert device.hear("room.event", event={"seq": 7})["prev"] == 6
    assert team.ada.room(room_id)["visitor"]["name"] == "Victoria"


def test_an_agent_sees_who_the_visitor_is_where_they_were_and_their_earlier_rooms(team: Team) -> None:
    visitor, earlier_id = _chat(team)
    visitor.do(earlier_id, "close", after=3)
    for number in range(22):
        page = {"url": f"https://shop.example/{number}", "title": f"Page {number}"}
        visitor.put("/visitor", {"page": page})
    changed = visitor.put("/visitor", {"email": "vic@example.com", "locale": "de-AT", "custom": {"plan": "gold"}})
    assert visitor.get("/visitor") == changed

    room_id = visitor.open_room(department_id=team.support, text="Me again")["id"]
    # An offer lets an agent see the room and who asks; their earlier rooms show only from inside.
    seen = team.ben.room(room_id)
    assert {name: seen["visitor"][name] for name in ("id", "name", "email", "locale", "custom")} == {
        "id": visitor.id,
        "name": "Vic",
        "email": "vic@example.com",
        "locale": "de-AT",
        "custom": {"plan": "gold"},
    }
    assert [page["title"] for page in seen["visitor"]["pages"]] == [f"Page {number}" for number in range(2, 22)]
    assert seen["earlier_rooms"] == []
    problem(team.ben.call("GET", f"/rooms/{earlier_id}/events"), 404, "not_found")

    team.ben.do(room_id, "accept", after=2)
    inside = team.ben.room(room_id)
    assert inside["earlier_rooms"][0]["last_message"]["text"] == "Hello?"
    assert len(team.ben.log(earlier_id)) == 4


def test_history_pages_both_ways_and_both_make_the_log(team: Team) -> None:
    visitor, room_id = _chat(team)
    tab = visitor.connect()
    for number in range(9):
        team.ada.do(room_id, "notes" if number % 3 == 1 else "messages", after=3 + number, text=f"Line {number}")
    whole = team.ada.events(room_id, after=0, limit=100)
    assert (len(whole["events"]), whole["through"], whole["more"]) == (12, 12, False)

    for person, visible in ((team.ada, whole["events"]), (visitor, [one for one in whole["events"] if not _note(one)])):
        ascending: list[Json] = []
        page: Json = {"through": 0, "more": True}
        while page["more"]:
            page = person.events(room_id, after=page["through"], limit=5)
            ascending += page["events"]
        assert (ascending, page["through"]) == (visible, 12)

        page = person.events(room_id, limit=5)
        descending = page["events"]
        assert page["through"] == 8
        while page["more"]:
            page = person.events(room_id, before=page["through"], limit=5)
            descending = descending + page["events"]
        assert (descending[::-1], page["through"]) == (visible, 1)
    assert team.ada.events(room_id, after=12) == {"events": [], "through": 12, "more": False}
    assert team.ada.events(room_id, before=1)["events"] == []
    problem(
        team.ada.call("GET", f"/rooms/{room_id}/events", params={"after": 1, "before": 3}), 422, "validation_failed"
    )
    tab.hear("room.event", event={"seq": 12})
    assert [frame["event"] for frame in tab.heard("room.event")] == [
        event for event in whole["events"] if event["seq"] > 3 and not _note(event)
    ]


def _note(event: Json) -> bool:
    return bool(event["type"] == "note.added")


def _filled(body: str, values: dict[str, str | None]) -> str:
    """A canned response as a client inserts it: unknown variables left as they stand, fallbacks where nothing is."""

    def value(match: re.Match[str]) -> str:
        name, _, fallback = match[1].partition("|")
        return (values[name] or fallback) if name in values else match[0]

    return re.sub(r"\{\{(.+?)\}\}", value, body)
