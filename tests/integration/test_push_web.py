"""Browsers are reached through their push services: real HTTP to a real socket, opened as a browser opens it."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from foyer.adapters.push.web import ANSWER_LENGTH, WebPushes, topic_of
from foyer.domain.devices import PUSH_SERVICES
from foyer.domain.notifications import Notification, NotificationKind
from foyer.ports import Device, PushLaterError, Receipt
from operate.vapid import VapidKeys, new_vapid_keys
from tests.fakes.clock import NOON, SettableClock
from tests.fakes.push_service import Browser, PushService, push_service

SUBJECT = "mailto:support@shop.example"
OFFER = Notification(
    kind="offer", room_id="lny_myTyXNwfQXUjKbnlA", seq=2, badge=3, token="signed.token", sender="Vera", text="مرحبا 👋"
)


@pytest.fixture(scope="module")
def keys() -> VapidKeys:
    return new_vapid_keys()


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service(clock=lambda: NOON / 1000) as made:
        yield made


@pytest.fixture
def pushes(service: PushService, keys: VapidKeys) -> WebPushes:
    return WebPushes(keys.private_key, SUBJECT, {*PUSH_SERVICES, service.host}, clock=SettableClock())


def laptop(browser: Browser) -> Device:
    return Device(id="laptop", agent_id="ada", platform="web", push_token=browser.push_token, registered_at=NOON)


def test_a_browser_reads_what_it_was_sent(service: PushService, pushes: WebPushes, keys: VapidKeys) -> None:
    browser, other = service.subscribe(), service.subscribe()

    receipt = pushes.send(laptop(browser), OFFER)

    assert receipt == Receipt(outcome="sent", provider="web", answer="1")
    [push] = service.to(browser)
    assert push.payload == OFFER.payload
    assert service.to(other) == []
    assert push.public_key == keys.public_key
    assert push.claims == {"aud": service.url, "sub": SUBJECT, "exp": NOON // 1000 + 12 * 3600}


@pytest.mark.parametrize(
    ("kind", "urgency", "lifetime"),
    [("offer", "high", 4 * 3600), ("message", "high", 24 * 3600), ("clear", "normal", 24 * 3600)],
)
def test_the_push_service_is_told_how_to_treat_it(
    service: PushService, pushes: WebPushes, kind: NotificationKind, urgency: str, lifetime: int
) -> None:
    browser = service.subscribe()

    pushes.send(laptop(browser), replace(OFFER, kind=kind))

    [push] = service.to(browser)
    assert push.headers["urgency"] == urgency
    assert push.headers["ttl"] == str(lifetime)
    assert push.headers["topic"] == OFFER.room_id
    assert push.headers["content-encoding"] == "aes128gcm"


def test_a_room_whose_id_is_no_topic_has_one_all_the_same() -> None:
    topics = {topic_of(room_id) for room_id in ("a" * 32, "a" * 33, "a" * 34, "a b", "")}

    assert len(topics) == 5
    assert all(0 < len(topic) <= 32 and topic.replace("-", "").replace("_", "").isalnum() for topic in topics)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(404, "gone"), (410, "gone"), (400, "refused"), (401, "refused"), (403, "refused"), (413, "refused")],
)
def test_a_final_answer_is_a_receipt(service: PushService, pushes: WebPushes, status: int, outcome: Any) -> None:
    service.answer_next(status)

    receipt = pushes.send(laptop(service.subscribe()), OFFER)

    assert receipt == Receipt(outcome=outcome, provider="web", answer=str(status))
    assert service.posts == 1


def test_a_browser_that_unsubscribed_is_gone(service: PushService, pushes: WebPushes) -> None:
    browser = service.subscribe()
    service.unsubscribe(browser)

    assert pushes.send(laptop(browser), OFFER).outcome == "gone"


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_an_overloaded_service_is_tried_again_later(service: PushService, pushes: WebPushes, status: int) -> None:
    browser = service.subscribe()
    service.answer_next(status)

    with pytest.raises(PushLaterError, match=str(status)):
        pushes.send(laptop(browser), OFFER)

    assert pushes.send(laptop(browser), OFFER).outcome == "sent"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirection_is_not_followed(service: PushService, pushes: WebPushes, status: int) -> None:
    elsewhere = service.subscribe()
    service.answer_next(status, headers={"Location": elsewhere.endpoint})

    assert pushes.send(laptop(service.subscribe()), OFFER).outcome == "refused"
    assert service.posts == 1


def test_an_answer_without_an_id_is_its_status(service: PushService, pushes: WebPushes) -> None:
    service.answer_next(202)
    service.answer_next(201, headers={"Location": f"{service.url}/m/{'x' * 1_000}"})

    assert pushes.send(laptop(service.subscribe()), OFFER).answer == "202"
    assert pushes.send(laptop(service.subscribe()), OFFER).answer == "x" * ANSWER_LENGTH


def test_one_session_serves_many_and_remembers_nothing(service: PushService, pushes: WebPushes) -> None:
    service.answer_next(503, headers={"Set-Cookie": "who=ada; Domain=127.0.0.1; Path=/"})
    with pytest.raises(PushLaterError):
        pushes.send(laptop(service.subscribe()), OFFER)

    for _ in range(3):
        pushes.send(laptop(service.subscribe()), OFFER)

    assert len(service.pushes) == 3
    assert not any("cookie" in push.headers for push in service.pushes), "one subscription says nothing of another"
    assert not service.refusals


# where it may not be sent


def test_a_service_that_is_not_allowed_any_more_is_not_posted_to(service: PushService, keys: VapidKeys) -> None:
    pushes = WebPushes(keys.private_key, SUBJECT, clock=SettableClock())

    receipt = pushes.send(laptop(service.subscribe()), OFFER)

    assert receipt == Receipt(outcome="refused", provider="web", answer="service")
    assert service.posts == 0


@pytest.mark.parametrize("token", ["", "{}", "no json"])
def test_a_token_that_is_no_subscription_is_refused(service: PushService, pushes: WebPushes, token: str) -> None:
    device = replace(laptop(service.subscribe()), push_token=token)

    assert pushes.send(device, OFFER) == Receipt(outcome="refused", provider="web", answer="subscription")


def test_a_proxy_of_the_environment_is_not_asked(
    service: PushService, pushes: WebPushes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.delenv("no_proxy")

    assert pushes.send(laptop(service.subscribe()), OFFER).outcome == "sent"


# failures of the line


@pytest.fixture
def listening() -> Iterator[Callable[[Callable[[socket.socket, int], None]], int]]:
    """Starts a server of raw sockets that does as it is told with its nth connection; answers its port."""
    server = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def start(treat: Callable[[socket.socket, int], None]) -> int:
        def serve() -> None:
            for count in range(100):
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                treat(connection, count)

        threads.append(threading.Thread(target=serve, daemon=True))
        threads[-1].start()
        return int(server.getsockname()[1])

    yield start
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    for thread in threads:
        thread.join(5)


def at_port(browser: Browser, port: int) -> Device:
    return laptop(replace(browser, endpoint=f"http://127.0.0.1:{port}/send/{browser.id}"))


def test_a_closed_port_is_tried_again_later(service: PushService, pushes: WebPushes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(PushLaterError, match="ConnectionError"):
        pushes.send(at_port(service.subscribe(), port), OFFER)


def test_a_silent_service_is_tried_again_later(service: PushService, keys: VapidKeys, listening: Any) -> None:
    kept = []
    port = listening(lambda connection, _: kept.append(connection))
    pushes = WebPushes(keys.private_key, SUBJECT, {service.host}, clock=SettableClock(), timeouts=(1, 0.05))

    with pytest.raises(PushLaterError, match="ReadTimeout"):
        pushes.send(at_port(service.subscribe(), port), OFFER)

    assert len(kept) == 1, "who has waited once does not wait again"
    kept[0].close()


def test_a_connection_that_was_dropped_meanwhile_costs_nothing(
    service: PushService, pushes: WebPushes, listening: Any
) -> None:
    def treat(connection: socket.socket, count: int) -> None:
        with connection:
            if count:
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")

    port = listening(treat)

    assert pushes.send(at_port(service.subscribe(), port), OFFER).outcome == "sent"


def test_no_secret_is_logged_or_raised(
    service: PushService, pushes: WebPushes, caplog: pytest.LogCaptureFixture, keys: VapidKeys
) -> None:
    browser = service.subscribe()
    said = []
    with caplog.at_level(logging.DEBUG):
        pushes.send(laptop(browser), OFFER)
        service.answer_next(500)
        with pytest.raises(PushLaterError) as raised:
            pushes.send(laptop(browser), OFFER)
        said.append(raised)
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        with pytest.raises(PushLaterError) as raised:
            pushes.send(at_port(browser, port), OFFER)
        said.append(raised)

    assert all(one.value.__context__ is None and one.value.__cause__ is None for one in said)
    everything = caplog.text + "".join(str(one.value) for one in said)
    for secret in (browser.id, OFFER.token, OFFER.text, keys.private_key):
        assert str(secret) not in everything


def test_a_key_that_is_none_is_refused_at_once() -> None:
    for wrong in ("", "AA==", "x" * 100):
        with pytest.raises(ValueError):  # noqa: PT011 - of several libraries
            WebPushes(wrong, SUBJECT, clock=SettableClock())
