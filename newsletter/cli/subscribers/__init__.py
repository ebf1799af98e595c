"""Gather the commands of `newsletter subscribers`."""

from __future__ import annotations

import typer

from newsletter.cli.subscribers import leaving, looking, syncing, taking_in

app = typer.Typer(help="Take subscribers in, look at them, and let them go.", no_args_is_help=True)

app.command("import", short_help="Take in the people of a spreadsheet.")(taking_in.import_)
app.command("undo-import", short_help="Take the last import back.")(taking_in.undo_import)
app.command("list", short_help="List people, with counts.")(looking.list_)
app.command("show", short_help="Show what is held on one person.")(looking.show)
app.command("export", short_help="Write people as CSV, or one person as JSON.")(looking.export)
app.command("log", short_help="Show who did what with people's data.")(looking.log)
app.command("suppress", short_help="Never mail an address again.")(leaving.suppress)
app.command("erase", short_help="Erase all that is held on one person.")(leaving.erase)
app.command("opt-in", short_help="Record that a person asks anew.")(taking_in.opt_in)
app.command("sync", short_help="Fetch the carrier's suppressions.")(syncing.sync)
