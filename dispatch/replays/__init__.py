"""推演: a past period replayed under other limits, calendars, weights or routing; it only reads."""
