"""Bring the stack in the emulator up to the sources on disk, by the least work that does it."""

import functools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local import assembly, fingerprint, mends, reload
from local.emulator import REGION, Emulator, LocalError, client_environment
from local.home import Home
from operate.push_keys import make_push_keys, stored_public_key

# Kept inside the emulator, so that it is saved, and lost, together with the deployment that it describes.
_MARK = "/foyer/deployed-from"
_PUSH_SUBJECT = "mailto:operator@foyer.test"
_BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What the stack in the emulator was made from.

    Attributes:
        structure: the digest of everything but handlers' code.
        code: the digest of each unit of code that runs there.
        replaced: units that were replaced without a deployment: CloudFormation does not know their present code.
    """

    structure: str = ""
    code: dict[str, str] = field(default_factory=dict)
    replaced: tuple[str, ...] = ()


def client(emulator: Emulator, service: str) -> Any:
    """A boto3 client that speaks to this emulator whatever the process's own environment says."""
    return _client(emulator.url, service)


@functools.cache
def _client(url: str, service: str) -> Any:
    # Making a client takes longer than most of what is asked through it here.
    credentials = client_environment(url=url)
    return boto3.Session().client(
        service,
        region_name=REGION,
        endpoint_url=url,
        aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
        config=Config(retries={"total_max_attempts": 2}, proxies={}),
    )


def bring_up_to_date(emulator: Emulator, *, home: Home, step: Callable[[str], None]) -> None:
    """Deploy what differs between the sources and the emulator: all, some code, or nothing.

    Args:
        emulator: where the stack runs.
        home: whose folder may hold a rewritten assembly.
        step: told, in a line for a person, before anything that takes a while.
    """
    present = _mark(emulator)
    wanted = Mark(structure=fingerprint.structure(), code=fingerprint.code(), replaced=present.replaced)
    if present == wanted and outputs(emulator):
        return
    if present.structure == wanted.structure and present.code.keys() == wanted.code.keys() and outputs(emulator):
        changed = [unit for unit, digest in wanted.code.items() if present.code[unit] != digest]
        step(f"Updating {_named(changed)}")
        _replace(emulator, changed, wanted=wanted)
        return
    made_from = assembly.made_from()
    # Code that alone has changed since is replaced after the deployment: that takes a moment, a synthesis does not.
    if {**made_from, **wanted.code} != {"structure": wanted.structure, **wanted.code}:
        step("Synthesising the stack")
        assembly.synthesise()
        made_from = assembly.made_from()
    step("Deploying the stack into the emulator")
    _deploy(emulator, home=home)
    outdated = [unit for unit, digest in wanted.code.items() if made_from.get(unit) != digest]
    _replace(emulator, sorted({*outdated, *present.replaced} & wanted.code.keys()), wanted=wanted)


def replace_code(emulator: Emulator, units: list[str]) -> None:
    """Put the present source of these units into the emulator, without a deployment."""
    present = _mark(emulator)
    code = fingerprint.code()
    now = {unit: code[unit] for unit in units}
    _replace(
        emulator, units, wanted=Mark(structure=present.structure, code=present.code | now, replaced=present.replaced)
    )


def outputs(emulator: Emulator) -> dict[str, str]:
    """What the deployed stack says of itself; empty when there is none, or none that came up."""
    try:
        (stack,) = client(emulator, "cloudformation").describe_stacks(StackName=assembly.STACK)["Stacks"]
    except ClientError:
        return {}
    if stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        return {}
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _replace(emulator: Emulator, units: list[str], *, wanted: Mark) -> None:
    reload.replace(units, functions=client(emulator, "lambda"))
    _write_mark(
        emulator,
        Mark(
            structure=wanted.structure,
            code=wanted.code,
            replaced=tuple(sorted({*wanted.replaced, *units})),
        ),
    )


def _deploy(emulator: Emulator, *, home: Home) -> None:
    _bootstrap(emulator)
    built = assembly.assembly_for(port=emulator.port, public_key=_push_keys(emulator), folder=home.path / "assembly")
    assembly.cdk(
        "deploy",
        assembly.STACK,
        *("--app", str(built)),
        *("--require-approval", "never"),
        *("--method", "direct"),
        *("--progress", "events"),
        "--ci",
        environment=emulator.environment,
    )
    if not outputs(emulator):
        raise LocalError("The stack did not come up in the emulator. VERBOSE=1 shows what it said.")
    mends.cross_origin_rules(
        json.loads(assembly.template(built).read_text("utf-8")),
        resources=client(emulator, "cloudformation"),
        apis=client(emulator, "apigatewayv2"),
        stack=assembly.STACK,
    )


def _bootstrap(emulator: Emulator) -> None:
    """What of `cdk bootstrap` a deployment needs here: a bucket for its archives, and the word that it was done."""
    account = client(emulator, "sts").get_caller_identity()["Account"]
    buckets = client(emulator, "s3")
    name = f"cdk-hnb659fds-assets-{account}-{REGION}"
    if name not in {bucket["Name"] for bucket in buckets.list_buckets()["Buckets"]}:
        buckets.create_bucket(Bucket=name)
    client(emulator, "ssm").put_parameter(Name=_BOOTSTRAP_VERSION, Value="30", Type="String", Overwrite=True)


def _push_keys(emulator: Emulator) -> str:
    """The public key for browsers; made once, with its secret, which is kept and lost together with the stack."""
    secrets = client(emulator, "secretsmanager")
    known = stored_public_key(secrets, name=assembly.VAPID_SECRET)
    return known or make_push_keys(secrets, name=assembly.VAPID_SECRET, subject=_PUSH_SUBJECT)


def _mark(emulator: Emulator) -> Mark:
    try:
        text = client(emulator, "ssm").get_parameter(Name=_MARK)["Parameter"]["Value"]
    except ClientError:
        return Mark()
    value = json.loads(text)
    return Mark(structure=value["structure"], code=value["code"], replaced=tuple(value["replaced"]))


def _write_mark(emulator: Emulator, mark: Mark) -> None:
    value = {"structure": mark.structure, "code": mark.code, "replaced": mark.replaced, "at": time.time()}
    client(emulator, "ssm").put_parameter(Name=_MARK, Value=json.dumps(value), Type="String", Overwrite=True)


def _named(units: list[str]) -> str:
    return ", ".join("shared code" if unit == fingerprint.SHARED_CODE else unit for unit in units)
