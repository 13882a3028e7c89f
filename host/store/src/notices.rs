//! Notices to a tenant's admins: kept, listed, marked as seen, and forgotten after their time.

use crate::{
    Change, Page, PageRequest, StoreError, TenantStore,
    database::bind,
    purchases::timeline_key,
    value::{self, record},
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    NoticeId, Timestamp,
    notice::{Notice, NoticeKind},
};
use surrealdb::types::Value;

/// Which notices are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichNotices {
    /// All that are kept.
    All,
    /// Those that nobody has seen.
    Unseen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Status {
    Unseen,
    Seen,
}

#[derive(Serialize, Deserialize)]
struct Row<N> {
    notice: N,
    status: Status,
    timeline_key: String,
    version: u64,
}

fn row(notice: &Notice) -> Row<&Notice> {
    let status = if notice.seen.is_some() { Status::Seen } else { Status::Unseen };
    Row { notice, status, timeline_key: key(notice), version: notice.version }
}

fn key(notice: &Notice) -> String {
    timeline_key(notice.at, notice.id)
}

impl Change {
    /// A new notice.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn notice(&mut self, notice: &Notice) -> Result<(), StoreError> {
        self.insert("notice", notice.id.to_string(), &row(notice))
    }

    /// A notice in place of the version that was read.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn replace_notice(&mut self, read: &Notice, new: &Notice) -> Result<(), StoreError> {
        self.replace("notice", new.id.to_string(), read.version, &row(new))
    }
}

impl TenantStore {
    /// One notice.
    ///
    /// # Errors
    /// The database failed.
    pub async fn notice(&self, id: NoticeId) -> Result<Option<Notice>, StoreError> {
        let bindings = bind! { "id" => record("notice", id.to_string()) };
        self.database.row("notice", "SELECT VALUE notice FROM $id", bindings).await
    }

    /// Notices, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn notices(&self, which: WhichNotices, page: &PageRequest) -> Result<Page<Notice>, StoreError> {
        let rows: Vec<Row<Notice>> = match which {
            WhichNotices::All => self.newest_rows("notice", page).await?,
            WhichNotices::Unseen => self.timeline_rows("notice", "status", "unseen", page).await?,
        };
        Ok(page.cut(rows.into_iter().map(|row| (row.timeline_key, row.notice)).collect()))
    }

    /// Notices that nobody has seen, oldest first, up to one of them or all; at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unseen_notices(&self, until: Option<&Notice>, limit: usize) -> Result<Vec<Notice>, StoreError> {
        let bound = if until.is_some() { "AND timeline_key <= $until" } else { "" };
        let text = format!("SELECT * FROM notice WHERE status = 'unseen' {bound} ORDER BY timeline_key LIMIT $limit");
        let bindings = bind! {
            "until" => until.map(key).unwrap_or_default(), "limit" => i64::try_from(limit).unwrap_or(i64::MAX),
        };
        let rows: Vec<Row<Notice>> = self.database.rows("notice", &text, bindings).await?;
        Ok(rows.into_iter().map(|row| row.notice).collect())
    }

    /// Notices of some kinds about an object, such as `installation:<id>`, that nobody has seen.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unseen_notices_about(&self, object: &str, kinds: &[NoticeKind]) -> Result<Vec<Notice>, StoreError> {
        let text = "SELECT * FROM notice WHERE status = 'unseen' AND notice.kind IN $kinds AND notice.object = $object";
        let kinds: Vec<Value> = kinds.iter().map(|kind| value::text(kind.as_str())).collect();
        let bindings = bind! { "kinds" => Value::Array(kinds.into()), "object" => object };
        let rows: Vec<Row<Notice>> = self.database.rows("notice", text, bindings).await?;
        Ok(rows.into_iter().map(|row| row.notice).collect())
    }

    /// Forgets notices of before a time, at most `limit` of them; gives how many.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_notices_before(&self, time: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let find = "SELECT VALUE id FROM notice WHERE timeline_key < $time LIMIT $limit";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.forget_found("notice", find, bind! { "time" => time.to_string(), "limit" => limit }).await
    }

    /// Forgets the oldest notices beyond so many, at most `limit` of them; gives how many.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_notices_beyond(&self, most: usize, limit: usize) -> Result<usize, StoreError> {
        let there = self.database.count("notice", "SELECT count() AS rows FROM notice GROUP ALL", bind! {}).await?;
        let beyond = there.saturating_sub(most).min(limit);
        if beyond == 0 {
            return Ok(0);
        }
        let find = "SELECT VALUE id FROM (SELECT id, timeline_key FROM notice ORDER BY timeline_key LIMIT $limit)";
        let beyond = i64::try_from(beyond).unwrap_or(i64::MAX);
        self.forget_found("notice", find, bind! { "limit" => beyond }).await
    }
}
