"""Mends of the emulator: what it gets wrong of a template that AWS gets right. Nothing of this exists on AWS.

- Cross-origin rules: it stores a CloudFormation API's `CorsConfiguration` as written there (`AllowOrigins`) and reads
  it as the API spells it (`allowOrigins`), so a browser is refused. Setting the same rules through the API mends it.
"""

from typing import Any


def cross_origin_rules(template: dict[str, Any], *, resources: Any, apis: Any, stack: str) -> None:
    """Set every HTTP API's cross-origin rules once more, as the template has them.

    Args:
        template: the deployed stack's template.
        resources: the client of CloudFormation, which knows the APIs' ids.
        apis: the client of API Gateway v2.
        stack: the stack's name.
    """
    for logical_id, resource in template["Resources"].items():
        rules = resource.get("Properties", {}).get("CorsConfiguration")
        if resource["Type"] == "AWS::ApiGatewayV2::Api" and rules:
            detail = resources.describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
            api_id = detail["StackResourceDetail"]["PhysicalResourceId"]
            apis.update_api(ApiId=api_id, CorsConfiguration=rules)
