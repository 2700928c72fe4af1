"""The words for how a line was merged, as files and people write them."""

from collections.abc import Mapping

from telephony.line_modes import Mode

MODE_WORDS: Mapping[str, Mode] = {
    "整体并入": Mode.ABSORBED,
    "双号并行": Mode.PARALLEL,
    "设分中心": Mode.BRANCH,
    "联动": Mode.LINKED,
    **{each.value: each for each in Mode},
}
