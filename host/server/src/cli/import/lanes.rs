//! Lanes: several batches may be under way at once, but a customer's rows only in one of them, and in their order.

use super::row::Row;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Sorts rows into lanes and gathers them into batches.
#[derive(Debug)]
pub(super) struct Sorter {
    lanes: Vec<Vec<Row>>,
    batch: usize,
}

impl Sorter {
    /// A sorter for so many lanes and rows of a batch, both at least 1.
    pub fn new(lanes: usize, batch: usize) -> Self {
        Self { lanes: (0..lanes.max(1)).map(|_| Vec::new()).collect(), batch: batch.max(1) }
    }

    /// Takes a row in; when it fills a batch, gives that batch and its lane.
    pub fn push(&mut self, row: Row) -> Option<(usize, Vec<Row>)> {
        let lane = lane_of(&row.customer, self.lanes.len());
        let waiting = self.lanes.get_mut(lane)?;
        waiting.push(row);
        (waiting.len() >= self.batch).then(|| (lane, std::mem::take(waiting)))
    }

    /// The batches that are not full.
    pub fn rest(self) -> impl Iterator<Item = (usize, Vec<Row>)> {
        self.lanes.into_iter().enumerate().filter(|(_, rows)| !rows.is_empty())
    }
}

/// The lane of a customer.
fn lane_of(customer: &str, lanes: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    customer.hash(&mut hasher);
    let lanes = u64::try_from(lanes.max(1)).unwrap_or(u64::MAX);
    usize::try_from(hasher.finish() % lanes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use stammgast_domain::{Money, Timestamp};
    use std::collections::HashMap;

    fn row(line: u64) -> Row {
        let amount = Money { minor: 1, currency: "EUR".parse().unwrap() };
        let customer = format!("customer-{}", line * 7 % 13);
        Row { line, customer, external_id: line.to_string(), occurred_at: Timestamp::MIN, amount, item: None }
    }

    #[test]
    fn a_customers_rows_stay_in_one_lane_and_in_order_and_none_is_lost() {
        let mut sorter = Sorter::new(3, 10);
        let mut batches: Vec<(usize, Vec<Row>)> = (1..=500).filter_map(|line| sorter.push(row(line))).collect();
        assert!(batches.iter().all(|(_, rows)| rows.len() == 10));
        batches.extend(sorter.rest());
        let mut last: HashMap<String, (usize, u64)> = HashMap::new();
        for (lane, rows) in &batches {
            for row in rows {
                if let Some((known, line)) = last.insert(row.customer.clone(), (*lane, row.line)) {
                    assert!(known == *lane && line < row.line, "{row:?}");
                }
            }
        }
        assert_eq!(batches.iter().map(|(_, rows)| rows.len()).sum::<usize>(), 500);
        let used: std::collections::BTreeSet<usize> = batches.iter().map(|(lane, _)| *lane).collect();
        assert_eq!(used.len(), 3);
    }
}
