"""Push, through the deployed stack: encrypted for a browser, signed by the deployment, answered from a lock screen."""

from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.conftest import Deployment
from tests.e2e.driver import Agent, eventually, new_id, problem
from tests.e2e.hiring import hire
from tests.e2e.team import Team
from tests.fakes.push_service import Browser, PushService, push_service


@pytest.fixture
def service() -> Iterator[PushService]:
    """A browsers' push service that the stack's functions reach over loopback."""
    with push_service() as running:
        yield running


def _subscribed(agent: Agent, service: PushService, device_id: str) -> Browser:
    browser = service.subscribe()
    agent.put(f"/devices/{device_id}", {"platform": "web", "push_token": browser.push_token})
    return browser


def test_an_offer_rings_in_a_closed_browser_and_is_accepted_from_there(
    api: httpx.Client, team: Team, service: PushService
) -> None:
    """By plain HTTPS and the notification's token, without the app's session; the colleague's screen is cleared."""
    adas, bens = _subscribed(team.ada, service, "adas-browser"), _subscribed(team.ben, service, "bens-browser")
    room_id = team.visitor(name="Vera").open_room(department_id=team.support, text="Do you ship to Norway?")["id"]
    rung = {push.browser_id: push for push in service.wait_for(2)}
    assert rung.keys() == {adas.id, bens.id}
    push = rung[adas.id]
    assert push.public_key == api.get("/config").json()["push"]["vapid_public_key"]
    assert (push.headers["topic"], push.headers["urgency"]) == (room_id, "high")
    token = push.payload["token"]
    assert push.payload == {"kind": "offer", "room_id": room_id, "seq": 1, "badge": 1, "token": token}

    shown = api.post("/push/actions", json={"token": token, "action": "seen"})
    assert (shown.status_code, shown.json()["state"]) == (200, "waiting")
    for _ in range(2):
        taken = api.post("/push/actions", json={"token": token, "action": "accept"})
        assert (taken.status_code, taken.json()["state"], taken.json()["seq"]) == (200, "incoming", 3)
    problem(api.post("/push/actions", json={"token": token, "action": "decline"}), 409, "client_id_reused")
    late = problem(
        api.post("/push/actions", json={"token": rung[bens.id].payload["token"], "action": "accept"}),
        409,
        "already_taken",
    )
    assert late["taken_by"] == team.ada.by
    problem(api.post("/push/actions", json={"token": f"{token}x", "action": "accept"}), 401, "unauthenticated")

    eventually(lambda: [service.to(one)[-1].payload["kind"] for one in (adas, bens)], ["clear", "clear"])
    ledger = team.ada.get(f"/admin/rooms/{room_id}/pushes")["pushes"]
    told = {(one["agent"]["name"], one["outcome"], one["action"]) for one in ledger}
    assert told == {("Ada", "sent", "accept"), ("Ben", "sent", None)}
    assert service.refusals == []


def test_a_message_rings_until_it_is_read_on_another_device(team: Team, service: PushService) -> None:
    visitor = team.visitor()
    room_id = visitor.open_room(department_id=team.support, text="Hello")["id"]
    team.ada.do(room_id, "accept")
    browser = _subscribed(team.ada, service, "adas-browser")
    (phone,) = team.connect(team.ada)
    assert phone.ask("device.state", foreground=True)["status"] == 204
    # Her app is open: she hears by socket.
    seen = visitor.say(room_id, "Are you there?")
    phone.hear("room.event", event={"seq": seen["seq"]})
    team.ada.read(room_id, seen["seq"])
    assert phone.ask("device.state", foreground=False)["status"] == 204
    missed = visitor.say(room_id, "Still there?")
    rung = {"kind": "message", "room_id": room_id, "seq": missed["seq"], "badge": 1}
    eventually(lambda: [one.payload for one in service.to(browser)][-1:], [rung])
    team.ada.read(room_id, missed["seq"])
    eventually(lambda: service.to(browser)[-1].payload, {"kind": "clear", "room_id": room_id, "seq": 5, "badge": 0})
    assert service.refusals == []


def test_a_subscription_that_has_ended_is_forgotten(team: Team, service: PushService) -> None:
    gone, here = _subscribed(team.ada, service, "old-browser"), _subscribed(team.ada, service, "new-browser")
    service.unsubscribe(gone)
    room_id = team.visitor().open_room(department_id=team.support, text="Hello")["id"]
    assert [push.browser_id for push in service.wait_for(1)] == [here.id]

    def outcomes() -> dict[str, str]:
        pushes = team.ada.get(f"/admin/rooms/{room_id}/pushes")["pushes"]
        return {one["device_id"]: one["outcome"] for one in pushes if one["device_id"]}

    eventually(outcomes, {"old-browser": "gone", "new-browser": "sent"})


def test_a_visitor_hears_that_nobody_took_the_offer_in_time(api: httpx.Client, deployment: Deployment) -> None:
    """A timer of the queue comes back after the department's limit and judges the log."""
    (hired,) = hire(
        environment=deployment.environment, outputs=deployment.outputs, teams=1, limits={"offer": 1, "idle": None}
    )
    ada, ben, cleo = (Agent.sign_in(api, email=one.email, password=one.password) for one in hired.agents)
    ada.be("online")
    team = Team(api=api, support=hired.support, sales=hired.sales, ada=ada, ben=ben, cleo=cleo)
    visitor = team.visitor()
    tab = visitor.connect()
    room_id = visitor.open_room(department_id=team.support, text="Is anybody there?")["id"]
    told = tab.hear("room.event", room_id=room_id, event={"type": "room.unattended"})
    assert told["event"]["data"] == {"reason": "timeout"}
    assert told["event"]["actor"] == {"kind": "system", "id": None, "name": None}
    assert ada.do(room_id, "accept", client_id=new_id(), offer=1)["status"] == "active"
    team.go()
