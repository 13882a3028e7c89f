//! Why something stands where it does: what plugins did with the event that it comes from, down to their calls.

use super::{AppError, Ctx};
use stammgast_domain::{access::Scope, call::CallRecord, plugin::Installation};
use stammgast_store::{CallOrder, Delivery};

/// Tries of one event that are looked for.
const TRIES: usize = 20;

/// What an installation did with an event.
#[derive(Debug, Clone, PartialEq)]
pub struct DidIt {
    /// The installation, as it is now.
    pub installation: Installation,
    /// What stays of the call whose effects were applied.
    pub record: Option<CallRecord>,
    /// Where the event stands, if no call has gone well yet.
    pub standing: Option<Delivery>,
    /// Tries that were recorded whole, the first one first.
    pub tries: Vec<u32>,
}

/// What the tenant's installations did with an event, by name. The mark of a call stays as long as its installation, its
/// record as long as records are kept.
///
/// # Errors
/// No such event, or the store failed.
pub async fn event(ctx: &Ctx, event: u64) -> Result<Vec<DidIt>, AppError> {
    [Scope::PluginsRead, Scope::CustomersRead, Scope::PurchasesRead, Scope::InteractionsRead, Scope::LoyaltyRead]
        .into_iter()
        .try_for_each(|scope| ctx.need(scope))?;
    if event == 0 || event > *ctx.tenant.log_head().borrow() {
        return Err(AppError::NotFound("event"));
    }
    let mut installations = ctx.tenant.installations().await?;
    installations.sort_by(|a, b| a.name.cmp(&b.name));
    let ids: Vec<_> = installations.iter().map(|one| one.id).collect();
    let mut marks = ctx.tenant.completions_of(event, &ids).await?;
    let mut did = Vec::new();
    for installation in installations {
        let record = marks.remove(&installation.id);
        let standing = match record {
            Some(_) => None,
            None => ctx.tenant.delivery(installation.id, event).await?,
        };
        if record.is_none() && standing.is_none() {
            continue;
        }
        let first = CallOrder::OldestFirst { after: Some((event, 0)) };
        let calls = ctx.tenant.calls(installation.id, first, None, TRIES).await?;
        let tries = calls.into_iter().map(|call| call.record).take_while(|call| call.event == event);
        did.push(DidIt { tries: tries.map(|call| call.attempt).collect(), installation, record, standing });
    }
    Ok(did)
}
