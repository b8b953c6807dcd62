"""Unpack each layer once, not once for every worker.

The emulator unpacks a function's layers into every worker's own folder: a second of work and forty megabytes for each
of them, before the first line of a handler runs. On Lambda layers are one read-only folder; here they become that.
"""

import hashlib
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime


def share_unpacked_layers(folder: Path) -> None:
    """Have workers link to layers that are unpacked once below `folder`."""
    turn = threading.Lock()

    class LayerFile(zipfile.ZipFile):
        """An archive which, if it is a layer's, unpacks into a link to the shared folder."""

        def extractall(self, path: Any = None, members: Any = None, pwd: bytes | None = None) -> None:
            """As the original does, for whatever is no layer."""
            source = Path(str(self.filename))
            if not (source.name.startswith("layer_") and members is None):
                super().extractall(path, members, pwd)
                return
            unpacked = folder / hashlib.sha256(source.read_bytes()).hexdigest()
            with turn:
                if not unpacked.exists():
                    draft = unpacked.with_suffix(".draft")
                    super().extractall(draft)
                    draft.rename(unpacked)
            target = Path(path)
            target.rmdir()
            target.symlink_to(unpacked, target_is_directory=True)
            source.unlink()

    lambda_runtime.zipfile = SimpleNamespace(
        ZipFile=LayerFile, BadZipFile=zipfile.BadZipFile, LargeFileError=zipfile.LargeZipFile
    )
