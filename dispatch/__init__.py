"""Tickets, work orders and clocks."""
