//! What plugins ask for, noted until the call has ended well.

use crate::{
    bindings::{channel, feedback, loyalty, quality},
    convert,
    host::{HostState, stop},
    moments,
};
use loyalty::stammgast::{
    host::{contacts, reminders},
    types::types::{Date, Evidence, Reason},
};
use stammgast_domain::{Points, effect::Effect, plugin::FaultKind};

impl loyalty::stammgast::loyalty::effects::Host for HostState {
    async fn earn(&mut self, program: String, points: i64, reason: Reason) -> wasmtime::Result<()> {
        self.ask(Effect::Earn { program, points: Points(points), reason: convert::reason(reason) })
    }

    async fn earn_decimal(&mut self, program: String, points: String, reason: Reason) -> wasmtime::Result<()> {
        self.ask(Effect::EarnDecimal { program, points, reason: convert::reason(reason) })
    }

    async fn propose_tier(&mut self, program: String, tier: String, reason: Reason) -> wasmtime::Result<()> {
        self.ask(Effect::ProposeTier { program, tier, reason: convert::reason(reason) })
    }

    async fn propose_no_tier(&mut self, program: String, reason: Reason) -> wasmtime::Result<()> {
        self.ask(Effect::ProposeNoTier { program, reason: convert::reason(reason) })
    }

    async fn issue_voucher(&mut self, offer: String, reason: Reason) -> wasmtime::Result<()> {
        self.ask(Effect::IssueVoucher { offer, reason: convert::reason(reason) })
    }

    async fn make_eligible(&mut self, reward: String, last_day: Option<Date>, reason: Reason) -> wasmtime::Result<()> {
        let last_day = last_day.map(moments::date).transpose().map_err(no_day)?;
        self.ask(Effect::MakeEligible { reward, last_day, reason: convert::reason(reason) })
    }

    async fn end_eligibility(&mut self, reward: String, reason: Reason) -> wasmtime::Result<()> {
        self.ask(Effect::EndEligibility { reward, reason: convert::reason(reason) })
    }
}

impl reminders::Host for HostState {
    async fn set(&mut self, name: String, day: Date) -> wasmtime::Result<()> {
        let day = moments::date(day).map_err(no_day)?;
        self.ask(Effect::SetReminder { name, day })
    }

    async fn cancel(&mut self, name: String) -> wasmtime::Result<()> {
        self.ask(Effect::CancelReminder { name })
    }
}

impl contacts::Host for HostState {
    async fn propose(&mut self, message: contacts::Message, reason: Reason) -> wasmtime::Result<()> {
        let contact = moments::proposed_contact(message, reason).map_err(no_day)?;
        self.ask(Effect::ProposeContact(Box::new(contact)))
    }
}

fn no_day(problem: moments::NoDay) -> wasmtime::Error {
    stop(FaultKind::InvalidEffect, problem.to_string())
}

impl quality::stammgast::quality::effects::Host for HostState {
    async fn raise_finding(
        &mut self,
        severity: quality::stammgast::quality::effects::Severity,
        reason: Reason,
        evidence: Option<Evidence>,
    ) -> wasmtime::Result<()> {
        self.ask(Effect::RaiseFinding {
            reason: convert::reason(reason),
            severity: convert::severity(severity),
            evidence: evidence.map(convert::evidence),
        })
    }
}

impl channel::stammgast::channel::effects::Host for HostState {
    async fn receive_message(
        &mut self,
        message: channel::stammgast::channel::channel_types::ReceivedMessage,
    ) -> wasmtime::Result<()> {
        let message = convert::received_message(message)
            .map_err(|problem| stop(FaultKind::InvalidEffect, problem.to_string()))?;
        self.ask(Effect::ReceiveMessage(Box::new(message)))
    }
}

impl feedback::stammgast::feedback::effects::Host for HostState {
    async fn open_item(&mut self, item: feedback::stammgast::feedback::effects::Item) -> wasmtime::Result<()> {
        self.ask(convert::feedback(item))
    }
}
