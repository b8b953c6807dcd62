"""The client's half of delivery: what a phone must do so that nothing is lost, doubled or shown out of order.

`phone.Phone` puts the parts to work. `outbox` outlives the process; `mirror`, `room_log` and `gaps` are the rules for
what arrives, pure; `line` is one WebSocket, `https` the other door; `timings` holds every number of seconds.
"""
