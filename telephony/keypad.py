"""Keys as answers: one press counts once, however it was sent; time is counted in frames."""

# How long one may think before pressing a key, once the question has been heard.
KEY_S = 8.0
# A key this soon after a prompt began is still the press before it: nobody has heard what is asked.
BOUNCE_S = 0.4
# Some telephones send each press twice, by RFC 2833 at once and by INFO when the key is let go.
HELD_S = 0.8


class Keypad:
    """What one person presses, and how long they have not since they were asked."""

    def __init__(self) -> None:
        self._last = ("", "")  # digit and the way it came by
        self._since_last_s = 0.0
        self._quiet_s = 0.0  # since the last prompt ended

    @property
    def slow(self) -> bool:
        """Whether the person has thought long enough."""
        return self._quiet_s >= KEY_S

    def pass_time(self, seconds: float, *, saying: bool) -> None:
        """Let time go by; while a question is being said nobody is slow."""
        self._since_last_s += seconds
        self._quiet_s = 0.0 if saying else self._quiet_s + seconds

    def press(self, digit: str, by: str, *, asked_s: float) -> bool:
        """Return whether this is a new press and an answer to what was asked so long ago."""
        last_digit, last_by = self._last
        same_press = digit == last_digit and by != last_by and self._since_last_s < HELD_S
        self._last, self._since_last_s = ("", "") if same_press else (digit, by), 0.0
        return not same_press and asked_s >= BOUNCE_S
