"""The rules of the business: pure functions over frozen values, importing nothing but the standard library.

`rooms` folds a room's log, `decisions` answers commands, `inbox` computes what an agent's list shows,
`access` says who may see what, `canned_responses` keeps prepared texts.
"""
