//! Why the ledger refuses.

use super::{MAX_ENTRY, RedemptionStatus};

/// Why the ledger refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Zero, negative or absurd.
    #[error("{0} points cannot be moved; move between 1 and {MAX_ENTRY}")]
    BadPoints(i64),
    /// The wallet would hold an absurd number.
    #[error("the customer would have more points than a wallet holds")]
    WalletFull,
    /// A reward is given as a whole.
    #[error("the points are held for a reward, which is given as a whole; leave `points` out")]
    WholeReward,
    /// Fewer points than asked for.
    #[error("there are not enough points: {available} are available, {asked} are needed")]
    NotEnough {
        /// Points that can be spent now.
        available: i64,
        /// Points that were asked for.
        asked: i64,
    },
    /// As many open reservations as a wallet may have.
    #[error("the customer has {0} open reservations in this program, as many as may be; capture or release one first")]
    TooManyHolds(usize),
    /// A time-out that has passed already.
    #[error("the reservation would be over before it begins")]
    HoldOver,
    /// No such redemption.
    #[error("there is no such redemption")]
    NoRedemption,
    /// The redemption is not in the status that this needs.
    #[error("the redemption is {}, so it cannot be {verb}", .status.as_str())]
    WrongStatus {
        /// What was asked for.
        verb: &'static str,
        /// How far the redemption has come.
        status: RedemptionStatus,
    },
    /// More points than the redemption holds or spent.
    #[error("{asked} points were asked for, but the redemption has {has}")]
    MoreThanThere {
        /// Points that were asked for.
        asked: i64,
        /// Points that it holds, or spent.
        has: i64,
    },
    /// Points are spent, and nothing may be owed for them.
    #[error(
        "{missing} of the {points} points of `{program}` that have to be taken back are spent or gone already, and nobody may \
         owe them"
    )]
    SpentAlready {
        /// The program.
        program: String,
        /// Points to be taken back.
        points: i64,
        /// Those that are missing.
        missing: i64,
    },
    /// More than the earning has left.
    #[error("{asked} points were asked for, but {left} of this earning are not yet taken back")]
    MoreThanEarned {
        /// Points that were asked for.
        asked: i64,
        /// Points that can still be taken back.
        left: i64,
    },
    /// More comes back than was bought.
    #[error("{asked} {unit} cannot come back{}: {left} are left of the purchase", .line.map(|line| format!(" on line {line}")).unwrap_or_default())]
    ReturnTooLarge {
        /// The line, from 0, unless it is the whole purchase.
        line: Option<u32>,
        /// What is counted: minor units or pieces.
        unit: &'static str,
        /// What was to come back.
        asked: i64,
        /// What has not come back yet.
        left: i64,
    },
    /// More points than the partner may move at once.
    #[error("{points} points are more than the partner may move at once, {most}")]
    OverPosting {
        /// Points that were asked for.
        points: i64,
        /// The most of one posting.
        most: i64,
    },
    /// More points than the partner may move on one day.
    #[error("{points} points are too many for today: the partner has moved {so_far} and may move {most} a day")]
    OverDay {
        /// Points that were asked for.
        points: i64,
        /// Points of today so far.
        so_far: i64,
        /// The most of one day.
        most: i64,
    },
    /// Nothing moved since the last statement.
    #[error("nothing has moved since the last statement, so there is nothing to settle")]
    NothingToSettle,
    /// Nothing comes back.
    #[error("a return of nothing changes nothing; say what comes back")]
    EmptyReturn,
    /// The purchase has lines, and the return names none.
    #[error("the purchase has {0} lines; name those that come back, or return the whole purchase")]
    NameLines(usize),
    /// A line that the purchase does not have.
    #[error("the purchase has no line {line}; its {lines} lines count from 0")]
    NoLine {
        /// The line that was named.
        line: u32,
        /// How many there are.
        lines: usize,
    },
    /// The lines do not add up to the amount.
    #[error("the lines that come back add up to {lines} minor units but the amount is {amount}; correct one of them")]
    LinesDiffer {
        /// Sum of the lines.
        lines: i64,
        /// The return's amount.
        amount: i64,
    },
    /// The return was made before.
    #[error("this return is recorded already")]
    ReturnedBefore,
    /// No such return, or it is undone.
    #[error("there is no such return to undo; it may be undone already")]
    NoReturn,
    /// A posting's own rules.
    #[error(transparent)]
    Posting(#[from] super::InvalidTransaction),
    /// Stored rows contradict each other.
    #[error("the ledger's rows contradict each other: {0}; run `stammgast ledger verify`")]
    Contradiction(&'static str),
}
