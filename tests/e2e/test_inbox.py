"""Offers and what becomes of them, as the agents' devices and lists show it."""

from concurrent.futures import ThreadPoolExecutor

from tests.e2e.driver import Agent, Json, Visitor, eventually, new_id, problem
from tests.e2e.team import Team


def _open(team: Team, text: str = "Hello?", *, department_id: str | None = None) -> tuple[Visitor, Json]:
    visitor = team.visitor(name="Vic")
    return visitor, visitor.open_room(department_id=department_id or team.support, text=text)


def _mine(agent: Agent, room_id: str) -> Json:
    """The agent's own view of a room: what its list shows of it."""
    room = agent.room(room_id)
    return {name: room[name] for name in ("state", "held", "unread")}


def test_a_room_opened_in_a_department_reaches_every_device_of_its_agents_once(team: Team) -> None:
    ada_phone, ben_phone, cleo_phone = team.connect(team.ada, team.ben, team.cleo)
    ada_desk = team.ada.connect()
    visitor = team.visitor(name="Vic", email="vic@example.com")
    own = visitor.connect()

    room = visitor.open_room(department_id=team.support, text="Is anybody there?")

    assert (room["status"], room["seq"], room["participants"][0]["kind"]) == ("waiting", 2, "visitor")
    assert not {"state", "offer", "held", "unread"} & set(room)
    for device in (ada_phone, ada_desk, ben_phone):
        told = device.hear("room.changed", room={"id": room["id"]})["room"]
        assert (told["state"], told["status"], told["unread"]) == ("waiting", "waiting", 0)
        assert (told["offer"]["seq"], told["offer"]["kind"], told["offer"]["by"]) == (1, "department", None)
        assert told["visitor"] == {"id": visitor.id, "name": "Vic"}
        assert told["last_message"]["text"] == "Is anybody there?"
    assert own.hear("room.event", event={"type": "room.opened"})["prev"] == 0
    assert own.hear("room.event", event={"type": "message.sent"})["prev"] == 1
    for agent in (team.ada, team.ben):
        assert [agent.listed(tab) for tab in ("all", "active", "waiting", "closed")] == [
            [room["id"]],
            [],
            [room["id"]],
            [],
        ]
        assert agent.inbox()["counts"] == {"all": 1, "active": 0, "waiting": 1, "closed": 0}

    # More words are no news in lists that merely show the room; the close is, and ends what there was to hear.
    visitor.say(room["id"], "Hello?", after=2)
    visitor.do(room["id"], "close", after=3)
    for device in (ada_phone, ada_desk, ben_phone):
        device.hear("room.removed", room_id=room["id"], reason="closed")
        assert len(device.heard("room.changed", room={"id": room["id"]})) == 1
        assert not device.heard("room.event")
    assert {frame["type"] for frame in cleo_phone.frames} <= {"pong", "agent.status"}
    assert team.cleo.listed() == []


def test_declining_takes_the_room_from_all_devices_of_one_agent_and_from_nobody_else(team: Team) -> None:
    phone, ben_phone = team.connect(team.ada, team.ben)
    desk = team.ada.connect()
    visitor, room = _open(team)
    for device in (phone, desk, ben_phone):
        device.hear("room.changed", room={"id": room["id"]})

    declined = team.ada.do(room["id"], "decline", after=2, offer=1)

    assert (declined["state"], declined["offer"], declined["status"]) == (None, None, "waiting")
    for device in (phone, desk):
        removed = device.hear("room.removed", room_id=room["id"], reason="declined")
        assert removed["seq"] == 3
        assert removed["by"]["id"] == team.ada.id
    assert (team.ada.listed(), team.ben.listed()) == ([], [room["id"]])
    # It is final for this offer; declining again changes nothing.
    again = team.ada.do(room["id"], "decline", after=3)
    assert again["seq"] == 3

    accepted = team.ben.do(room["id"], "accept", after=3)
    assert accepted["state"] == "incoming"
    ben_phone.hear("room.event", room_id=room["id"], event={"type": "room.accepted"})
    assert not ben_phone.heard("room.removed")
    assert "room.declined" not in [event["type"] for event in visitor.log(room["id"])]


def test_of_two_who_accept_at_once_one_wins_and_the_other_hears_who(team: Team) -> None:
    devices = dict(zip((team.ada.id, team.ben.id), team.connect(team.ada, team.ben), strict=True))
    second = {agent.id: agent.connect() for agent in (team.ada, team.ben)}
    _, room = _open(team)
    commands = {agent.id: {"client_id": new_id(), "after": 2, "offer": 1} for agent in (team.ada, team.ben)}

    def accept(agent: Agent) -> tuple[Agent, Json]:
        return agent, agent.attempt(room["id"], "accept", **commands[agent.id])

    with ThreadPoolExecutor(2) as at_once:
        answers = list(at_once.map(accept, (team.ada, team.ben)))

    ((winner, won),) = [one for one in answers if one[1].status_code == 200]
    ((loser, lost),) = [one for one in answers if one[1].status_code != 200]
    assert (won.json()["state"], won.json()["seq"]) == ("incoming", 3)
    assert problem(lost, 409, "already_taken")["taken_by"] == winner.by
    for device in (devices[loser.id], second[loser.id]):
        removed = device.hear("room.removed", room_id=room["id"], reason="taken")
        assert (removed["seq"], removed["by"]) == (3, {"kind": "agent", **winner.by})
    for device in (devices[winner.id], second[winner.id]):
        heard = device.hear("room.event", room_id=room["id"], event={"type": "room.accepted"})
        assert (heard["event"]["seq"], heard["room"]["state"]) == (3, "incoming")
        assert not device.heard("room.removed")
    assert (winner.listed("active"), loser.listed()) == ([room["id"]], [])

    retried = winner.attempt(room["id"], "accept", **commands[winner.id])
    assert (retried.status_code, retried.json()["seq"]) == (200, 3)
    # Asked anew it is the winner's already; the loser hears the same again, by the other door too.
    assert winner.do(room["id"], "accept", after=3)["seq"] == 3
    answer = devices[loser.id].ask("room.accept", room_id=room["id"], client_id=new_id(), after=3)
    assert (answer["status"], answer["body"]["code"]) == (409, "already_taken")
    assert answer["body"]["taken_by"] == winner.by
    assert [event["type"] for event in winner.log(room["id"])].count("room.accepted") == 1


def test_a_held_room_stays_unread_and_held_until_the_agent_reads_or_writes(team: Team) -> None:
    phone, ben_phone = team.connect(team.ada, team.ben)
    visitor, room = _open(team)

    held = team.ada.do(room["id"], "accept", after=2, hold=True)

    assert (held["state"], held["held"], held["unread"], held["status"]) == ("waiting", True, 1, "active")
    assert team.ada.inbox("active")["rooms"][0]["held"] is True
    assert team.ada.listed("waiting") == [room["id"]]
    heard = phone.hear("room.event", room_id=room["id"], event={"type": "room.accepted"})
    assert heard["event"]["data"] == {"offer": 1, "hold": True}
    ben_phone.hear("room.removed", room_id=room["id"], reason="taken")

    visitor.say(room["id"], "Still there?", after=3)
    assert _mine(team.ada, room["id"]) == {"state": "waiting", "held": True, "unread": 2}
    team.ada.read(room["id"], 2)
    assert _mine(team.ada, room["id"]) == {"state": "waiting", "held": False, "unread": 1}

    other_visitor, other = _open(team)
    phone.hear("room.changed", room={"id": other["id"]})
    assert phone.command("room.accept", room_id=other["id"], after=2, hold=True)["held"] is True
    team.ada.say(other["id"], "One moment please", after=3)
    assert _mine(team.ada, other["id"]) == {"state": "answered", "held": False, "unread": 0}
    assert [event["seq"] for event in other_visitor.log(other["id"])] == [1, 2, 3, 4]


def test_an_invited_colleague_joins_and_both_answer(team: Team) -> None:
    ada_phone, cleo_phone = team.connect(team.ada, team.cleo)
    visitor, room = _open(team)
    tab = visitor.connect()
    team.ada.do(room["id"], "accept", after=2)

    invited = team.ada.do(room["id"], "invite", after=3, agent_id=team.cleo.id)

    assert (invited["seq"], invited["offer"]) == (4, None)
    offered = cleo_phone.hear("room.changed", room={"id": room["id"]})["room"]
    assert (offered["state"], offered["status"]) == ("waiting", "active")
    assert (offered["offer"]["kind"], offered["offer"]["by"], offered["offer"]["seq"]) == ("invite", team.ada.by, 4)
    # Inviting somebody who is asked already changes nothing; nobody writes before accepting.
    assert team.ada.do(room["id"], "invite", after=4, agent_id=team.cleo.id)["seq"] == 4
    problem(team.cleo.attempt(room["id"], "messages", after=4, text="Hi"), 403, "not_a_participant")

    joined = cleo_phone.command("room.accept", room_id=room["id"], after=4)
    assert {one["id"] for one in joined["participants"]} == {visitor.id, team.ada.id, team.cleo.id}
    for device in (ada_phone, tab):
        heard = device.hear("room.event", event={"type": "room.accepted", "actor": {"id": team.cleo.id}})
        assert len(heard["room"]["participants"]) == 3
    team.cleo.say(room["id"], "Cleo here", after=5)
    ada_phone.hear("room.event", event={"type": "message.sent", "actor": team.cleo.by})
    assert tab.hear("room.event", event={"type": "message.sent", "actor": team.cleo.by})["prev"] == 5
    assert _mine(team.ada, room["id"])["state"] == "answered"


def test_a_declined_invitation_changes_nothing_else(team: Team) -> None:
    ada_phone, cleo_phone = team.connect(team.ada, team.cleo)
    _, room = _open(team)
    team.ada.do(room["id"], "accept", after=2)
    team.ada.do(room["id"], "invite", after=3, agent_id=team.cleo.id)
    cleo_phone.hear("room.changed", room={"id": room["id"]})

    team.cleo.do(room["id"], "decline", after=4)

    cleo_phone.hear("room.removed", room_id=room["id"], reason="declined")
    ada_phone.hear("room.event", room_id=room["id"], event={"type": "room.declined"})
    assert (team.cleo.listed(), team.ada.listed("active")) == ([], [room["id"]])
    assert team.ada.room(room["id"])["status"] == "active"


def test_the_giver_of_a_personal_transfer_keeps_the_room_until_it_is_accepted(team: Team) -> None:
    ada_phone, ben_phone = team.connect(team.ada, team.ben)
    visitor, room = _open(team)
    ada_phone.hear("room.changed", room={"id": room["id"]})
    team.ada.do(room["id"], "accept", after=2)
    ben_phone.hear("room.removed", room_id=room["id"], reason="taken")

    team.ada.do(room["id"], "transfer", after=3, agent_id=team.ben.id)

    offered = ben_phone.hear("room.changed", room={"id": room["id"], "seq": 4})["room"]
    assert (offered["offer"]["kind"], offered["offer"]["by"]) == ("transfer", team.ada.by)
    assert team.ada.listed("active") == [room["id"]]
    team.ada.say(room["id"], "My colleague takes over", after=4)

    accepted = team.ben.do(room["id"], "accept", after=5)
    assert [one["id"] for one in accepted["participants"] if one["kind"] == "agent"] == [team.ben.id]
    removed = ada_phone.hear("room.removed", room_id=room["id"], reason="left")
    assert (removed["seq"], removed["by"]["id"]) == (6, team.ben.id)
    assert (team.ada.listed(), team.ben.listed("active")) == ([], [room["id"]])
    problem(team.ada.attempt(room["id"], "messages", after=6, text="And another thing"), 403, "not_a_participant")
    # Who was in it may still read it.
    assert len(team.ada.log(room["id"])) == 6
    assert [event["seq"] for event in visitor.log(room["id"])] == [1, 2, 3, 5, 6]


def test_a_new_transfer_withdraws_the_one_before(team: Team) -> None:
    ada_phone, ben_phone, cleo_phone = team.connect(team.ada, team.ben, team.cleo)
    _, room = _open(team)
    team.ada.do(room["id"], "accept", after=2)
    ben_phone.hear("room.removed", room_id=room["id"], reason="taken")
    team.ada.do(room["id"], "transfer", after=3, agent_id=team.ben.id)
    ben_phone.hear("room.changed", room={"id": room["id"], "seq": 4})

    team.ada.do(room["id"], "transfer", after=4, department_id=team.sales)

    withdrawn = ben_phone.hear("room.removed", room_id=room["id"], reason="withdrawn")
    assert (withdrawn["seq"], withdrawn["by"]["id"]) == (5, team.ada.id)
    offered = cleo_phone.hear("room.changed", room={"id": room["id"]})["room"]
    assert (offered["offer"]["kind"], offered["offer"]["seq"], offered["offer"]["by"]) == ("department", 5, team.ada.by)
    problem(team.ben.attempt(room["id"], "accept", after=5, offer=4), 409, "already_taken")

    accepted = team.cleo.do(room["id"], "accept", after=5, offer=5)
    assert (accepted["department_id"], accepted["status"]) == (team.sales, "active")
    ada_phone.hear("room.removed", room_id=room["id"], reason="left")
    assert (team.ada.listed(), team.ben.listed(), team.cleo.listed("active")) == ([], [], [room["id"]])
    problem(team.ben.attempt(room["id"], "accept", after=6, offer=4), 409, "already_taken")


def test_a_giver_who_closes_the_tab_first_leaves_the_room_waiting(team: Team) -> None:
    ada_phone, cleo_phone = team.connect(team.ada, team.cleo)
    visitor, room = _open(team)
    tab = visitor.connect()
    team.ada.do(room["id"], "accept", after=2)
    team.ada.do(room["id"], "transfer", after=3, department_id=team.sales)
    cleo_phone.hear("room.changed", room={"id": room["id"], "status": "active"})

    team.ada.do(room["id"], "close", after=4)

    ada_phone.hear("room.removed", room_id=room["id"], reason="left")
    changed = cleo_phone.hear("room.changed", room={"id": room["id"], "status": "waiting"})["room"]
    assert (changed["state"], changed["offer"]["seq"], changed["department_id"]) == ("waiting", 4, team.sales)
    assert tab.hear("room.event", event={"type": "agent.left"})["room"]["status"] == "waiting"
    assert (team.ada.listed(), team.cleo.listed("waiting")) == ([], [room["id"]])

    team.cleo.do(room["id"], "accept", after=5)
    team.cleo.say(room["id"], "Sales here", after=6)
    tab.hear("room.event", event={"type": "message.sent", "data": {"text": "Sales here"}})


def test_the_last_agents_close_closes_the_room_and_a_second_one_clears_the_tab(team: Team) -> None:
    (phone,) = team.connect(team.ada)
    desk = team.ada.connect()
    visitor, room = _open(team)
    tab = visitor.connect()
    team.ada.do(room["id"], "accept", after=2)

    closed = team.ada.do(room["id"], "close", after=3)

    assert (closed["status"], closed["closed_by"], closed["state"]) == ("closed", "agent", "closed")
    for device in (phone, desk):
        heard = device.hear("room.event", room_id=room["id"], event={"type": "room.closed"})
        assert heard["event"]["data"] == {"closed_by": "agent", "reason": "closed"}
        assert heard["room"]["state"] == "closed"
    assert tab.hear("room.event", event={"type": "room.closed"})["room"]["status"] == "closed"
    assert (team.ada.listed("closed"), team.ada.listed("active")) == ([room["id"]], [])

    cleared = phone.command("room.close", room_id=room["id"], after=4)
    assert (cleared["status"], cleared["state"]) == ("closed", None)
    for device in (phone, desk):
        device.hear("room.removed", room_id=room["id"], reason="left")
    assert team.ada.listed() == []
    assert team.ada.inbox()["counts"]["closed"] == 0
    # Closing what is closed changes nothing, for anybody.
    seq = team.ada.do(room["id"], "close", after=5)["seq"]
    assert visitor.do(room["id"], "close", after=4)["status"] == "closed"
    assert team.ada.room(room["id"])["seq"] == seq


def test_a_visitors_close_turns_the_room_grey_on_all_devices_and_can_be_rated(team: Team) -> None:
    (phone,) = team.connect(team.ada)
    desk = team.ada.connect()
    visitor, room = _open(team)
    team.ada.do(room["id"], "accept", after=2)
    team.ada.say(room["id"], "How can I help?", after=3)

    closed = visitor.do(room["id"], "close", after=4)

    assert (closed["status"], closed["closed_by"]) == ("closed", "visitor")
    for device in (phone, desk):
        heard = device.hear("room.event", room_id=room["id"], event={"type": "room.closed"})["room"]
        assert (heard["state"], heard["status"], heard["closed_by"]) == ("closed", "closed", "visitor")
    assert [team.ada.listed(tab) for tab in ("all", "active", "waiting", "closed")] == [
        [room["id"]],
        [],
        [],
        [room["id"]],
    ]
    problem(visitor.attempt(room["id"], "messages", after=5, text="Oh, and"), 409, "room_closed")
    problem(team.ada.attempt(room["id"], "messages", after=5, text="Bye"), 409, "room_closed")

    rating = {"client_id": new_id(), "after": 5, "score": 5, "comment": "Quick and kind"}
    visitor.do(room["id"], "rating", **rating)
    visitor.do(room["id"], "rating", **rating)
    visitor.do(room["id"], "rating", after=6, score=1)
    for device in (phone, desk):
        rated = device.hear("room.event", room_id=room["id"], event={"type": "room.rated"})
        assert rated["event"]["data"] == {"score": 5, "comment": "Quick and kind"}
    assert [event["type"] for event in team.ada.log(room["id"])][4:] == ["room.closed", "room.rated"]
    # A closed chat is over: the next one is another room.
    assert visitor.open_room(department_id=team.support)["id"] != room["id"]


def test_with_nobody_online_the_visitor_is_told_and_an_agent_finds_the_message_later(team: Team) -> None:
    phone = team.ada.connect()
    team.ada.be("offline")
    team.ben.be("away")
    visitor = team.visitor()
    tab = visitor.connect()
    room = visitor.open_room(department_id=team.support)

    told = tab.hear("room.event", room_id=room["id"], event={"type": "room.unattended"})
    assert told["event"]["data"] == {"reason": "offline"}
    assert told["event"]["actor"] == {"kind": "system", "id": None, "name": None}
    assert told["room"]["status"] == "waiting"
    visitor.put("/visitor", {"name": "Vic", "email": "vic@example.com"})
    visitor.say(room["id"], "Please write to me about my order", after=2)
    visitor.disconnect()

    phone.hear("room.changed", room={"id": room["id"], "state": "waiting"})
    assert team.ben.listed("waiting") == [room["id"]]
    team.ben.be("online")
    accepted = team.ben.do(room["id"], "accept", after=3)
    assert accepted["last_message"]["text"] == "Please write to me about my order"
    found = team.ben.room(room["id"])["visitor"]
    assert (found["name"], found["email"]) == ("Vic", "vic@example.com")
    team.ben.say(room["id"], "I looked into it", after=4)
    assert [event["type"] for event in visitor.log(room["id"])] == [
        "room.opened",
        "room.unattended",
        "message.sent",
        "room.accepted",
        "message.sent",
    ]


def test_after_the_last_decline_the_visitors_next_message_makes_a_new_offer(team: Team) -> None:
    ada_phone, ben_phone = team.connect(team.ada, team.ben)
    visitor, room = _open(team)
    tab = visitor.connect()
    for device in (ada_phone, ben_phone):
        device.hear("room.changed", room={"id": room["id"]})
    team.ada.do(room["id"], "decline", after=2)
    team.ben.do(room["id"], "decline", after=3)

    told = tab.hear("room.event", room_id=room["id"], event={"type": "room.unattended"})
    assert (told["event"]["data"], told["event"]["seq"]) == ({"reason": "declined"}, 5)
    assert told["prev"] == 2
    for device in (ada_phone, ben_phone):
        device.hear("room.removed", room_id=room["id"], reason="declined")
    assert (team.ada.listed(), team.ben.listed()) == ([], [])

    visitor.say(room["id"], "Could somebody please help me?", after=5)

    for device in (ada_phone, ben_phone):
        offered = device.hear("room.changed", room={"id": room["id"], "seq": 6})["room"]
        assert offered["offer"]["seq"] == 6
    problem(team.ada.attempt(room["id"], "accept", after=6, offer=1), 409, "already_taken")
    assert team.ben.do(room["id"], "accept", after=6, offer=6)["status"] == "active"


def test_tabs_their_counts_and_their_pages_agree(team: Team) -> None:
    rooms = [_open(team, f"Question {number}") for number in range(5)]
    ids = [room["id"] for _, room in rooms]
    for room_id in ids[1:]:
        team.ada.do(room_id, "accept", after=2)
    team.ada.say(ids[2], "An answer", after=3)
    team.ada.say(ids[3], "An answer", after=3)
    rooms[3][0].say(ids[3], "Another question", after=4)
    rooms[4][0].do(ids[4], "close", after=3)

    states = {room["id"]: room["state"] for room in team.ada.inbox()["rooms"]}
    assert states == dict(zip(ids, ["waiting", "incoming", "answered", "waiting", "closed"], strict=True))
    assert team.ada.listed("all") == [ids[3], ids[2], ids[1], ids[0], ids[4]]
    assert team.ada.listed("active") == [ids[3], ids[2], ids[1]]
    assert team.ada.listed("waiting") == [ids[3], ids[0]]
    assert team.ada.listed("closed") == [ids[4]]
    paged: list[str] = []
    query: dict[str, Json] = {"limit": 2}
    while True:
        page = team.ada.inbox(**query)
        assert page["counts"] == {"all": 5, "active": 3, "waiting": 2, "closed": 1}
        paged += [room["id"] for room in page["rooms"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert paged == team.ada.listed("all")


def test_what_colleagues_do_shows_in_their_list_their_load_and_the_availability(team: Team) -> None:
    (phone,) = team.connect(team.ben)
    visitor = team.visitor()
    team.cleo.be("offline")

    def available() -> Json:
        return visitor.get("/visitor/availability", department_id=team.support)

    assert available() == {
        "online": True,
        "departments": [{"id": team.support, "name": "Support", "online": True}],
    }
    assert visitor.get("/visitor/availability", department_id=team.sales)["online"] is False

    team.ada.be("away")
    phone.hear("agent.status", agent_id=team.ada.id, status="away")
    team.ada.be("online")
    phone.hear("agent.status", agent_id=team.ada.id, status="online")
    team.ben.be("offline")
    me = team.ben.get("/me")
    assert me == {
        "id": team.ben.id,
        "name": "Ben",
        "email": me["email"],
        "status": "offline",
        "admin": False,
        "departments": [{"id": team.support, "name": "Support"}],
    }
    room = visitor.open_room(department_id=team.support)
    team.ada.do(room["id"], "accept", after=1)

    assert _all(team.ben, "agents")[team.ada.id] == {
        "id": team.ada.id,
        "name": "Ada",
        "status": "online",
        "open_rooms": 1,
        "department_ids": [team.support],
    }
    assert _all(team.ben, "departments")[team.sales] == {"id": team.sales, "name": "Sales", "online": False}
    team.ada.be("offline")
    eventually(lambda: available()["online"], expected=False)


def _all(agent: Agent, plural: str) -> dict[str, Json]:
    """All pages of a list, by id."""
    found: dict[str, Json] = {}
    query: dict[str, Json] = {"limit": 100}
    while True:
        page = agent.get(f"/{plural}", **query)
        found |= {one["id"]: one for one in page[plural]}
        if page["next_cursor"] is None:
            return found
        query["cursor"] = page["next_cursor"]
