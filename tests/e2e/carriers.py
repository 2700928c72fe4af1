"""A carrier, made of sipp: it lets nobody pass who does not show the account it has given."""

import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from telephony import trunk_accounts
from telephony.orders import UseTrunk
from tests.e2e.phone import SCENARIOS, Callee

REALM, USER, PASSWORD = "ims.carrier.example", "089112345", "k3pt-1n-a-v4ult"
ACKNOWLEDGED = '  <recv request="ACK"/>'
# sipp itself verifies what answers a 401; of what answers a 407 only that it is there.
BY_401 = '<verifyauth assign_to="shown" username="{user}" password="{password}"/>'
BY_407 = (
    '<ereg regexp="username=&quot;{user}&quot;, realm=&quot;{realm}&quot;.*response=&quot;'
    '[0-9a-f]{32}&quot;" search_in="hdr" header="Proxy-Authorization:" assign_to="shown"/>'
)
REGISTERED = """
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[pid]R
[last_Call-ID:]
[last_CSeq:]
[last_Contact:];expires=120
Content-Length: 0
"""


@dataclass
class Carrier(Callee):
    """Asks by this status for the account, whoever calls or registers."""

    method: str = "INVITE"
    status: int = 407
    realm: str = REALM
    password: str = PASSWORD
    verified: str = ""  # what else must hold of what it is shown

    def registers(self, contact: str) -> "Carrier":
        """Take one registration, by which calls are sent here; fail at any other."""
        self.method, self.status = "REGISTER", 401
        place = contact.replace("<", "&lt;").replace(">", "&gt;").replace(".", "[.]")
        self.verified += (
            f'<ereg regexp="{place}" search_in="hdr" header="Contact:" check_it="true"'
            ' assign_to="place"/><log message="[$place]"/>'
        )
        self._send(REGISTERED)
        return self

    def account(self, *, registrar: bool = False, contact: str = "") -> UseTrunk:
        """Return what the hotline is told to show; `contact`: where calls are to be sent."""
        account = UseTrunk(USER, REALM, ha1=trunk_accounts.ha1(USER, REALM, PASSWORD))
        if not registrar:
            return account
        place = f"sip:127.0.0.1:{self.port}"
        return replace(account, registrar=place, contact=contact, expires_s=120)

    def _start(self, scenario: str, folder: Path, *target: str) -> "subprocess.Popen[str]":
        text = (SCENARIOS / "carrier.xml").read_text()
        proxy = self.status == 407
        blanks = {
            "verified": (BY_407 if proxy else BY_401) + self.verified,
            "method": self.method,
            "status": str(self.status),
            "challenge": "Proxy-Authenticate" if proxy else "WWW-Authenticate",
            "acknowledged": ACKNOWLEDGED if self.method == "INVITE" else "",
            **{"realm": self.realm, "user": USER, "password": self.password},
        }
        for name, value in blanks.items():
            text = text.replace(f"{{{name}}}", value)
        return self._start_text(text, scenario, folder, *target)
