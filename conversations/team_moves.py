"""What the team does with an application, with what tells the brand, in one transaction: the desk calls this alone."""

from sqlalchemy.orm import Session

from conversations import opening
from onboarding.opening import brand_review, set_up
from onboarding.opening.team import Given, TeamMove


def make(
    session: Session, application_id: int, move: TeamMove, given: Given, *, by: str, base_url: str
) -> None:
    """Raises Blocked, NotNow or OpeningRefused where it cannot be made any more."""
    match move:
        case TeamMove.BEGIN_REVIEW:
            brand_review.begin(session, application_id, by=by)
        case TeamMove.PASS_REVIEW:
            opening.pass_brand_review(session, application_id, by=by, base_url=base_url)
        case TeamMove.APPROVE:
            opening.approve(session, application_id, by=by, base_url=base_url)
        case TeamMove.OFFER:
            opening.offer(session, application_id, by=by, base_url=base_url)
        case TeamMove.FEE_RECEIVED:
            assert given.day is not None
            opening.confirm_received(session, application_id, received_on=given.day, by=by, base_url=base_url)
        case TeamMove.FEE_NOT_RECEIVED:
            opening.not_received(session, application_id, reason=given.words, by=by, base_url=base_url)
        case TeamMove.BEGIN_SET_UP:
            set_up.begin(session, application_id, by=by)
        case TeamMove.PASS_FINAL_CHECK:
            set_up.pass_final_check(session, application_id, by=by)
        case TeamMove.SEND_BACK:
            opening.send_back(session, application_id, found=given.steps, by=by, base_url=base_url)
        case TeamMove.OPEN:
            opening.open_store(session, application_id, by=by, base_url=base_url)
        case TeamMove.REFUSE:
            opening.refuse(session, application_id, reason=given.words, by=by, base_url=base_url)
        case TeamMove.DECIDE_APPEAL:
            opening.decide_appeal(
                session, application_id, granted=given.granted, answer=given.words, by=by, base_url=base_url
            )
        case TeamMove.HAND_OVER:
            raise ValueError("the brand hands its store over itself")
