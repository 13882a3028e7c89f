//! Notices to a tenant's admins: listed, and marked as seen. What writes them is the host's own doing.

use super::{AppError, Ctx, Plan};
use stammgast_domain::{NoticeId, access::Scope, notice::Notice};
use stammgast_store::{Change, Page, PageRequest, StoreError, WhichNotices};

/// Notices that are marked in one commit.
const AT_ONCE: usize = 500;
/// Tries of marking notices that others mark at the same time.
const TRIES: u32 = 5;

/// Notices, newest first.
///
/// # Errors
/// The store failed.
pub async fn list(ctx: &Ctx, which: WhichNotices, page: &PageRequest) -> Result<Page<Notice>, AppError> {
    ctx.need(Scope::PluginsRead)?;
    Ok(ctx.tenant.notices(which, page).await?)
}

/// Marks a notice as seen. Whoever was first stays on record.
///
/// # Errors
/// No such notice.
pub async fn see(ctx: &Ctx, id: NoticeId) -> Result<Plan<Notice>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let read = ctx.tenant.notice(id).await?.ok_or(AppError::NotFound("notice"))?;
    if read.seen.is_some() {
        return Ok(Plan::existing(read));
    }
    let seen = read.seen_by(&ctx.actor, ctx.now());
    let mut change = Change::new();
    change.replace_notice(&read, &seen)?;
    Ok(Plan::done(change, seen))
}

/// Marks every notice up to one of them as seen, or all there are; gives how many were not seen before. Safe to repeat.
///
/// # Errors
/// No such notice, or the store failed; then some are marked.
pub async fn see_all(ctx: &Ctx, up_to: Option<NoticeId>) -> Result<usize, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let until = match up_to {
        None => None,
        Some(id) => Some(ctx.tenant.notice(id).await?.ok_or_else(|| {
            AppError::invalid("up_to", "there is no such notice; name one that was listed, or leave it out for all")
        })?),
    };
    let (mut marked, mut tries) = (0, 0);
    loop {
        let unseen = ctx.tenant.unseen_notices(until.as_ref(), AT_ONCE).await?;
        let mut change = Change::new();
        for notice in &unseen {
            change.replace_notice(notice, &notice.seen_by(&ctx.actor, ctx.now()))?;
        }
        match ctx.tenant.commit(change).await {
            Ok(()) => {
                marked += unseen.len();
                if unseen.len() < AT_ONCE {
                    return Ok(marked);
                }
            }
            // Somebody else marked one of them, or it was forgotten: what is left is read again.
            Err(StoreError::Stale { .. } | StoreError::Conflict) if tries < TRIES => tries += 1,
            Err(error) => return Err(error.into()),
        }
    }
}
