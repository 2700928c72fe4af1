"""诉求人: who acts through the door, by the name that the history knows them under."""

from hotline.core.accounts import Actor

REQUESTER = Actor("requester")
VIA = "link"  # how a rating came that was given on the requester's own page
QR = "qr"  # the same, where a printed code led to the page
