"""二维码: an address as a QR code in SVG."""

from io import BytesIO

import segno

QUIET_ZONE = 4  # modules around the code, as ISO/IEC 18004 asks


def svg(text: str) -> str:
    """Return the code as an SVG picture with its quiet zone, black on white whatever the theme.

    Level M, as a poster is handled: 15 % of it may be worn. Raises `segno.DataOverflowError` for
    more than 2,331 bytes, which no address of ours has.
    """
    drawn = BytesIO()
    segno.make_qr(text, error="m", boost_error=False).save(
        drawn,
        kind="svg",
        border=QUIET_ZONE,
        dark="#000",
        light="#fff",
        xmldecl=False,
        omitsize=True,
        svgclass=None,
        lineclass=None,
    )
    return drawn.getvalue().decode().strip()
