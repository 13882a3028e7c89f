//! Whether an installation may be called now: its breaker, and what happens while it is out of order.

use super::{
    breaker::{Breaker, Ending, Gate, Turn},
    invoke::{Delivered, Manner},
    stand_in,
    worker::{Job, Worker},
};
use crate::app::{
    AppError, installations,
    meters::{BreakerState, Standing},
};
use stammgast_domain::{
    NoticeId, Timestamp,
    notice::{Notice, NoticeKind},
    plugin::{Failing, FaultKind, InstallationStatus},
};
use stammgast_store::{Change, Delivery, DeliveryStatus, StoreError};

/// What the breaker made of the end of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Go on.
    GoOn,
    /// The installation is in quarantine: this worker is over.
    GiveUp,
}

/// Whether admins were told of a dead letter of an installation and have not seen it yet.
pub(super) async fn is_dead_letter_told(job: &Job) -> Result<bool, AppError> {
    let object = Notice::object_of(&job.installation);
    Ok(!job.store.unseen_notices_about(&object, &[NoticeKind::DeadLetter]).await?.is_empty())
}

impl Job {
    /// The breaker with which its worker begins.
    pub(super) fn breaker(&self) -> Breaker {
        match self.installation.status {
            InstallationStatus::Quarantined => Breaker::out(),
            _ => Breaker::default(),
        }
    }
}

impl Worker<'_> {
    /// Lets the figures show how far it has got and what its breaker lets through.
    pub(super) fn show_standing(&self) {
        let position = self.lanes.first_open().map_or(self.read, |first| first.saturating_sub(1));
        let breaker = match self.breaker.gate(self.now()) {
            Gate::Free => BreakerState::Closed,
            Gate::Trial | Gate::Shut(_) => BreakerState::Open,
        };
        self.job.meter.stand(Some(Standing { position, breaker }));
    }

    /// How the next event is dealt with; `None` where it waits.
    pub(super) fn manner(&self) -> Option<Manner> {
        match self.breaker.gate(self.now()) {
            Gate::Free => Some(Manner::Call),
            Gate::Trial => Some(Manner::Trial),
            Gate::Shut(_) => self.has_stand_in().then_some(Manner::StandIn),
        }
    }

    fn has_stand_in(&self) -> bool {
        self.setup.default_department.is_some() && stand_in::is_possible(&self.job.installation)
    }

    /// When the breaker lets a trial call through, where nothing else is done before.
    pub(super) fn opens_at(&self) -> Option<Timestamp> {
        match self.breaker.gate(self.now()) {
            Gate::Shut(until) => until,
            Gate::Free | Gate::Trial => None,
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.job.app.clock.now()
    }

    /// Lets the breaker judge by how a delivery ended.
    pub(super) async fn judge(&mut self, manner: Manner, event: u64, how: &Delivered) -> Result<Verdict, AppError> {
        let now = self.now();
        let ending = match how {
            Delivered::Stopped if manner == Manner::Trial => {
                self.breaker.not_tried(now);
                return Ok(Verdict::GoOn);
            }
            Delivered::Stopped => return Ok(Verdict::GoOn),
            Delivered::Postponed(_) => Ending::Neither,
            Delivered::Done(fault) => Ending::of(*fault),
            Delivered::Failed(fault, _) => Ending::of(Some(fault.kind)),
        };
        let fault = match how {
            Delivered::Failed(fault, _) => Some(fault.kind),
            Delivered::Done(fault) => *fault,
            Delivered::Postponed(_) | Delivered::Stopped => None,
        };
        if matches!((how, manner), (Delivered::Done(None), Manner::Call | Manner::Trial)) {
            self.dead_letter_told = false;
        }
        self.last_fault = fault.map(|fault| (fault, event)).or(self.last_fault);
        match self.breaker.ended(manner, ending, now, &self.job.app.settings.dispatch) {
            Some(turn) => self.turned(turn).await,
            None => Ok(Verdict::GoOn),
        }
    }

    async fn turned(&self, turn: Turn) -> Result<Verdict, AppError> {
        let Job { app, store, installation, .. } = self.job;
        let (tenant, id, now) = (store.tenant(), installation.id, self.now());
        let notice = NoticeId::new(app.clock.new_uuid());
        let notice = match turn {
            Turn::Opened { failed, calls, until } => {
                let failing = self.failing(failed);
                tracing::warn!(
                    tenant.id = %tenant, plugin.id = %installation.plugin, installation.id = %id, calls,
                    "the breaker is open, events wait: {}", failing.in_words()
                );
                Notice::breaker_opened(notice, now, installation, &failing, until)
            }
            Turn::Closed => {
                tracing::info!(
                    tenant.id = %tenant, plugin.id = %installation.plugin, installation.id = %id,
                    "the breaker is closed, events run again"
                );
                Notice::breaker_closed(notice, now, installation)
            }
            Turn::GaveUp { failed } => {
                match installations::quarantine(store, &app.clock, installation, self.failing(failed)).await {
                    // What it is now has not failed yet.
                    Ok(()) | Err(AppError::Outdated(_)) => {}
                    Err(error) => return Err(error),
                }
                installations::tell(app, tenant, id);
                return Ok(Verdict::GiveUp);
            }
        };
        self.tell_breaker(notice).await?;
        Ok(Verdict::GoOn)
    }

    /// Tells admins how the breaker stands, in place of how it stood where nobody has seen that: there is one such
    /// notice.
    async fn tell_breaker(&self, notice: Notice) -> Result<(), AppError> {
        let store = &self.job.store;
        let kinds = [NoticeKind::BreakerOpened, NoticeKind::BreakerClosed];
        if let Some(before) = store.unseen_notices_about(&notice.object, &kinds).await?.last() {
            let mut change = Change::new();
            change.replace_notice(before, &notice.clone().in_place_of(before))?;
            match store.commit(change).await {
                // Somebody has just seen it, or it was forgotten.
                Err(StoreError::Stale { .. }) => {}
                done => return Ok(done?),
            }
        }
        let mut change = Change::new();
        change.notice(&notice)?;
        Ok(store.commit(change).await?)
    }

    /// Tells admins of a dead letter: of the first one only, until that is seen and a call goes through again.
    pub(super) async fn tell_dead_letter(&mut self, delivery: &Delivery, change: &mut Change) -> Result<(), AppError> {
        let fault = delivery.fault.as_ref().filter(|_| delivery.status == DeliveryStatus::Dead);
        let Some(fault) = fault.filter(|_| !self.dead_letter_told) else { return Ok(()) };
        self.dead_letter_told = true;
        if is_dead_letter_told(self.job).await? {
            return Ok(());
        }
        let id = NoticeId::new(self.job.app.clock.new_uuid());
        let what = (delivery.id.1, delivery.attempts, fault.kind);
        Ok(change.notice(&Notice::dead_letter(id, self.now(), &self.job.installation, what))?)
    }

    fn failing(&self, faults: usize) -> Failing {
        let (fault, event) = self.last_fault.unwrap_or((FaultKind::Host, 0));
        Failing {
            faults: u32::try_from(faults).unwrap_or(u32::MAX),
            window_seconds: self.job.app.settings.dispatch.breaker_window_seconds,
            fault,
            event,
        }
    }
}
