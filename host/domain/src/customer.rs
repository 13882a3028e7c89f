//! Customers: persons, organisations and prospects.

use crate::{
    CustomerId, Timestamp,
    birthday::Birthday,
    program::{Zone, plus_days},
    text,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Whether a customer is a human being or a company.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CustomerKind {
    /// A natural person.
    #[default]
    Person,
    /// A company, association or authority.
    Organisation,
}

/// Where a customer stands in the relationship.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LifecycleStatus {
    /// Known, but has not bought yet.
    Prospect,
    /// Has bought or is a member.
    #[default]
    Active,
    /// Has left.
    Former,
}

/// A customer's name in another system, such as a shop's or a till's customer number. Unique in a tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The other system, a code such as `webshop`.
    pub source: String,
    /// The customer's name there.
    pub id: String,
}

impl Reference {
    /// # Errors
    /// The source is no code, or the id is blank or longer than 200 characters.
    pub fn validate(&self) -> Result<(), text::InvalidText> {
        text::code("reference.source", &self.source)?;
        text::required("reference.id", &self.id, 200)
    }

    /// The key that makes a reference unique in a tenant.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}:{}", self.source, self.id)
    }
}

/// What is known of one customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// `UUIDv7`.
    pub id: CustomerId,
    /// Person or organisation.
    pub kind: CustomerKind,
    /// Lifecycle status.
    pub status: LifecycleStatus,
    /// The name to show and to address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Preferred language, a BCP 47 tag such as `de` or `en-GB`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The day on which the customer was born.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Birthday>,
    /// Since when somebody is a customer; the tenant's day of recording where nobody says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_since: Option<Date>,
    /// The customer's name in another system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
    /// When the customer was recorded.
    pub created_at: Timestamp,
    /// When the customer last changed.
    pub updated_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

/// What a caller tells of a customer, new or changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerDetails {
    /// Person or organisation.
    pub kind: CustomerKind,
    /// Lifecycle status.
    pub status: LifecycleStatus,
    /// The name to show.
    pub name: Option<String>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// Day of birth.
    pub birthday: Option<Birthday>,
    /// Since when somebody is a customer.
    pub customer_since: Option<Date>,
    /// Name in another system.
    pub reference: Option<Reference>,
}

/// Why a customer's details are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCustomer {
    /// A text is blank or too long.
    #[error(transparent)]
    Text(#[from] text::InvalidText),
    /// Born in the future.
    #[error("birthday is {0}, which is still to come; correct the year, or write it without one, such as --05-17")]
    Birthday(Birthday),
    /// A customer only from some day to come on.
    #[error("customer_since is {0}, which is still to come; correct the day, or leave it out")]
    Since(Date),
    /// Not a language tag.
    #[error("language `{0}` is not a BCP 47 tag; write `de`, `en` or `en-GB`")]
    Language(String),
}

impl InvalidCustomer {
    /// The field that is wrong.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Text(error) => error.field(),
            Self::Birthday(_) => "birthday",
            Self::Since(_) => "customer_since",
            Self::Language(_) => "language",
        }
    }
}

/// Checks the form of a BCP 47 tag (RFC 5646, section 2.1): a primary language of 2 or 3 letters and subtags.
#[must_use]
pub fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

impl CustomerDetails {
    fn validate(&self, (now, today): (Timestamp, Date)) -> Result<(), InvalidCustomer> {
        // Somewhere it is tomorrow already.
        let tomorrow = plus_days(Zone::utc().date(now), 1);
        let is_unborn = |birthday: &Birthday| birthday.year().is_some_and(|year| birthday.in_year(year) > tomorrow);
        if let Some(birthday) = self.birthday.filter(is_unborn) {
            return Err(InvalidCustomer::Birthday(birthday));
        }
        // Clocks differ, so a day to come is let pass.
        if let Some(since) = self.customer_since.filter(|since| *since > plus_days(today, 1)) {
            return Err(InvalidCustomer::Since(since));
        }
        if let Some(name) = &self.name {
            text::required("name", name, 300)?;
        }
        if let Some(language) = self.language.as_deref().filter(|tag| !is_language_tag(tag)) {
            return Err(InvalidCustomer::Language(language.chars().take(32).collect()));
        }
        if let Some(reference) = &self.reference {
            reference.validate()?;
        }
        Ok(())
    }
}

impl Customer {
    /// A customer who is recorded now, on the tenant's day of today.
    ///
    /// # Errors
    /// A detail is refused.
    pub fn new(
        id: CustomerId,
        details: CustomerDetails,
        (now, today): (Timestamp, Date),
    ) -> Result<Self, InvalidCustomer> {
        details.validate((now, today))?;
        let CustomerDetails { kind, status, name, language, birthday, customer_since, reference } = details;
        let (created_at, updated_at, version) = (now, now, 1);
        let customer_since = customer_since.or(Some(today));
        Ok(Self {
            id,
            kind,
            status,
            name,
            language,
            birthday,
            customer_since,
            reference,
            created_at,
            updated_at,
            version,
        })
    }

    /// This customer with other details; the reference stays when the change names none.
    ///
    /// # Errors
    /// A detail is refused.
    pub fn changed(&self, details: CustomerDetails, (now, today): (Timestamp, Date)) -> Result<Self, InvalidCustomer> {
        details.validate((now, today))?;
        let CustomerDetails { kind, status, name, language, birthday, customer_since, reference } = details;
        let reference = reference.or_else(|| self.reference.clone());
        let (created_at, version) = (self.created_at, self.version + 1);
        Ok(Self {
            id: self.id,
            kind,
            status,
            name,
            language,
            birthday,
            customer_since: customer_since.or(self.customer_since),
            reference,
            created_at,
            updated_at: now,
            version,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_a_customer_since_the_tenants_day_and_not_since_a_day_to_come() {
        // In Berlin, the 1st of March began half an hour ago.
        let now: Timestamp = "2026-02-28T23:30:00Z".parse().unwrap();
        let day = |text: &str| -> Date { text.parse().unwrap() };
        let (id, today) = (CustomerId::derived(&["ada"]), day("2026-03-01"));
        let since = |since| CustomerDetails { customer_since: since, ..CustomerDetails::default() };
        let ada = Customer::new(id, since(None), (now, today)).unwrap();
        assert_eq!(ada.customer_since, Some(today));
        for (given, fits) in [("2019-11-02", true), ("2026-03-02", true), ("2026-03-03", false)] {
            let told = since(Some(day(given)));
            let (new, changed) = (Customer::new(id, told.clone(), (now, today)), ada.changed(told, (now, today)));
            let fields = [new, changed].map(|customer| customer.err().map(|error| error.field()));
            assert_eq!(fields, [(!fits).then_some("customer_since"); 2], "{given}");
        }
        let kept = ada.changed(since(None), ("2026-06-01T08:00:00Z".parse().unwrap(), day("2026-06-01"))).unwrap();
        assert_eq!(kept.customer_since, Some(today));
    }
}
