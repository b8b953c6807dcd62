"""The ways out to devices whose app is not open.

`web` is the only module that knows pywebpush, which is slow to import and lives in a layer of its own: nothing imports
`foyer.adapters.push.web` at its top.
"""
