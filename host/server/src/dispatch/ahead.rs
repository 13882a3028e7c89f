//! Reading the log ahead of the calls.

use super::{
    leases::Leases,
    worker::{Job, Worker},
};
use crate::app::{AppError, callee::Callee};
use stammgast_domain::{
    event::{Event, EventType},
    plugin::Shadowed,
    tenant::Setup,
};
use stammgast_store::{Change, Delivery};
use std::{collections::HashSet, sync::Arc};

impl Worker<'_> {
    pub(super) fn has_room(&self) -> bool {
        let settings = &self.job.app.settings.dispatch;
        self.lanes.len() * 2 < settings.window.max(2) && self.held.len() < settings.held_events
    }

    /// Reads events ahead while there is room for them.
    pub(super) async fn read_ahead(&mut self) -> Result<(), AppError> {
        let head = *self.head.borrow_and_update();
        while self.has_room() && self.read < head {
            let limit = self.job.app.settings.dispatch.window;
            let types: Vec<EventType> = self.job.installation.release.events.iter().copied().collect();
            let events = self.job.store.events(self.read, head, &types, limit).await?;
            if !events.is_empty() {
                self.setup = Arc::new(self.setup().await?);
            }
            let full = events.len() == limit;
            let last = events.last().map(|event| event.seq);
            let done = self.done_before(&events).await?;
            for event in events {
                let subject = event.event.subject.to_string();
                let wanted = self.leases.wants(&subject, event.seq) && !done.contains(&event.seq);
                if wanted && Callee::concerns(&self.job.installation, &event) {
                    let partition = self.leases.partition_of(&subject);
                    self.lanes.push(&subject, partition, event.seq, Arc::new(event));
                }
            }
            self.read = if full { last.unwrap_or(head) } else { head };
        }
        Ok(())
    }

    /// Which of these events were done before this worker began, or have a row of their own: after a crash or a rewind
    /// it reads them again. The marks keep them from being applied twice; looking first spares the calls.
    async fn done_before(&self, events: &[Event]) -> Result<HashSet<u64>, AppError> {
        let old: Vec<u64> = events.iter().map(|event| event.seq).filter(|seq| *seq <= self.began_at).collect();
        if old.is_empty() {
            return Ok(HashSet::new());
        }
        let mut done = self.job.store.completed(self.job.installation.id, &old).await?;
        done.extend(self.job.known_to_state(&old).await?);
        done.extend(old.into_iter().filter(|seq| self.rowed.contains(seq)));
        Ok(done)
    }

    pub(super) async fn setup(&self) -> Result<Setup, AppError> {
        self.job.setup().await
    }
}

impl Job {
    /// What is held back, and in the hands of this process.
    pub(super) async fn held_rows(&self, leases: &Leases) -> Result<Vec<Delivery>, AppError> {
        let mut rows = self.store.deliveries(self.installation.id).await?;
        rows.retain(|row| leases.holds(&row.subject));
        let events: Vec<u64> = rows.iter().map(|row| row.id.1).collect();
        let known = self.known_to_state(&events).await?;
        let mut change = Change::new();
        for event in &known {
            change.remove_delivery(self.installation.id, *event);
        }
        self.store.commit(change).await?;
        rows.retain(|row| !known.contains(&row.id.1));
        Ok(rows)
    }

    /// Which of these events are in the copy of the state with which a shadow begins: the installation beside it dealt
    /// with them before.
    async fn known_to_state(&self, events: &[u64]) -> Result<HashSet<u64>, AppError> {
        match &self.installation.shadow_of {
            Some(Shadowed { id, version, .. }) => Ok(self.store.completed_until(*id, events, *version).await?),
            None => Ok(HashSet::new()),
        }
    }

    /// What the tenant has set up now.
    pub(super) async fn setup(&self) -> Result<Setup, AppError> {
        Ok(self.store.setup().await?)
    }
}
