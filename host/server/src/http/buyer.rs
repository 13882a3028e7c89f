//! How a body names a customer: by id, or by the name that another system has for the customer.

use super::view::customer::ReferenceView;
use crate::app::purchases::Buyer;
use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, Visitor},
};
use stammgast_domain::CustomerId;
use std::fmt;
use utoipa::ToSchema;

/// The forms, as a caller is told of them.
const FORMS: &str = "a customer's id, or an object: {\"id\": …} or {\"reference\": {\"source\": …, \"id\": …}}";

/// Which customer: by id, or by a name in another system, such as the number on a card.
#[derive(Debug, Clone, ToSchema)]
#[schema(as = Buyer)]
// So it is described. It is read by hand, to say what is wrong with one form and not that none of them fits.
#[serde(untagged)]
pub enum BuyerBody {
    /// The customer's id.
    #[schema(value_type = Uuid)]
    Plain(CustomerId),
    /// The customer's id, in an object.
    Id {
        /// The customer's id.
        #[schema(value_type = Uuid)]
        id: CustomerId,
    },
    /// The customer's name in another system.
    Reference {
        /// The customer's name in another system.
        reference: ReferenceView,
    },
}

impl From<BuyerBody> for Buyer {
    fn from(body: BuyerBody) -> Self {
        match body {
            BuyerBody::Plain(id) | BuyerBody::Id { id } => Self::Id(id),
            BuyerBody::Reference { reference } => Self::Reference(reference.into()),
        }
    }
}

impl<'de> Deserialize<'de> for BuyerBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BuyerVisitor)
    }
}

/// The field that says how a customer is named.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "kebab-case")]
enum Way {
    Id,
    Reference,
}

struct BuyerVisitor;

impl<'de> Visitor<'de> for BuyerVisitor {
    type Value = BuyerBody;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(FORMS)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<BuyerBody, E> {
        let id: CustomerId = text.parse().map_err(|_| E::custom(format_args!("this is no id; write {FORMS}")))?;
        Ok(BuyerBody::Plain(id))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<BuyerBody, A::Error> {
        let body = match map.next_key()? {
            Some(Way::Id) => BuyerBody::Id { id: map.next_value()? },
            Some(Way::Reference) => BuyerBody::Reference { reference: map.next_value()? },
            None => return Err(de::Error::custom(format_args!("this names nobody; write {FORMS}"))),
        };
        match map.next_key::<IgnoredAny>()? {
            None => Ok(body),
            Some(_) => Err(de::Error::custom(format_args!("this says more than one thing; write {FORMS}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::parsing::parse, *};
    use stammgast_domain::customer::Reference;

    const ID: &str = "0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d";

    #[derive(Debug, Deserialize)]
    struct Body {
        customer: BuyerBody,
    }

    fn parsed(customer: &str) -> Result<Buyer, String> {
        let body = parse::<Body>(format!(r#"{{"customer": {customer}}}"#).as_bytes());
        body.map(|body| body.customer.into()).map_err(|problem| format!("{problem:?}"))
    }

    #[test]
    fn a_customer_is_named_by_id_or_by_reference() {
        let id: CustomerId = ID.parse().unwrap();
        assert_eq!(parsed(&format!("\"{ID}\"")), Ok(Buyer::Id(id)));
        assert_eq!(parsed(&format!(r#"{{"id": "{ID}"}}"#)), Ok(Buyer::Id(id)));
        let reference = Reference { source: "till".to_owned(), id: "4711".to_owned() };
        let card = r#"{"reference": {"source": "till", "id": "4711"}}"#;
        assert_eq!(parsed(card), Ok(Buyer::Reference(reference)));
    }

    #[test]
    fn any_other_form_is_refused_with_the_right_ones() {
        for customer in
            ["4711", "\"4711\"", "null", "{}", "[]", r#"{"reference": {"source": "a", "id": "b"}, "id": 1}"#]
        {
            let refused = parsed(customer).unwrap_err();
            assert!(refused.contains("field: \"customer\"") && refused.contains("reference"), "{customer}: {refused}");
        }
    }

    #[test]
    fn what_is_wrong_within_a_form_is_named_by_its_field() {
        for (customer, field) in [
            (r#"{"id": "4711"}"#, "customer.id"),
            (r#"{"id": 4711}"#, "customer.id"),
            (r#"{"card": "4711"}"#, "customer.card"),
            (r#"{"reference": "4711"}"#, "customer.reference"),
            (r#"{"reference": {"source": "till"}}"#, "customer.reference.id"),
            (r#"{"reference": {"source": "till", "id": 4711}}"#, "customer.reference.id"),
        ] {
            let refused = parsed(customer).unwrap_err();
            assert!(refused.contains(&format!("field: {field:?}")), "{customer}: {refused}");
        }
    }
}
