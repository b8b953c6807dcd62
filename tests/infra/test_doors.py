import json
from typing import Any

import pytest

from tests.infra.reading import Resources

_PUBLIC = {
    *(f"{method} /v1/visitor" for method in ("GET", "POST", "PUT", "DELETE")),
    *(f"{method} /v1/visitor/{{proxy+}}" for method in ("GET", "POST", "PUT", "DELETE")),
    "GET /v1/config",
    "POST /v1/push/actions",
}
_AGENTS = {f"{method} /v1/{{proxy+}}" for method in ("GET", "POST", "PUT", "DELETE")}


def _api(resources: Resources, protocol: str) -> dict[str, Any]:
    (api,) = (
        api["Properties"]
        for api in resources.of_type("AWS::ApiGatewayV2::Api").values()
        if api["Properties"]["ProtocolType"] == protocol
    )
    return dict(api)


def _authorizer(resources: Resources, route: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = resources.of_type("AWS::ApiGatewayV2::Authorizer")[route["AuthorizerId"]["Ref"]][
        "Properties"
    ]
    return properties


def _stages(resources: Resources) -> dict[str, dict[str, Any]]:
    return {
        stage["Properties"]["StageName"]: stage["Properties"]
        for stage in resources.of_type("AWS::ApiGatewayV2::Stage").values()
    }


def test_every_call_of_an_agent_needs_a_token_of_this_pool_and_client(prod: Resources) -> None:
    routes = prod.routes("HTTP")
    for key in _AGENTS:
        authorizer = _authorizer(prod, routes[key])
        assert routes[key]["AuthorizationType"] == "JWT"
        assert authorizer["AuthorizerType"] == "JWT"
        assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
        issuer = prod.written(authorizer["JwtConfiguration"]["Issuer"])
        assert issuer == "https://cognito-idp.<AWS::Region>.amazonaws.com/<IdentityUserPool>"
        assert [prod.written(client) for client in authorizer["JwtConfiguration"]["Audience"]] == [
            "<IdentityUserPoolApps>"
        ]
        assert prod.target_of(routes[key]) == "agent_api"


def test_public_calls_reach_the_visitors_function_without_a_token(prod: Resources) -> None:
    routes = prod.routes("HTTP")
    assert set(routes) == _PUBLIC | _AGENTS
    for key in _PUBLIC:
        assert routes[key].get("AuthorizationType", "NONE") == "NONE"
        assert "AuthorizerId" not in routes[key]
        assert prod.target_of(routes[key]) == "visitor_api"


def test_no_route_takes_a_preflight_from_the_gateway(prod: Resources) -> None:
    assert {key.split(" ")[0] for key in prod.routes("HTTP")} == {"GET", "POST", "PUT", "DELETE"}


def test_browsers_may_send_and_read_what_the_contract_needs(prod: Resources) -> None:
    cors = _api(prod, "HTTP")["CorsConfiguration"]
    assert cors["AllowHeaders"] == ["Authorization", "Content-Type", "If-None-Match"]
    assert cors["ExposeHeaders"] == ["ETag", "Retry-After", "Date"]
    assert set(cors["AllowMethods"]) == {"GET", "POST", "PUT", "DELETE"}
    assert cors["AllowOrigins"] == ["https://*"]
    assert not cors.get("AllowCredentials", False)


def test_a_socket_opens_with_a_ticket_that_is_looked_at_every_time(prod: Resources) -> None:
    connect = prod.routes("WEBSOCKET")["$connect"]
    authorizer = _authorizer(prod, connect)
    assert connect["AuthorizationType"] == "CUSTOM"
    assert authorizer["AuthorizerType"] == "REQUEST"
    assert authorizer["IdentitySource"] == ["route.request.querystring.ticket"]
    # A lifetime would let a spent ticket in again.
    assert authorizer.get("AuthorizerResultTtlInSeconds", 0) == 0
    assert "SocketApiAuthorizerFunction" in json.dumps(authorizer["AuthorizerUri"])


def test_frames_go_to_commands_and_the_rest_to_sessions_without_route_responses(prod: Resources) -> None:
    routes = prod.routes("WEBSOCKET")
    assert {key: prod.target_of(route) for key, route in routes.items()} == {
        "$connect": "socket_session",
        "$disconnect": "socket_session",
        "$default": "socket_commands",
    }
    assert not any("RouteResponseSelectionExpression" in route for route in routes.values())
    assert prod.of_type("AWS::ApiGatewayV2::RouteResponse") == {}


@pytest.mark.parametrize("door", ["$default", "live"])
def test_both_doors_are_throttled_and_logged(prod: Resources, door: str) -> None:
    stage = _stages(prod)[door]
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
    assert stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] > 0
    line = json.loads(stage["AccessLogSettings"]["Format"])
    assert {"requestId", "status", "routeKey"} <= set(line)


@pytest.mark.parametrize("door", ["$default", "live"])
def test_access_logs_hold_no_query_no_header_and_no_authorizer_context(prod: Resources, door: str) -> None:
    stage = _stages(prod)[door]
    variables = set(json.loads(stage["AccessLogSettings"]["Format"]).values())
    telling = ("query", "requestOverride", "header", "ticket", "claims", "principalId", "authorizer.property")
    assert [variable for variable in variables for word in telling if word.lower() in variable.lower()] == []
    # Execution logs would write whole requests, the ticket's included.
    assert not stage["DefaultRouteSettings"].get("DataTraceEnabled", False)
    assert stage["DefaultRouteSettings"].get("LoggingLevel", "OFF") == "OFF"


def test_only_administrators_make_agents_and_no_client_holds_a_secret(prod: Resources) -> None:
    pool = prod.named("AWS::Cognito::UserPool", "Identity")["Properties"]
    client = prod.named("AWS::Cognito::UserPoolClient", "Identity")["Properties"]
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["UsernameAttributes"] == ["email"]
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] >= 12
    assert client["GenerateSecret"] is False
    assert client["AccessTokenValidity"] == 60
    assert client["TokenValidityUnits"]["AccessToken"] == "minutes"
    assert prod.named("AWS::Cognito::UserPoolGroup", "Identity")["Properties"]["GroupName"] == "admin"


def test_a_plain_password_signs_in_where_developers_work_and_never_in_prod(
    dev: Resources, prod: Resources, local: Resources
) -> None:
    flows = [
        set(resources.named("AWS::Cognito::UserPoolClient", "Identity")["Properties"]["ExplicitAuthFlows"])
        for resources in (prod, dev, local)
    ]
    assert flows[0] == {"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
    assert flows[1] == flows[2] == {*flows[0], "ALLOW_USER_PASSWORD_AUTH"}
