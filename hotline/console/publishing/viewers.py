"""Who sees the room: whoever may publish. A release tells of the whole area before it is out."""

from typing import Annotated

from fastapi import Depends

from hotline.console.frame import Seeing, Viewer
from hotline.core.security import Permission

Publisher = Annotated[Viewer, Depends(Seeing(Permission.STATISTICS_PUBLISH))]
