//! What a plugin may ask for.

/// One effect.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// The customer earns points.
    #[cfg(feature = "loyalty")]
    Earn {
        /// The program's code.
        program: String,
        /// How many.
        points: crate::Points,
        /// Why.
        reason: crate::Reason,
    },
    /// The customer earns points, by a number that need not be whole.
    #[cfg(feature = "loyalty")]
    EarnDecimal {
        /// The program's code.
        program: String,
        /// How many, in digits.
        points: String,
        /// Why.
        reason: crate::Reason,
    },
    /// The customer should have a tier.
    #[cfg(feature = "loyalty")]
    ProposeTier {
        /// The program's code.
        program: String,
        /// The tier's code.
        tier: String,
        /// Why.
        reason: crate::Reason,
    },
    /// The customer should have no tier any more.
    #[cfg(feature = "loyalty")]
    ProposeNoTier {
        /// The program's code.
        program: String,
        /// Why.
        reason: crate::Reason,
    },
    /// The customer gets a voucher.
    #[cfg(feature = "loyalty")]
    IssueVoucher {
        /// The offer's code.
        offer: String,
        /// Why.
        reason: crate::Reason,
    },
    /// The customer may claim a reward that is not for everyone.
    #[cfg(feature = "loyalty")]
    MakeEligible {
        /// The reward's code.
        reward: String,
        /// The last day on which the customer may.
        last_day: Option<crate::Date>,
        /// Why.
        reason: crate::Reason,
    },
    /// The customer may not claim that reward any more.
    #[cfg(feature = "loyalty")]
    EndEligibility {
        /// The reward's code.
        reward: String,
        /// Why.
        reason: crate::Reason,
    },
    /// The plugin is reminded of the customer.
    #[cfg(feature = "loyalty")]
    SetReminder {
        /// The reminder's name.
        name: String,
        /// When.
        day: crate::Date,
    },
    /// A reminder is taken back.
    #[cfg(feature = "loyalty")]
    CancelReminder {
        /// The reminder's name.
        name: String,
    },
    /// The customer should be told something.
    #[cfg(feature = "loyalty")]
    ProposeContact {
        /// What.
        message: crate::contacts::Message,
        /// Why.
        reason: crate::Reason,
    },
    /// The contact deviates from a standard.
    #[cfg(feature = "quality")]
    RaiseFinding {
        /// How much it matters.
        severity: crate::quality::Severity,
        /// The broken rule and what is wrong.
        reason: crate::Reason,
        /// Where it shows.
        evidence: Option<crate::Evidence>,
    },
    /// A department has to hear this.
    #[cfg(feature = "feedback")]
    OpenItem(crate::feedback::Item),
    /// The raw bytes held this message.
    #[cfg(feature = "channel")]
    ReceiveMessage(Box<crate::channel::ReceivedMessage>),
}

impl Effect {
    /// The capability that it needs.
    pub(super) const fn capability(&self) -> &'static str {
        match *self {
            #[cfg(feature = "loyalty")]
            Self::Earn { .. } | Self::EarnDecimal { .. } => "loyalty.earn",
            #[cfg(feature = "loyalty")]
            Self::ProposeTier { .. } | Self::ProposeNoTier { .. } => "loyalty.propose-tier",
            #[cfg(feature = "loyalty")]
            Self::IssueVoucher { .. } => "loyalty.issue-voucher",
            #[cfg(feature = "loyalty")]
            Self::MakeEligible { .. } | Self::EndEligibility { .. } => "loyalty.make-eligible",
            #[cfg(feature = "loyalty")]
            Self::SetReminder { .. } | Self::CancelReminder { .. } => "reminders",
            #[cfg(feature = "loyalty")]
            Self::ProposeContact { .. } => "contacts.propose",
            #[cfg(feature = "quality")]
            Self::RaiseFinding { .. } => "quality.raise-finding",
            #[cfg(feature = "feedback")]
            Self::OpenItem(_) => "feedback.open-item",
            #[cfg(feature = "channel")]
            Self::ReceiveMessage(_) => "channel.receive-message",
        }
    }
}
