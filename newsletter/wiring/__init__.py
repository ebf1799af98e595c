"""Join settings, files, database and transports: the only room that knows them all."""

from __future__ import annotations

from newsletter.wiring.carriers import (
    FOLDER,
    PARALLEL,
    SENDGRID,
    SMTP,
    carriage,
    holder,
    letter_transport_name,
    postman,
    signer,
    suppressions,
    transport,
    transport_name,
)
from newsletter.wiring.checkup import SELECTORS, checkup
from newsletter.wiring.office import (
    attest,
    database,
    office_folder,
    papers,
    parliament,
    plan_file,
    publish_archive,
    timetable,
    told,
    website,
    write_report,
)

__all__ = [
    "FOLDER",
    "PARALLEL",
    "SELECTORS",
    "SENDGRID",
    "SMTP",
    "attest",
    "carriage",
    "checkup",
    "database",
    "holder",
    "letter_transport_name",
    "office_folder",
    "papers",
    "parliament",
    "plan_file",
    "postman",
    "publish_archive",
    "signer",
    "suppressions",
    "timetable",
    "told",
    "transport",
    "transport_name",
    "website",
    "write_report",
]
