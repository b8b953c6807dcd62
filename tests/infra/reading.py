"""Reads a synthesised template the way its tests ask: by function, by role, by route."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Grant:
    """One action on one resource, the resource written for a reader."""

    action: str
    resource: str


@dataclass(frozen=True)
class Findings:
    """A report of cdk-nag beside what the constructs accept."""

    report: Mapping[str, Any]
    accepted: frozenset[tuple[str, str]]

    @property
    def found(self) -> set[tuple[str, str]]:
        """Every finding as (rule, path of the construct)."""
        return {
            (violation["ruleName"], construct["constructPath"])
            for plugin in self.report["pluginReports"]
            for violation in plugin["violations"]
            for construct in violation["violatingConstructs"]
        }


class Resources:
    """The resources of one template."""

    def __init__(self, template: Mapping[str, Any]) -> None:
        self._all: dict[str, dict[str, Any]] = template["Resources"]
        self.outputs: dict[str, dict[str, Any]] = template["Outputs"]

    def of_type(self, type_: str) -> dict[str, dict[str, Any]]:
        """The resources of a type by logical id."""
        return {id_: resource for id_, resource in self._all.items() if resource["Type"] == type_}

    def named(self, type_: str, prefix: str) -> dict[str, Any]:
        """The one resource of a type whose logical id begins so."""
        (found,) = (resource for id_, resource in self.of_type(type_).items() if id_.startswith(prefix))
        return found

    def function(self, name: str) -> dict[str, Any]:
        """The properties of a function by the name of its folder."""
        found: dict[str, Any]
        (found,) = (
            resource["Properties"]
            for resource in self.of_type("AWS::Lambda::Function").values()
            if self.environment(resource["Properties"])["POWERTOOLS_SERVICE_NAME"] == name
        )
        return found

    def function_names(self) -> set[str]:
        """The names of all functions."""
        return {
            self.environment(resource["Properties"])["POWERTOOLS_SERVICE_NAME"]
            for resource in self.of_type("AWS::Lambda::Function").values()
        }

    @staticmethod
    def environment(function: Mapping[str, Any]) -> dict[str, Any]:
        """A function's environment."""
        variables: dict[str, Any] = function["Environment"]["Variables"]
        return variables

    def grants(self, name: str) -> set[Grant]:
        """All that a function's role allows."""
        return {
            Grant(action, self.written(resource))
            for statement in self._statements(self.role_of(name))
            for action in _as_list(statement["Action"])
            for resource in _as_list(statement["Resource"])
        }

    def role_of(self, name: str) -> str:
        """The logical id of a function's role."""
        role: str = self.function(name)["Role"]["Fn::GetAtt"][0]
        return role

    def managed_policies(self, name: str) -> list[Any]:
        """The managed policies of a function's role."""
        return list(self._all[self.role_of(name)]["Properties"].get("ManagedPolicyArns", []))

    def routes(self, protocol: str) -> dict[str, dict[str, Any]]:
        """The routes of the API of that protocol, by route key."""
        (api,) = (
            id_
            for id_, resource in self.of_type("AWS::ApiGatewayV2::Api").items()
            if resource["Properties"]["ProtocolType"] == protocol
        )
        return {
            route["Properties"]["RouteKey"]: route["Properties"]
            for route in self.of_type("AWS::ApiGatewayV2::Route").values()
            if route["Properties"]["ApiId"] == {"Ref": api}
        }

    def target_of(self, route: Mapping[str, Any]) -> str:
        """The name of the function that a route leads to."""
        integration = route["Target"]["Fn::Join"][1][1]["Ref"]
        uri = json.dumps(self._all[integration]["Properties"]["IntegrationUri"])
        (name,) = (
            self.environment(resource["Properties"])["POWERTOOLS_SERVICE_NAME"]
            for id_, resource in self.of_type("AWS::Lambda::Function").items()
            if f'"{id_}"' in uri
        )
        return str(name)

    def written(self, value: Any) -> str:
        """A value as text: references become `<LogicalId>`, attributes `<LogicalId.Attribute>`, ids without hash."""
        if isinstance(value, str):
            return value
        if "Ref" in value:
            return f"<{_readable(value['Ref'])}>"
        if "Fn::GetAtt" in value:
            id_, attribute = value["Fn::GetAtt"]
            return f"<{_readable(id_)}.{attribute}>"
        if "Fn::Join" in value:
            separator, parts = value["Fn::Join"]
            return str(separator).join(self.written(part) for part in parts)
        raise AssertionError(f"no way to write {value!r}")

    def _statements(self, role: str) -> Iterator[dict[str, Any]]:
        for policy in self.of_type("AWS::IAM::Policy").values():
            if {"Ref": role} in policy["Properties"]["Roles"]:
                yield from policy["Properties"]["PolicyDocument"]["Statement"]
        for policy in self._all[role]["Properties"].get("Policies", []):
            yield from policy["PolicyDocument"]["Statement"]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _readable(logical_id: str) -> str:
    """CDK ends its logical ids in eight hexadecimal digits that say nothing to a reader."""
    tail = logical_id[-8:]
    return logical_id[:-8] if len(logical_id) > 8 and not set(tail) - set("0123456789ABCDEF") else logical_id
