//! What the ledger refuses, in the words and codes of an answer.

use crate::app::AppError;
use stammgast_domain::ledger::Refused;

/// A refusal of the ledger as an error of a use case.
#[must_use]
pub fn error_of(refused: Refused) -> AppError {
    let problem = refused.to_string();
    let conflict = |code| AppError::Conflict { code, problem: problem.clone() };
    match &refused {
        Refused::BadPoints(_) | Refused::WholeReward => AppError::invalid("points", problem),
        Refused::HoldOver => AppError::invalid("hold_minutes", problem),
        Refused::EmptyReturn | Refused::LinesDiffer { .. } => AppError::invalid("amount", problem),
        Refused::ReturnTooLarge { .. } => conflict("return-too-large"),
        Refused::NameLines(_) | Refused::NoLine { .. } => AppError::invalid("lines", problem),
        Refused::NotEnough { .. } => conflict("not-enough-points"),
        Refused::OverPosting { .. } | Refused::OverDay { .. } => conflict("partner-limit"),
        Refused::NothingToSettle => conflict("nothing-to-settle"),
        Refused::WalletFull | Refused::TooManyHolds(_) => AppError::Refused { code: "too-many", problem },
        Refused::WrongStatus { .. } => conflict("redemption-status"),
        Refused::MoreThanThere { .. } | Refused::MoreThanEarned { .. } => conflict("more-than-there"),
        Refused::SpentAlready { .. } => conflict("points-spent"),
        Refused::ReturnedBefore => conflict("return-recorded"),
        Refused::NoReturn => AppError::NotFound("return"),
        Refused::NoRedemption => AppError::NotFound("redemption"),
        Refused::Posting(_) | Refused::Contradiction(_) => AppError::File(std::io::Error::other(problem)),
    }
}
