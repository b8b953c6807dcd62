"""Logs, metrics and traces of a function. Texts of visitors and agents, tokens and tickets never enter them."""

from aws_lambda_powertools import Logger, Metrics, Tracer

logger = Logger()
metrics = Metrics()
tracer = Tracer()
