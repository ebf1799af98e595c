"""Write the snapshots anew, after a change of the templates that was looked at and is meant."""

from __future__ import annotations

from tests.rendering.test_snapshots import FACES, FOLDER, shown

for face in FACES:
    (FOLDER / face).write_text(shown(face), encoding="utf-8")
