"""How each write beside the tickets' own succeeds: who sends it, in which scene."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from tests.api.repeating import article_scenes as articles
from tests.api.repeating import comparison_scenes as comparisons
from tests.api.repeating import directory_scenes as directory
from tests.api.repeating import floor_scenes as floor
from tests.api.repeating import hot_scenes as hot
from tests.api.repeating import house_scenes as house
from tests.api.repeating import inspection_scenes as inspections
from tests.api.repeating import item_scenes as items
from tests.api.repeating import letter_scenes as letters
from tests.api.repeating import problem_scenes as problems
from tests.api.repeating import publishing_scenes as publishing
from tests.api.repeating import rating_scenes as ratings
from tests.api.repeating import replay_scenes as replays
from tests.api.repeating import report_scenes as reports
from tests.api.repeating import scenes
from tests.api.repeating import trunk_scenes as trunk
from tests.api.repeating.scenes import COUNTY, Known
from tests.api.repeating.stage import ANYBODY, BOSS

Scene = Callable[[Session], Known]


@dataclass(frozen=True)
class By:
    """Who sends a write, and where it succeeds."""

    who: str
    scene: Scene


# With one key: one effect, and one answer.
KEYED = {
    "create_account": By(BOSS, house.nobody_new),
    "change_account": By(BOSS, house.person),
    "disable_account": By(BOSS, house.person),
    "enable_account": By(BOSS, house.closed_person),
    "unlock_account": By(BOSS, house.closed_person),
    "reset_password": By(BOSS, house.person_with_sessions),
    "issue_api_key": By(BOSS, house.department),
    "create_client": By(BOSS, house.department),
    "add_client_secret": By(BOSS, house.client),
    "create_webhook": By(COUNTY, house.webhook),
    "change_webhook": By(COUNTY, house.webhook),
    "disable_webhook": By(COUNTY, house.webhook),
    "enable_webhook": By(COUNTY, house.disabled_webhook),
    "rotate_webhook_secret": By(COUNTY, house.webhook),
    "ping_webhook": By(COUNTY, house.webhook),
    "replay_webhook": By(COUNTY, house.webhook),
    "replay_webhook_delivery": By(COUNTY, house.webhook),
    "read_notice": By(COUNTY, house.notice),
    "correct_person": By(BOSS, house.renumbered),
    "hold_person": By(BOSS, house.requester),
    "lift_person_hold": By(BOSS, house.held),
    "erase_person": By(BOSS, house.long_gone),
    "hold_recording": By(BOSS, house.recorded),
    "lift_recording_hold": By(BOSS, house.recording_held),
    "add_telephone": By(BOSS, trunk.nobody_s_telephone),
    "remove_telephone": By(BOSS, trunk.telephone),
    "set_trunk_account": By(BOSS, trunk.nobody_s_trunk),
    "remove_trunk_account": By(BOSS, trunk.trunk_account),
    "block_caller": By(BOSS, trunk.called),
    "review_block": By(BOSS, trunk.blocked_by_another),
    "unblock_caller": By(BOSS, trunk.blocked_by_another),
    "mark_caller": By(BOSS, trunk.to_mark),
    "add_do_not_call": By(BOSS, trunk.not_to_be_called),
    "remove_do_not_call": By(BOSS, trunk.on_the_list),
    "import_calendar": By(BOSS, house.a_new_holiday),
    "import_limits": By(BOSS, house.new_limits),
    "import_tickets": By(BOSS, house.another_system_s_sheet),
    "add_to_own_ticket": By(ANYBODY, house.own_ticket),
    "withdraw_own_ticket": By(ANYBODY, house.own_ticket),
    "rate_own_ticket": By(ANYBODY, house.own_settled),
    "ask_to_reveal": By("lead", scenes.registered),
    "export_person": By(BOSS, scenes.registered),
    "answer_call": By(ANYBODY, floor.ringing),
    "hold_call": By(ANYBODY, floor.talking),
    "unhold_call": By(ANYBODY, floor.talking),
    "mute_call": By(ANYBODY, floor.talking),
    "unmute_call": By(ANYBODY, floor.talking),
    "meet_in_call": By(ANYBODY, floor.talking),
    "hang_up": By(ANYBODY, floor.talking),
    "drop_party": By(ANYBODY, floor.talking),
    "press_keys": By(ANYBODY, floor.talking),
    "hand_over_language": By(ANYBODY, floor.talking),
    "call_emergency": By(ANYBODY, floor.talking),
    "consult": By(ANYBODY, floor.with_a_colleague),
    "transfer": By(ANYBODY, floor.with_a_colleague),
    "listen": By(ANYBODY, floor.of_a_colleague),
    "stop_listening": By(ANYBODY, floor.listened_to),
    "take_over_call": By(ANYBODY, floor.waiting),
    "wrap_up": By(ANYBODY, floor.written_down),
    "dial": By(ANYBODY, floor.to_dial),
    "take_missed_call": By(ANYBODY, floor.owed),
    "close_missed_call": By(ANYBODY, floor.owed),
    "give_up_missed_call": By(ANYBODY, floor.owed),
    "set_service_mode": By(BOSS, floor.no_mode),
    "end_service_mode": By(BOSS, floor.mode),
    "roster_shift": By(BOSS, floor.to_roster),
    "leave_shift_note": By(ANYBODY, floor.agent),
    "freeze_report": By(BOSS, house.a_period),
    "assign_hot_issue": By(BOSS, hot.to_assign),
    "decide_hot_issue": By(BOSS, hot.to_decide),
    "write_score_card": By(BOSS, inspections.new_card),
    "change_inspection_lists": By(BOSS, inspections.new_lists),
    "create_inspection_plan": By(BOSS, inspections.new_plan),
    "end_inspection_plan": By(BOSS, inspections.a_plan),
    "draw_inspection_plan": By(BOSS, inspections.to_draw),
    "take_inspection": By(BOSS, inspections.nobody_s),
    "save_inspection": By(BOSS, inspections.to_mark),
    "submit_inspection": By(BOSS, inspections.to_mark),
    "judge_inspection_flag": By(BOSS, inspections.to_judge),
    "appeal_inspection": By(BOSS, inspections.own_result),
    "decide_inspection_appeal": By(BOSS, inspections.appealed),
    "open_calibration": By(BOSS, inspections.to_calibrate),
    "close_calibration": By(BOSS, inspections.to_close),
    "verify_bad_rating": By(BOSS, ratings.bad),
    "appeal_bad_rating": By(COUNTY, ratings.bad),
    "decide_rating_appeal": By(BOSS, ratings.appealed),
    "propose_problem": By(BOSS, problems.a_plan),
    "change_problem": By(BOSS, problems.proposed),
    "act_on_problem": By(BOSS, problems.to_drop),
    "add_problem_evidence": By(BOSS, problems.shown),
    "claim_problem": By(COUNTY, problems.begun),
    "report_milestone": By(COUNTY, problems.listed),
    "ask_milestone_move": By(COUNTY, problems.to_move),
    "move_milestone": By(BOSS, problems.to_move),
    "refuse_milestone_move": By(BOSS, problems.asked_for),
    "create_case": By(BOSS, problems.a_ticket),
    "write_case": By(BOSS, problems.drafted),
    "submit_case": By(BOSS, problems.to_submit),
    "decide_case": By(BOSS, problems.published),
    "draw_blind_callbacks": By(BOSS, ratings.a_week),
    "answer_blind_callback": By(BOSS, ratings.taken),
    "take_blind_callback": By(BOSS, ratings.drawn),
    "release_blind_callback": By(BOSS, ratings.taken),
    "reveal_blind_callback": By(BOSS, ratings.to_reveal),
    "verify_bad_call_rating": By(BOSS, ratings.bad_call),
    "close_bad_call_rating": By(BOSS, ratings.verified_call),
    "hand_over_inspection": By(BOSS, inspections.to_hand_over),
    "write_comparison_scheme": By(BOSS, comparisons.a_name),
    "revise_comparison_scheme": By(BOSS, comparisons.draft),
    "adopt_comparison_scheme": By(BOSS, comparisons.simulated),
    "retire_comparison_scheme": By(BOSS, comparisons.draft),
    "run_comparison": By(BOSS, comparisons.to_run),
    "publish_comparison": By(BOSS, comparisons.ran),
    "withdraw_comparison": By(BOSS, comparisons.published),
    "appeal_comparison": By(COUNTY, comparisons.published),
    "decide_comparison_appeal": By(BOSS, comparisons.contested),
    "ask_for_exclusion": By(COUNTY, scenes.accepted),
    "decide_comparison_exclusion": By(BOSS, comparisons.asked),
    "appeal_exclusion": By(COUNTY, comparisons.refused),
    "decide_exclusion_appeal": By(BOSS, comparisons.appealed),
    "acknowledge_letter": By(COUNTY, letters.issued),
    "add_letter_attachment": By(COUNTY, letters.acknowledged),
    "answer_letter": By(COUNTY, letters.acknowledged),
    "confirm_letter_record": By(COUNTY, letters.recorded),
    "object_to_letter_record": By(COUNTY, letters.recorded),
    "report_letter_measure": By(COUNTY, letters.agreed),
    "draft_report": By(BOSS, reports.to_draft),
    "remark_on_report": By(BOSS, reports.drafted),
    "retry_report": By(BOSS, reports.failed),
    "sign_report": By(BOSS, reports.drafted),
    "distribute_report": By(BOSS, reports.signed),
    "archive_report": By(BOSS, reports.signed),
    "withdraw_report": By(BOSS, reports.drafted),
    "save_report_template": By(BOSS, reports.templates),
    "add_report_schedule": By(BOSS, reports.templates),
    "end_report_schedule": By(BOSS, reports.scheduled),
    "run_replay": By(BOSS, replays.a_past_month),
    "cancel_replay": By(BOSS, replays.queued),
    "restart_replay": By(BOSS, replays.cancelled),
    "enter_paper_rating": By("lead", ratings.on_paper),
    "assign_rating_alert": By(BOSS, ratings.alert_and_owner),
    "decide_rating_alert": By(BOSS, ratings.alert),
    "create_article": By(BOSS, articles.nothing),
    "write_article": By(BOSS, articles.draft),
    "submit_article": By(BOSS, articles.draft),
    "approve_article": By(BOSS, articles.in_review),
    "send_back_article": By(BOSS, articles.in_review),
    "publish_article": By(BOSS, articles.approved),
    "expire_article": By(BOSS, articles.published),
    "report_article": By(BOSS, articles.published),
    "verify_article": By(BOSS, articles.disputed),
    "ask_to_read_article": By(BOSS, articles.to_be_read),
    "end_must_read": By(BOSS, articles.asked_of_all),
    "confirm_must_read": By("lead", articles.asked_of_all),
    "create_own_article": By(COUNTY, articles.nothing),
    "write_own_article": By(COUNTY, articles.own_draft),
    "submit_own_article": By(COUNTY, articles.own_draft),
    "verify_own_article": By(COUNTY, articles.own_disputed),
    "create_item": By(BOSS, items.nothing),
    "write_item": By(BOSS, items.draft),
    "submit_item": By(BOSS, items.draft),
    "approve_item": By(BOSS, items.in_review),
    "send_back_item": By(BOSS, items.in_review),
    "make_statistics_release": By(BOSS, publishing.a_month),
    "check_statistics_release": By(BOSS, publishing.made),
    "publish_statistics_release": By(BOSS, publishing.checked),
    "withdraw_statistics_release": By(BOSS, publishing.published),
    "discard_statistics_release": By(BOSS, publishing.made),
    "register_data_receiver": By(BOSS, publishing.to_register),
    "end_data_receiver": By(BOSS, publishing.receiver),
    "publish_item": By(BOSS, items.approved),
    "expire_item": By(BOSS, items.published),
    "import_items": By(BOSS, items.a_sheet),
    "import_directory": By(BOSS, directory.lines),
    "import_articles": By(BOSS, directory.articles),
    "reveal_duty": By(BOSS, directory.on_duty),
    "send_checklist": By(BOSS, items.asked_about),
}

# What they answer is kept by nobody: repeated with its key, the request is a conflict.
ANSWERED_ONCE = {"ask_to_reveal", "export_person", "reveal_blind_callback", "reveal_duty"}

# They take no key: what a second one finds done, it does not do again.
ONCE_BY_NATURE = {
    "reveal_requester": By("lead", house.seen_once),
    "change_password": By(ANYBODY, house.person_with_sessions),
    "end_my_sessions": By(ANYBODY, house.person_with_sessions),
    "end_my_session": By(ANYBODY, house.person_with_sessions),
    "end_account_sessions": By(BOSS, house.person_with_sessions),
    "end_account_session": By(BOSS, house.person_with_sessions),
    "sign_out": By(ANYBODY, house.person_with_sessions),
    "set_seat": By(ANYBODY, house.seat),
    "log_in": By(ANYBODY, house.seat),
    "log_off": By(ANYBODY, house.seat),
    "pause": By(ANYBODY, house.seat),
    "unpause": By(ANYBODY, house.seat),
    "set_seat_skills": By(BOSS, floor.agent),
    "strike_shift": By(BOSS, floor.shift),
    "take_over_shift_note": By(ANYBODY, floor.note),
    "revoke_api_key": By(BOSS, house.api_key),
    "revoke_client": By(BOSS, house.client),
    "revoke_client_secret": By(BOSS, house.client),
    "delete_webhook": By(COUNTY, house.webhook),
    "remove_ticket_attachment": By("lead", house.attached),
    "remove_work_order_attachment": By(COUNTY, house.attached_to_an_order),
    "remove_letter_attachment": By(COUNTY, letters.attached),
}

# They only put rows that are there into another state.
CHANGE_ROWS = {
    "replay_webhook",
    "replay_webhook_delivery",
    "wrap_up",
    "take_missed_call",
    "close_missed_call",
    "give_up_missed_call",
    "assign_rating_alert",
}

# Neither: why five of them may do five things, or none.
NEITHER = {
    "sign_in": "each is a session of its own, whose token is kept nowhere",
    "new_audio_token": "each opens the audio door once, and runs out within half a minute",
    "issue_token": "RFC 6749 §4.4 knows no key: each is a token of its own, and runs out",
    "compare_work_orders": "compares two lists and changes nothing",
    "suggest_articles": "reads what was said and changes nothing",
    "suggest_answers": "reads what was said and changes nothing",
    "preview_calendar": "shows what would change and changes nothing",
    "preview_report_template": "shows what it would say and changes nothing",
    "preview_limits": "shows what would change and changes nothing",
}
