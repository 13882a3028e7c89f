//! Offers and vouchers.

use super::{super::schema, purchase::MoneyView};
use crate::app::vouchers::OfferFigures;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, Timestamp, VoucherId,
    voucher::{
        Benefit, Binding, Offer, OfferStatus, OfferTerms, Use, Voucher, VoucherCode, VoucherRefused, VoucherStatus,
    },
};
use utoipa::ToSchema;

/// What a voucher is worth.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = VoucherBenefit)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum BenefitView {
    /// So much of the basket.
    Percent {
        /// 1 to 100.
        #[schema(minimum = 1, maximum = 100)]
        percent: u8,
    },
    /// So much money off.
    Money(MoneyView),
    /// Something, in words.
    Item {
        /// What.
        #[schema(max_length = 300)]
        text: String,
    },
}

/// What a tenant decides about an offer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = OfferTerms)]
#[serde(deny_unknown_fields)]
pub struct OfferTermsView {
    /// The name to show.
    #[schema(max_length = 200, examples("Birthday"))]
    name: String,
    /// What a voucher is worth.
    benefit: BenefitView,
    /// Who may use one.
    #[serde(default)]
    #[schema(value_type = schema::Binding, default = "customer")]
    binding: Binding,
    /// Days after the day of issue on which it can be used.
    #[schema(maximum = 3650)]
    valid_days: u16,
    /// The smallest basket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    minimum: Option<MoneyView>,
    /// The most vouchers that are issued in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stock: Option<u64>,
    /// The most that one customer gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    per_customer: Option<u32>,
    /// Whether vouchers are issued.
    #[serde(default)]
    #[schema(value_type = schema::OfferStatus, default = "active")]
    status: OfferStatus,
}

/// An offer, and how many vouchers of it there are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Offer)]
pub struct OfferView {
    /// Short name, a code.
    #[schema(examples("birthday"))]
    code: String,
    /// What the tenant decided.
    #[serde(flatten)]
    terms: OfferTermsView,
    /// Vouchers that were issued.
    issued: u64,
    /// Times that a rule asked for one and none was issued, because there were as many as the offer allows.
    refused: u64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Counts up with every change.
    version: u64,
}

/// How a voucher was used, or what using it would come to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VoucherUse)]
pub struct UseView {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who used it, where the till knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    customer: Option<CustomerId>,
    /// What was to be paid before.
    #[serde(skip_serializing_if = "Option::is_none")]
    basket: Option<MoneyView>,
    /// What the voucher takes off that.
    #[serde(skip_serializing_if = "Option::is_none")]
    discount: Option<MoneyView>,
    /// The caller's own name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

/// A voucher.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Voucher)]
pub struct VoucherView {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: VoucherId,
    /// What has to be shown.
    #[schema(value_type = String, examples("7K3M-Q9TX-2B8H-VW4D"))]
    code: VoucherCode,
    /// The offer's code.
    offer: String,
    /// Whom it was given to.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
    /// Who may use it.
    #[schema(value_type = schema::Binding)]
    binding: Binding,
    /// What it is worth.
    benefit: BenefitView,
    /// The smallest basket.
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<MoneyView>,
    /// The last day on which it can be used.
    #[schema(value_type = String, format = Date)]
    last_day: Date,
    /// What became of it.
    #[schema(value_type = schema::VoucherStatus)]
    status: VoucherStatus,
    /// How it was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    used: Option<UseView>,
    /// Why it was issued, a code.
    reason: String,
    /// Why, in a sentence.
    text: String,
    /// The rule that issued it, and its version.
    rule_version: String,
    /// When it was issued.
    #[schema(value_type = String, format = DateTime)]
    occurred_at: Timestamp,
    /// Counts up with every change.
    version: u64,
}

/// A voucher that is shown at a till.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckedVoucher)]
pub struct CheckedView {
    /// The voucher.
    voucher: VoucherView,
    /// Whether it can be used now.
    usable: bool,
    /// What using it would come to, where it can be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    would_be: Option<UseView>,
    /// Why it cannot be used: a code, as of the problem that using it would be answered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<&'static str>,
    /// Why it cannot be used, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

impl From<BenefitView> for Benefit {
    fn from(view: BenefitView) -> Self {
        match view {
            BenefitView::Percent { percent } => Self::Percent { percent },
            BenefitView::Money(money) => Self::Money(money.into()),
            BenefitView::Item { text } => Self::Item { text },
        }
    }
}

impl From<Benefit> for BenefitView {
    fn from(benefit: Benefit) -> Self {
        match benefit {
            Benefit::Percent { percent } => Self::Percent { percent },
            Benefit::Money(money) => Self::Money(money.into()),
            Benefit::Item { text } => Self::Item { text },
        }
    }
}

impl From<OfferTermsView> for OfferTerms {
    fn from(view: OfferTermsView) -> Self {
        let OfferTermsView { name, benefit, binding, valid_days, minimum, stock, per_customer, status } = view;
        let (benefit, minimum) = (benefit.into(), minimum.map(Into::into));
        Self { name, benefit, binding, valid_days, minimum, stock, per_customer, status }
    }
}

impl From<OfferTerms> for OfferTermsView {
    fn from(terms: OfferTerms) -> Self {
        let OfferTerms { name, benefit, binding, valid_days, minimum, stock, per_customer, status } = terms;
        let (benefit, minimum) = (benefit.into(), minimum.map(MoneyView::from));
        Self { name, benefit, binding, valid_days, minimum, stock, per_customer, status }
    }
}

impl From<OfferFigures> for OfferView {
    fn from(figures: OfferFigures) -> Self {
        let OfferFigures { offer, issued, refused } = figures;
        let Offer { code, terms, created_at, updated_at, version } = offer;
        Self { code, terms: terms.into(), issued, refused, created_at, updated_at, version }
    }
}

impl From<Use> for UseView {
    fn from(used: Use) -> Self {
        let Use { at, customer, basket, discount, reference } = used;
        Self { at, customer, basket: basket.map(MoneyView::from), discount: discount.map(MoneyView::from), reference }
    }
}

impl From<Voucher> for VoucherView {
    fn from(voucher: Voucher) -> Self {
        Self {
            id: voucher.id,
            code: voucher.code,
            offer: voucher.offer,
            customer: voucher.customer,
            binding: voucher.binding,
            benefit: voucher.benefit.into(),
            minimum: voucher.minimum.map(MoneyView::from),
            last_day: voucher.last_day,
            status: voucher.status,
            used: voucher.used.map(UseView::from),
            reason: voucher.cause.reason,
            text: voucher.cause.text,
            rule_version: voucher.cause.rule_version,
            occurred_at: voucher.occurred_at,
            version: voucher.version,
        }
    }
}

impl From<(Voucher, Result<Use, VoucherRefused>)> for CheckedView {
    fn from((voucher, usable): (Voucher, Result<Use, VoucherRefused>)) -> Self {
        let voucher = voucher.into();
        match usable {
            Ok(would_be) => Self { voucher, usable: true, would_be: Some(would_be.into()), refused: None, why: None },
            Err(refused) => {
                let why = Some(refused.to_string());
                Self { voucher, usable: false, would_be: None, refused: Some(refused.code()), why }
            }
        }
    }
}
