//! Capabilities: what a plugin may be allowed to do.

use super::PluginKind;

super::names! {
    /// One thing that a plugin may be allowed to do.
    Capability {
        /// Ask for points to be earned.
        LoyaltyEarn = "loyalty.earn",
        /// Propose tiers.
        LoyaltyProposeTier = "loyalty.propose-tier",
        /// Ask for vouchers to be issued.
        LoyaltyIssueVoucher = "loyalty.issue-voucher",
        /// Say who may claim rewards.
        LoyaltyMakeEligible = "loyalty.make-eligible",
        /// Propose messages to customers.
        ContactsPropose = "contacts.propose",
        /// Be called again later.
        Reminders = "reminders",
        /// Raise quality findings.
        QualityRaiseFinding = "quality.raise-finding",
        /// Put received messages on timelines.
        ChannelReceiveMessage = "channel.receive-message",
        /// Have requests over HTTP performed.
        ChannelSendHttp = "channel.send-http",
        /// Send feedback to departments.
        FeedbackOpenItem = "feedback.open-item",
        /// Keep small state for each customer.
        StateCustomer = "state.customer",
        /// Keep small state for the whole installation.
        StateShared = "state.shared",
        /// Read the event's customer: kind and status.
        LookupCustomer = "lookup.customer",
        /// Read the event's customer's name.
        LookupCustomerName = "lookup.customer.name",
        /// Read the event's customer's preferred language.
        LookupCustomerLanguage = "lookup.customer.language",
        /// Read the event's customer's points.
        LookupPoints = "lookup.points",
        /// Read the event's customer's tiers.
        LookupTier = "lookup.tier",
        /// Read the event's customer's purchases: source, amount and time.
        LookupPurchases = "lookup.purchases",
        /// Read the lines of these purchases.
        LookupPurchasesLines = "lookup.purchases.lines",
        /// Read the event's customer's contacts: channel, direction, topic, outcome and time.
        LookupInteractions = "lookup.interactions",
        /// Read subject and text of these contacts.
        LookupInteractionsText = "lookup.interactions.text",
    }
}

impl Capability {
    /// What granting it means, in words for an admin.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::LoyaltyEarn => "may credit loyalty points to the customer of the event it is called for",
            Self::LoyaltyProposeTier => {
                "may propose tiers for the customer of the event it is called for, within the program's policy"
            }
            Self::LoyaltyIssueVoucher => "may give the customer of the event it is called for vouchers of your offers",
            Self::LoyaltyMakeEligible => {
                "may say whether the customer of the event it is called for may claim rewards that are not for everyone"
            }
            Self::ContactsPropose => {
                "may propose messages to the customer of the event it is called for, with vouchers of your offers, within \
                 your rules of contact"
            }
            Self::Reminders => "may have itself called again on a later day for the customer of the event",
            Self::QualityRaiseFinding => "may raise quality findings on the contact it is called for",
            Self::ChannelReceiveMessage => "may put the messages that it reads on customers' timelines",
            Self::ChannelSendHttp => "may have requests sent over HTTP to the hosts that you grant, and to no other",
            Self::FeedbackOpenItem => "may send feedback about the contact it is called for to departments",
            Self::StateCustomer => "may keep small state of its own for each customer",
            Self::StateShared => "may keep small state of its own for all customers together",
            Self::LookupCustomer => "may read the kind and status of the event's customer",
            Self::LookupCustomerName => "may read the name of the event's customer",
            Self::LookupCustomerLanguage => "may read the preferred language of the event's customer",
            Self::LookupPoints => "may read the points of the event's customer",
            Self::LookupTier => "may read the tiers of the event's customer",
            Self::LookupPurchases => "may read amount, source and time of the purchases of the event's customer",
            Self::LookupPurchasesLines => "may read what the event's customer bought, line by line",
            Self::LookupInteractions => {
                "may read channel, direction, topic, outcome and time of the contacts of the event's customer"
            }
            Self::LookupInteractionsText => "may read subject and text of the contacts of the event's customer",
        }
    }

    /// The kind that alone may ask for it, or `None` for every kind.
    #[must_use]
    pub const fn kind(self) -> Option<PluginKind> {
        match self {
            Self::LoyaltyEarn
            | Self::LoyaltyProposeTier
            | Self::LoyaltyIssueVoucher
            | Self::LoyaltyMakeEligible
            | Self::ContactsPropose
            | Self::Reminders => Some(PluginKind::Loyalty),
            Self::QualityRaiseFinding => Some(PluginKind::Quality),
            Self::ChannelReceiveMessage | Self::ChannelSendHttp => Some(PluginKind::Channel),
            Self::FeedbackOpenItem => Some(PluginKind::Feedback),
            Self::StateCustomer
            | Self::StateShared
            | Self::LookupCustomer
            | Self::LookupCustomerName
            | Self::LookupCustomerLanguage
            | Self::LookupPoints
            | Self::LookupTier
            | Self::LookupPurchases
            | Self::LookupPurchasesLines
            | Self::LookupInteractions
            | Self::LookupInteractionsText => None,
        }
    }

    /// The record type whose further field this is; it makes sense beside that one only.
    #[must_use]
    pub const fn record(self) -> Option<Self> {
        match self {
            Self::LookupCustomerName | Self::LookupCustomerLanguage => Some(Self::LookupCustomer),
            Self::LookupPurchasesLines => Some(Self::LookupPurchases),
            Self::LookupInteractionsText => Some(Self::LookupInteractions),
            _ => None,
        }
    }
}
