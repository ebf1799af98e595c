"""SendGrid checks a message that it does not send."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newsletter.errors import RefusedError, UnavailableError
from newsletter.probes.sandbox import Sandbox
from tests.sendgrid_standin.server import KEY
from tests.sendgrid_standin.steps import Answer, Reset

if TYPE_CHECKING:
    from tests.sendgrid_standin.server import StandIn


def test_a_good_key_is_taken(sendgrid: StandIn) -> None:
    """The message is to the sender itself and asks for the sandbox."""
    sendgrid.plan(Answer(200))
    Sandbox(KEY, sendgrid.host).try_out("update@example.org")
    Sandbox(KEY, sendgrid.host).try_out("update@example.org")
    assert sendgrid.mails == [
        {
            "personalizations": [{"to": [{"email": "update@example.org"}]}],
            "from": {"email": "update@example.org"},
            "subject": "Is this office ready to send?",
            "content": [{"type": "text/plain", "value": "This message is checked, and not sent."}],
            "mail_settings": {"sandbox_mode": {"enable": True}},
        }
    ]


def test_a_wrong_key_is_refused_and_not_repeated_aloud(sendgrid: StandIn) -> None:
    """What to do is in the hint; the key is in neither."""
    with pytest.raises(RefusedError) as refused:
        Sandbox("SG.wrong.key", sendgrid.host).try_out("update@example.org")
    assert "SENDGRID_API_KEY" in refused.value.hint
    assert "SG.wrong" not in refused.value.message + refused.value.hint


@pytest.mark.parametrize("step", [Answer(503), Answer(429), Reset()])
def test_no_clear_answer_is_no_verdict(sendgrid: StandIn, step: Answer | Reset) -> None:
    """The key may be as good as ever."""
    sendgrid.plan(step)
    with pytest.raises(UnavailableError):
        Sandbox(KEY, sendgrid.host).try_out("update@example.org")
