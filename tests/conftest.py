"""What all tests share: how hard Hypothesis searches (`HYPOTHESIS_PROFILE=ci|long`), and no way to a real account."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

# A shared runner is slow at times, which says nothing about the code: no deadline, no complaint about slow data.
_PATIENT = [HealthCheck.too_slow]
settings.register_profile("ci", deadline=None, print_blob=True, max_examples=100, suppress_health_check=_PATIENT)
settings.register_profile("long", settings.get_profile("ci"), max_examples=3_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


class _StoriesTogether(LoadFileScheduling):  # type: ignore[misc]  # pytest-xdist has no types
    """By file, but the stories of `tests/e2e` as one: each further worker would deploy a stack of its own for them."""

    def _split_scope(self, nodeid: str) -> str:
        path = str(super()._split_scope(nodeid))
        apart = not path.startswith("tests/e2e/") or path.endswith("/test_local_run.py")
        return path if apart else "stories"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """Keep on one worker what shares one stack."""
    return _StoriesTogether(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(scope="session", autouse=True)
def no_real_account() -> Iterator[None]:
    """Fake credentials and a region; whatever the person has configured for AWS is out of reach."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            # Nobody's proxy stands between a test and its emulator on loopback.
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
        }.items():
            patch.setenv(name, value)
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests recorded as properties, on whichever worker, just above the closing line."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            if report.when == "call":
                for name, value in report.user_properties:
                    if name == "figures":
                        terminalreporter.write_line(value)
