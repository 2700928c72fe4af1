"""Tickets, work orders and clocks."""

import dispatch.sealing.vaulting  # noqa: F401  # whoever has a row of ours has its words kept
