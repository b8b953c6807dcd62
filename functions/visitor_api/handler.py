"""Placeholder until the real handler lands."""


def handler(event: dict, context: object) -> dict:
    return {"statusCode": 200}
