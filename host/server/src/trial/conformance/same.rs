//! Whether calls that were the same came to the same. Pure.

/// What differs between calls that were the same.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Change<'a, T> {
    /// The answer: the first one, and another.
    Answer(&'a T, &'a T),
    /// The cost alone: that of the first one, and another, in units of fuel.
    Cost(u64, u64),
}

/// What differs between answers to the same call and their costs, if something does.
pub(super) fn changed<T: PartialEq>(answers: &[(T, u64)]) -> Option<Change<'_, T>> {
    let ((first, cost), others) = answers.split_first()?;
    let other = others.iter().find(|(answer, _)| answer != first);
    let dearer = || others.iter().find(|(_, other)| other != cost);
    let answer = other.map(|(answer, _)| Change::Answer(first, answer));
    answer.or_else(|| dearer().map(|(_, other)| Change::Cost(*cost, *other)))
}

/// A change of cost, in words.
pub(super) fn cost(before: u64, after: u64) -> String {
    format!("the same call took {before} and then {after} units of CPU")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_answer_or_another_cost_is_a_change() {
        assert_eq!(changed(&[("a", 1), ("a", 1), ("a", 1)]), None);
        assert_eq!(changed(&[("a", 1), ("a", 2), ("b", 2)]), Some(Change::Answer(&"a", &"b")));
        assert_eq!(changed(&[("a", 1), ("a", 1), ("a", 2)]), Some(Change::Cost(1, 2)));
        assert_eq!(changed::<&str>(&[]), None);
    }
}
