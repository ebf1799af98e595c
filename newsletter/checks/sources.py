"""Hold the addresses of the laws, guidance and standards that the checks rest on."""

from __future__ import annotations

ELECTIONS_ACT = (
    "[Elections Act 2022, sections 41 to 48]"
    "(https://www.legislation.gov.uk/ukpga/2022/37/part/6); "
    "[Electoral Commission, digital imprints]"
    "(https://www.electoralcommission.org.uk/full-guidance/statutory-guidance-digital-imprints)"
)
IPSA = (
    "[IPSA, Scheme rules 3.3 and 3.4](https://ipsaonline.org.uk/guidance/rules-and-eligibility); "
    "[IPSA and the Electoral Commission on communications and campaigning]"
    "(https://ipsaonline.org.uk/notices/"
    "constituent-communications-and-campaigning-ipsa-and-electoral-commission)"
)
PECR_6 = "[PECR, regulation 6](https://www.legislation.gov.uk/uksi/2003/2426/regulation/6)"
PECR_22 = "[PECR, regulation 22](https://www.legislation.gov.uk/uksi/2003/2426/regulation/22)"
PECR_23 = "[PECR, regulation 23](https://www.legislation.gov.uk/uksi/2003/2426/regulation/23)"
ICO = (
    "[ICO, political campaigning](https://ico.org.uk/for-organisations/"
    "direct-marketing-and-privacy-and-electronic-communications/"
    "guidance-for-the-use-of-personal-data-in-political-campaigning-1/)"
)
DISSOLUTION = (
    "[Parliament, dissolution](https://www.parliament.uk/about/how/elections-and-voting/"
    "general/dissolution/)"
)
LICENCE = (
    "[Open Parliament Licence v3.0](https://www.parliament.uk/site-information/"
    "copyright-parliament/open-parliament-licence/)"
)
RFC_8058 = "[RFC 8058](https://www.rfc-editor.org/rfc/rfc8058)"
GMAIL = "[Google, email sender guidelines](https://support.google.com/mail/answer/81126)"
YAHOO = "[Yahoo, sender best practices](https://senders.yahooinc.com/best-practices/)"
CANIEMAIL = "[caniemail.com](https://www.caniemail.com/)"
EMAIL_BUGS = "[hteumeuleu/email-bugs](https://github.com/hteumeuleu/email-bugs/issues)"
EMAIL_MARKUP = "[Email Markup Consortium](https://emailmarkup.org/)"


def wcag(number: str, name: str, slug: str) -> str:
    """Return the link to a success criterion of WCAG 2.2."""
    return f"[WCAG 2.2, {number} {name}](https://www.w3.org/TR/WCAG22/#{slug})"
