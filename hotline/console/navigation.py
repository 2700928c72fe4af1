"""The pages of the floor that the navigation leads to, for whom, and by which key after G."""

from dataclasses import dataclass

from hotline.core.security import Permission


@dataclass(frozen=True)
class Link:
    """`name` is its word in `nav`, and its key's in `keys`."""

    name: str
    key: str
    page: str
    permission: Permission


QUEUE = Link("queue", "Q", "/console/queue", Permission.QUEUE_READ)
SHIFTS = Link("shifts", "S", "/console/shifts", Permission.QUEUE_READ)
TELEPHONES = Link("telephones", "T", "/console/telephones", Permission.SERVICE_MANAGE)
WALLBOARD = Link("wallboard", "W", "/wallboard/", Permission.QUEUE_READ)
ADMINISTRATION = Link("administration", "A", "/console/administration/", Permission.RULES_READ)
ARTICLES = Link("articles", "K", "/console/articles", Permission.ARTICLE_READ)
ITEMS = Link("items", "I", "/console/items", Permission.ARTICLE_READ)
HOT = Link("hot", "O", "/console/hot", Permission.HOT_READ)
RATINGS = Link("ratings", "E", "/console/ratings", Permission.RATING_READ)
INSPECTION = Link("inspection", "N", "/console/inspection", Permission.INSPECTION_READ)
INDICATORS = Link("indicators", "Z", "/console/indicators", Permission.INDICATOR_READ)
LINKS = (
    *(QUEUE, HOT, INSPECTION, INDICATORS, RATINGS, SHIFTS, TELEPHONES, WALLBOARD),
    *(ADMINISTRATION, ARTICLES, ITEMS),
)
REPLAYS = Link("replays", "", "/console/replays", Permission.INDICATOR_READ)
PROBLEMS = Link("problems", "", "/console/problems", Permission.INDICATOR_READ)
CASES = Link("cases", "", "/console/cases", Permission.TICKET_READ)
COMPARING = Link("comparing", "", "/console/comparing", Permission.INDICATOR_READ)
REPORTS = Link("reports", "", "/console/reports", Permission.INDICATOR_READ)
LETTERS = Link("letters", "", "/console/letters", Permission.INDICATOR_READ)
PUBLISHING = Link("publishing", "", "/console/publishing", Permission.STATISTICS_PUBLISH)
# 考核与公开: the rooms beside the figures, on one bar (`assessment.html`), each named by `room`.
ASSESSMENT: tuple[Link, ...] = (
    INDICATORS,
    COMPARING,
    REPLAYS,
    PROBLEMS,
    CASES,
    REPORTS,
    LETTERS,
    PUBLISHING,
)
# A department's own pages, after its inbox.
OWN_ARTICLES = Link("articles", "A", "/portal/articles", Permission.OWN_ARTICLE_READ)
FIGURES = Link("figures", "F", "/portal/figures", Permission.ORDER_HANDLE)
OWN_RATINGS = Link("ratings", "R", "/portal/ratings", Permission.RATING_APPEAL)
OWN_PROBLEMS = Link("problems", "", "/portal/problems", Permission.ORDER_HANDLE)
OWN_REPORTS = Link("reports", "B", "/portal/reports", Permission.ORDER_HANDLE)
OWN_COMPARISONS = Link("comparisons", "", "/portal/comparisons", Permission.COMPARISON_CONTEST)
OWN_LETTERS = Link("letters", "", "/portal/letters", Permission.LETTER_ANSWER)
KEYS = Link("keys", "K", "/portal/keys", Permission.KEY_MANAGE)
WEBHOOKS = Link("webhooks", "W", "/portal/webhooks", Permission.WEBHOOK_MANAGE)
PORTAL: tuple[Link, ...] = (
    OWN_ARTICLES,
    FIGURES,
    OWN_RATINGS,
    OWN_COMPARISONS,
    OWN_PROBLEMS,
    OWN_REPORTS,
    OWN_LETTERS,
    KEYS,
    WEBHOOKS,
)
