//! Patience: a call that fails for a passing reason is made again, with growing pauses, up to a bound.

use super::super::client::CallError;
use std::{future::Future, time::Duration};
use tokio::time::Instant;

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Makes a call until it succeeds, fails for good, or `bound` has passed since it first failed. `tell` is told once,
/// when it has failed twice: a single failure is over before anybody could read of it.
pub(super) async fn patiently<T, Call>(
    bound: Duration,
    tell: &(dyn Fn(&str) + Send + Sync),
    mut call: impl FnMut() -> Call,
) -> Result<T, CallError>
where
    Call: Future<Output = Result<T, CallError>>,
{
    let mut pause = FIRST_PAUSE;
    let mut deadline: Option<Instant> = None;
    let mut failures = 0_u32;
    loop {
        let error = match call().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        failures = failures.saturating_add(1);
        let end = *deadline.get_or_insert_with(|| Instant::now() + bound);
        if !error.retryable() || Instant::now() + pause > end {
            return Err(error);
        }
        if failures == 2 {
            tell(&format!("{error}\n  Trying again for up to {} s.", bound.as_secs()));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::{super::super::client::Problem, *};
    use std::sync::atomic::{AtomicU32, Ordering};

    fn refusal(status: u16) -> CallError {
        CallError::Problem(Box::new(Problem { status, ..Problem::default() }))
    }

    #[tokio::test]
    async fn what_passes_is_tried_again_and_told_once() {
        let (calls, told) = (AtomicU32::new(0), AtomicU32::new(0));
        let tell = |_: &str| {
            told.fetch_add(1, Ordering::Relaxed);
        };
        let call = || async { if calls.fetch_add(1, Ordering::Relaxed) < 2 { Err(refusal(503)) } else { Ok(7) } };
        assert_eq!(patiently(Duration::from_mins(1), &tell, call).await.unwrap(), 7);
        assert_eq!((calls.into_inner(), told.into_inner()), (3, 1));
    }

    #[tokio::test]
    async fn what_will_not_pass_or_lasts_too_long_is_an_error() {
        for (status, bound) in [(422, 60), (503, 0)] {
            let calls = AtomicU32::new(0);
            let call = || async {
                calls.fetch_add(1, Ordering::Relaxed);
                Err::<(), _>(refusal(status))
            };
            assert!(patiently(Duration::from_secs(bound), &|_| {}, call).await.is_err());
            assert_eq!(calls.into_inner(), 1);
        }
    }
}
