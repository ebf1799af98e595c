"""A week in a House that does not exist, in the shapes in which Parliament's services answer."""

from __future__ import annotations

from typing import Any

MEMBER = 99001
DAY = "2026-11-27"
MIDNIGHT = "T00:00:00"
LONG = (
    "To ask the Secretary of State for Transport, what assessment she has made of the effect that "
    "lifts at railway stations which are out of order for more than 28 days have on passengers who "
    "use a wheelchair, and whether she plans to require operators to provide a taxi to the nearest "
    "station with level access."
)
CUT = f"{LONG[:252]}..."


def person(number: int, name: str, seat: str) -> dict[str, Any]:
    return {
        "value": {
            "id": number,
            "nameListAs": name,
            "nameDisplayAs": name,
            "nameFullTitle": f"{name} MP",
            "latestParty": {"id": 8, "name": "Independent"},
            "latestHouseMembership": {
                "membershipFrom": seat,
                "house": 1,
                "membershipEndDate": None,
            },
        },
        "links": [],
    }


PEOPLE = [
    *(person(99100 + n, f"Robin Hallowayson{n}", f"Example {n}") for n in range(22)),
    person(MEMBER, "Ms Robin Halloway", "Ashcombe East"),
]


def division(number: int, day: str, title: str, ayes: int, noes: int) -> dict[str, Any]:
    return {
        "DivisionId": number,
        "Date": f"{day}T19:04:00",
        "PublicationUpdated": f"{day}T19:40:00",
        "Number": number - 2000,
        "IsDeferred": False,
        "EVELType": "",
        "Title": title,
        "AyeCount": ayes,
        "NoCount": noes,
        "DoubleMajorityAyeCount": None,
        "AyeTellers": [],
        "FriendlyDescription": None,
        "FriendlyTitle": None,
        "NoVoteRecorded": [],
        "RemoteVotingStart": None,
    }


DIVISIONS = [
    division(2301, "2026-11-23", "Station Access Bill: Second Reading", 312, 298),
    division(2302, "2026-11-24", "Budget: *income tax* [thresholds] & reliefs", 355, 201),
    {
        **division(
            2303, "2026-11-24", "Draft Rented Homes (Inspection) Regulations 2026", 290, 290
        ),
        "FriendlyTitle": "Inspection of rented homes",
        "FriendlyDescription": "Whether the draft regulations should be approved.",
    },
    division(2304, "2026-11-25", "Hospital Services Bill: Reasoned Amendment", 248, 312),
    division(2305, "2026-11-25", "Hospital Services Bill: Second Reading", 312, 248),
]


def record(number: int, *, aye: bool, teller: bool = False) -> dict[str, Any]:
    published = next(each for each in DIVISIONS if each["DivisionId"] == number)
    return {
        "MemberId": MEMBER,
        "MemberVotedAye": aye,
        "MemberWasTeller": teller,
        "PublishedDivision": published,
    }


RECORDED = [
    record(2301, aye=True),
    record(2302, aye=False),
    record(2304, aye=True, teller=True),
    record(2305, aye=True),
    record(2305, aye=False),
]


def question(number: int, **more: object) -> dict[str, Any]:
    value: dict[str, Any] = {
        "id": number,
        "askingMemberId": MEMBER,
        "askingMember": None,
        "house": "Commons",
        "dateTabled": f"2026-11-20{MIDNIGHT}",
        "dateForAnswer": f"2026-11-26{MIDNIGHT}",
        "uin": str(number - 1_000_000),
        "questionText": "To ask the Secretary of State for Justice, how many officers work in prisons.",
        "answeringBodyId": 54,
        "answeringBodyName": "Ministry of Justice",
        "isWithdrawn": False,
        "groupedQuestions": [],
        "answerIsHolding": False,
        "answerIsCorrection": False,
        "dateAnswered": None,
        "answerText": None,
        "dateHoldingAnswer": None,
        "attachmentCount": 0,
        "heading": "Prisons: Staff",
        "attachments": [],
    }
    return {"value": {**value, **more}, "links": []}


ANSWER = (
    "<p>The Department holds no such figures. The operator reports that:</p>"
    "<ul><li>63 lifts were out of use on <em>1 November 2026</em>, and</li>"
    "<li>17 of them had been for <strong>three months</strong>.</li></ul>"
    "<table><tr><td>Year</td><td>Lifts</td></tr></table>"
    "<p>See <a href='https://example.org/lifts_2026'>https://example.org/lifts_2026</a>.</p>"
)
QUESTIONS: list[dict[str, Any]] = [
    question(
        1_012_345,
        questionText=CUT,
        answeringBodyName="Department for Transport",
        heading="Railway Stations: Lifts",
        dateAnswered=f"2026-11-25{MIDNIGHT}",
        answerText=f"{ANSWER[:250]}...",
    ),
    question(1_012_346),
    question(
        1_012_347,
        heading="Hospitals: Ashcombe",
        answeringBodyName="Department of Health and Social Care",
        questionText="To ask when the night-time figures of Ashcombe General will be published.",
        dateHoldingAnswer=f"2026-11-24{MIDNIGHT}",
        answerIsHolding=True,
        answerText="<p>It will not be possible to answer this within the usual time.</p>",
    ),
    question(1_012_348, isWithdrawn=True),
    question(
        1_012_349,
        dateTabled=f"2026-11-10{MIDNIGHT}",
        dateAnswered=f"2026-11-23{MIDNIGHT}",
        answerIsCorrection=True,
        answerText="<p>An earlier answer was wrong; there are 412.</p>",
    ),
]
WHOLE = {
    1_012_345: {
        **QUESTIONS[0],
        "value": {**QUESTIONS[0]["value"], "questionText": LONG, "answerText": ANSWER},
    }
}


def oral(number: int, text: str, status: str, **more: object) -> dict[str, Any]:
    return {
        "Id": number,
        "QuestionType": "Substantive",
        "QuestionText": text,
        "Status": status,
        "Number": 3,
        "TabledWhen": "2026-11-18T09:15:00",
        "HansardLink": None,
        "UIN": 901_000 + number,
        "AnsweringWhen": f"2026-11-24{MIDNIGHT}",
        "AnsweringBody": "Department for Work and Pensions",
        "AnsweringMinisterTitle": "Secretary of State for Work and Pensions",
        "AskingMemberId": MEMBER,
        **more,
    }


ORAL = [
    oral(
        1,
        "What steps she is taking to help people in Ashcombe East move to the new benefit.",
        "ToBeAsked",
    ),
    oral(2, "If she will make a statement on her departmental responsibilities.", "ToBeAsked"),
    oral(3, "What she thinks of this question, which was withdrawn.", "Withdrawn"),
]


def spoken(number: int, debate: str, title: str, day: str, full: str) -> dict[str, Any]:
    return {
        "ContributionExtId": f"C{number}",
        "DebateSectionExtId": debate,
        "DebateSection": title,
        "SittingDate": f"{day}{MIDNIGHT}",
        "House": "Commons",
        "Section": "Commons Chamber",
        "HansardSection": "vol 800 c12",
        "MemberName": "Robin Halloway",
        "MemberId": MEMBER,
        "AttributedTo": "Robin Halloway (Ashcombe East, Independent)",
        "ContributionText": f" {full[:60]}...",
        "ContributionTextFull": full,
    }


SPOKEN = [
    spoken(
        1,
        "D-FLOODS",
        "Flood Protection",
        "2026-11-23",
        '<span class="column-number" data-column-number="430"></span>The river came over the lock '
        "<em>twice</em> this winter, and 46 homes in Ashcombe were wet to the first stair. "
        "I ask the Minister for one thing &amp; one thing only: a date.",
    ),
    spoken(2, "D-FLOODS", "Flood Protection", "2026-11-23", "Will he give way?"),
    spoken(
        3,
        "D-BENEFIT",
        "New Benefit: Ashcombe East",
        "2026-11-24",
        "3. What steps she is taking to help people in Ashcombe East move to the new benefit. (901001)",
    ),
]
DEBATE: dict[str, Any] = {
    "Overview": {"ExtId": "D-BENEFIT", "Title": "New Benefit: Ashcombe East"},
    "Navigator": [],
    "Items": [
        {"ItemType": "Timestamp", "MemberId": None, "Value": "", "ExternalId": "T1"},
        {
            "ItemType": "Contribution",
            "MemberId": MEMBER,
            "Value": "3. What steps…",
            "ExternalId": "C3",
        },
        {
            "ItemType": "Contribution",
            "MemberId": 99002,
            "Value": "<p>We have written to every household, and the help desk opens on Monday.</p>",
            "ExternalId": "C4",
        },
    ],
    "ChildDebates": [],
}


def motion(number: int, by: int, tabled: str, signatures: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "Id": number,
        "Status": "Published",
        "StatusDate": None,
        "MemberId": by,
        "PrimarySponsor": None,
        "Title": f"Motion {number}",
        "MotionText": "That this House notes that lifts are for lifting; and calls on the Government to mend them.",
        "UIN": number - 60_000,
        "UINWithAmendmentSuffix": str(number - 60_000),
        "DateTabled": f"{tabled}{MIDNIGHT}",
        "SponsorsCount": len(signatures),
        "Sponsors": signatures,
        "Amendments": [],
    }


def signature(who: int, when: str, *, withdrawn: bool = False) -> dict[str, Any]:
    return {
        "MemberId": who,
        "SponsoringOrder": 1,
        "CreatedWhen": f"{when}T10:00:00",
        "IsWithdrawn": withdrawn,
        "WithdrawnDate": f"{when}{MIDNIGHT}" if withdrawn else None,
        "Member": {"Name": "Somebody", "Party": "Example Party"},
    }


MOTIONS: list[dict[str, Any]] = [
    motion(60_412, MEMBER, "2026-11-25", [signature(MEMBER, "2026-11-25")]),
    motion(
        60_411,
        99003,
        "2026-11-19",
        [signature(99003, "2026-11-19"), signature(MEMBER, "2026-11-24")],
    ),
    motion(60_410, 99003, "2026-11-18", [signature(MEMBER, "2026-11-23", withdrawn=True)]),
    motion(60_300, 99003, "2026-10-20", [signature(MEMBER, "2026-10-21")]),
    {**motion(60_299, MEMBER, "2026-11-24", []), "Status": "Withdrawn"},
]


def event(day: str, starts: str, category: str, **more: object) -> dict[str, Any]:
    return {
        "Id": 1,
        "StartDate": f"{day}{MIDNIGHT}",
        "EndDate": f"{day}{MIDNIGHT}",
        "CancelledDate": None,
        "StartTime": starts,
        "EndTime": "",
        "Description": None,
        "Notes": None,
        "SortOrder": 1,
        "Type": "Main Chamber",
        "House": "Commons",
        "Category": category,
        "SummarisedDetails": None,
        "Members": [],
        "BillId": None,
        "BillName": None,
        **more,
    }


EVENTS: list[dict[str, Any]] = [
    event("2026-11-30", "14:30", "Oral questions", Description="Home Office"),
    event(
        "2026-11-30",
        "",
        "Legislation",
        Description="Station Access Bill: Committee of the whole House",
        BillId=4080,
        BillName="Station Access Bill",
    ),
    event("2026-12-01", "11:30", "Oral questions", Description="Treasury"),
    event(
        "2026-12-01",
        "12:30",
        "Adjournment",
        Description=None,
        SummarisedDetails="Crèches in Ashcombe",
    ),
    event(
        "2026-12-02",
        "09:30",
        "Debate",
        Type="Westminster Hall",
        Description="River levels",
        Members=[{"Id": MEMBER}],
    ),
    event("2026-12-02", "09:30", "Debate", Type="Westminster Hall", Description="Somebody else’s"),
    event(
        "2026-12-02",
        "11:30",
        "Debate",
        Description="Called off",
        CancelledDate=f"2026-11-20{MIDNIGHT}",
    ),
]

BILLS = {
    4080: {"billId": 4080, "shortTitle": "Station Access Bill", "currentHouse": "Commons"},
    4081: {"billId": 4081, "shortTitle": "Crèches Bill", "currentHouse": "Commons"},
}


def bill_sitting(number: int, day: str) -> dict[str, Any]:
    return {"id": 1, "stageId": 8, "billStageId": 9, "billId": number, "date": f"{day}{MIDNIGHT}"}


BILL_SITTINGS = [
    bill_sitting(4080, "2026-11-30"),
    bill_sitting(4081, "2026-12-01"),
    bill_sitting(4081, "2026-12-01"),
]

SITTINGS = [
    "2026-11-16",
    "2026-11-17",
    "2026-11-18",
    "2026-11-19",
    "2026-11-23",
    "2026-11-24",
    "2026-11-25",
    "2026-11-26",
    "2026-11-30",
    "2026-12-01",
    "2026-12-02",
    "2026-12-03",
    "2026-12-07",
    "2026-12-08",
    "2026-12-09",
    "2026-12-10",
    "2026-12-14",
    "2026-12-15",
    "2026-12-16",
    "2026-12-17",
    "2027-01-05",
    "2027-01-06",
    "2027-01-07",
]
NONSITTING: list[dict[str, Any]] = [
    {
        "Id": 1,
        "StartDate": f"2026-12-18{MIDNIGHT}",
        "EndDate": f"2027-01-04{MIDNIGHT}",
        "SummarisedDetails": None,
        "StartTime": None,
        "EndTime": None,
        "Description": "Christmas recess",
        "SortOrder": 0,
        "Category": "Recess",
        "House": "Commons",
        "CategoryCode": "REC",
    },
    {
        "Id": 2,
        "StartDate": f"2026-12-11{MIDNIGHT}",
        "EndDate": f"2027-01-10{MIDNIGHT}",
        "Description": None,
        "Category": "Recess",
        "House": "Lords",
    },
]
HOLIDAYS = {
    nation: {
        "division": nation,
        "events": [
            {"title": "Christmas Day", "date": "2026-12-25", "notes": "", "bunting": True},
            {"title": "New Year’s Day", "date": "2027-01-01", "notes": "", "bunting": True},
            *(
                [{"title": "St Andrew’s Day", "date": "2026-11-30", "notes": "", "bunting": True}]
                if nation == "scotland"
                else []
            ),
        ],
    }
    for nation in ("england-and-wales", "scotland", "northern-ireland")
}
