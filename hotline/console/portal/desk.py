"""Who is let into a department's portal: its own people, and what each may do there."""

from typing import Annotated

from fastapi import Depends

from hotline.console.faults import PORTAL
from hotline.console.frame import Seeing, Viewer
from hotline.core.security import Permission

INBOX = f"{PORTAL}/"
ORDERS = f"{PORTAL}/orders"

# Only departments handle orders: who works inside reads them in the console.
Handler = Annotated[Viewer, Depends(Seeing(Permission.ORDER_HANDLE))]
Reviewer = Annotated[Viewer, Depends(Seeing(Permission.ORDER_REVIEW))]
Signer = Annotated[Viewer, Depends(Seeing(Permission.ORDER_SIGN))]
Talker = Annotated[Viewer, Depends(Seeing(Permission.RELAY_CALL))]
Supervised = Annotated[Viewer, Depends(Seeing(Permission.SUPERVISION_ANSWER))]
Adder = Annotated[Viewer, Depends(Seeing(Permission.ATTACHMENT_ADD))]
Notified = Annotated[Viewer, Depends(Seeing(Permission.NOTICE_READ))]
