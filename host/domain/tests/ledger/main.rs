//! The ledger under random operations: whatever happens in whatever order, the books balance.
//!
//! `LEDGER_OPERATIONS` says how many operations (1,000,000 unless told), `LEDGER_SEED` where to begin.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod check;
mod paper;
mod world;

use check::Check;
use std::{collections::BTreeMap, fmt::Debug};
use world::World;

/// What has to happen often enough to have been tried.
const EXPECTED: [&str; 26] = [
    "Activated",
    "Captured",
    "Earned",
    "Expired",
    "GivenBack",
    "Offset",
    "Redeemed",
    "Reinstated",
    "Released",
    "Reserved",
    "Settled",
    "TakenBack",
    "Withdrawn",
    "refused: BadPoints",
    "refused: EmptyReturn",
    "refused: HoldOver",
    "refused: LinesDiffer",
    "refused: MoreThanThere",
    "refused: NoReturn",
    "refused: NotEnough",
    "refused: NothingToSettle",
    "refused: OverDay",
    "refused: OverPosting",
    "refused: ReturnTooLarge",
    "refused: SpentAlready",
    "refused: WrongStatus",
];
/// Operations in one world; then another begins.
const IN_ONE_WORLD: u64 = 5_000;

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |value| value.parse().unwrap())
}

#[test]
fn the_books_balance_after_any_operations() {
    let (operations, seed) = (setting("LEDGER_OPERATIONS", 1_000_000), setting("LEDGER_SEED", 1));
    let worlds = operations.div_ceil(IN_ONE_WORLD);
    let (mut done, mut refused) = (0, 0);
    let mut tally = BTreeMap::<String, u64>::new();
    for number in 0..worlds {
        let mut world = World::new(seed + number);
        let mut check = Check::default();
        for _ in 0..IN_ONE_WORLD.min(operations - number * IN_ONE_WORLD) {
            let before = world.books.posted.len();
            let command = world.command();
            let outcome = world.books.decide(&command, world.now);
            let now = world.now;
            let context = || format!("seed {}, {command:?} at {now}", seed + number);
            check.postings(&world.books, before, &context);
            match outcome {
                Ok(_) => {
                    world.note(&command);
                    done += 1;
                }
                Err(why) => {
                    check::is_a_refusal(&why, &context);
                    *tally.entry(format!("refused: {}", name(&why))).or_default() += 1;
                    refused += 1;
                }
            }
        }
        for transaction in &world.books.posted {
            *tally.entry(name(&transaction.movement)).or_default() += 1;
        }
        check.everything(&world.books, seed + number);
    }
    println!("{done} operations done, {refused} refused, in {worlds} worlds from seed {seed}: {tally:#?}");
    for expected in EXPECTED {
        let often = tally.get(expected).copied().unwrap_or_default();
        assert!(often > operations / 5_000, "{expected}: {often} times in {operations} operations");
    }
}

/// The name of a variant.
fn name(variant: &impl Debug) -> String {
    format!("{variant:?}").chars().take_while(|letter| letter.is_alphanumeric()).collect()
}
