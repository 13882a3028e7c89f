//! Queries of lists: pages by an opaque cursor, and filters. A parameter that nobody knows is refused.

use super::problem::Problem;
use crate::app::App;
use axum::{extract::FromRequestParts, http::request::Parts};
use serde::Serialize;
use stammgast_store::{Page, PageRequest};
use std::str::FromStr;
use utoipa::{
    IntoParams, ToSchema,
    openapi::{
        ObjectBuilder, Required, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

/// Rows of a page when the caller names no limit.
const DEFAULT_LIMIT: usize = 50;

/// The query of a list.
#[derive(Debug, Clone)]
pub struct ListQuery {
    pairs: Vec<(String, String)>,
    most: usize,
}

/// A list, or one page of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Listed<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Give this as `cursor` to get the next page; `null` at the end.
    pub next_cursor: Option<String>,
}

impl<T> Listed<T> {
    /// A whole list.
    pub const fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }

    /// A page, with every row as callers see it.
    pub fn page<R>(page: Page<R>, view: impl FnMut(R) -> T) -> Self {
        let next_cursor = page.next.as_deref().map(cursor);
        Self { items: page.rows.into_iter().map(view).collect(), next_cursor }
    }
}

impl FromRequestParts<App> for ListQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        Ok(Self::of(parts.uri.query().unwrap_or_default(), app.settings.http.page_rows))
    }
}

impl ListQuery {
    fn of(query: &str, most: usize) -> Self {
        Self { pairs: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(), most }
    }

    /// The page that is asked for.
    ///
    /// # Errors
    /// A parameter is refused or not known.
    pub fn page(self) -> Result<PageRequest, Problem> {
        self.page_and([]).map(|(page, [])| page)
    }

    /// The page that is asked for, and the filters of these names.
    ///
    /// # Errors
    /// As for [`ListQuery::page`].
    pub fn page_and<const N: usize>(
        mut self,
        filters: [&'static str; N],
    ) -> Result<(PageRequest, [Option<String>; N]), Problem> {
        let after = self.take("cursor")?.map(|cursor| key(&cursor)).transpose()?;
        let (limit, filters) = self.limit_and(filters)?;
        Ok((PageRequest { after, limit }, filters))
    }

    /// How many rows are asked for, and the filters of these names.
    ///
    /// # Errors
    /// As for [`ListQuery::page`].
    pub fn limit_and<const N: usize>(
        mut self,
        filters: [&'static str; N],
    ) -> Result<(usize, [Option<String>; N]), Problem> {
        let limit = match self.take("limit")? {
            None => DEFAULT_LIMIT.min(self.most),
            Some(text) => self.limit(&text)?,
        };
        Ok((limit, self.only(filters)?))
    }

    /// The parameters of these names, where there is no list.
    ///
    /// # Errors
    /// As for [`ListQuery::page`].
    pub fn only<const N: usize>(mut self, names: [&'static str; N]) -> Result<[Option<String>; N], Problem> {
        let mut values = [const { None }; N];
        for (value, name) in values.iter_mut().zip(names) {
            *value = self.take(name)?;
        }
        match self.pairs.first() {
            None => Ok(values),
            Some((name, _)) => Err(Problem::invalid(name, "this path knows no such query parameter; leave it out")),
        }
    }

    fn limit(&self, text: &str) -> Result<usize, Problem> {
        let most = self.most;
        let limit = text.parse::<usize>().ok().filter(|limit| (1..=most).contains(limit));
        let problem = || format!("`{text}` does not lie between 1 and {most} (setting http.page_rows)");
        limit.ok_or_else(|| Problem::invalid("limit", problem()))
    }

    fn take(&mut self, name: &str) -> Result<Option<String>, Problem> {
        let Some(place) = self.pairs.iter().position(|(known, _)| known == name) else { return Ok(None) };
        let (_, value) = self.pairs.swap_remove(place);
        if self.pairs.iter().any(|(known, _)| known == name) {
            return Err(Problem::invalid(name, "it is given twice; give it once"));
        }
        Ok(Some(value))
    }
}

/// A filter's value, or a problem that names the filter.
///
/// # Errors
/// The text is no value of this type.
pub fn parsed<T: FromStr<Err: ToString>>(name: &'static str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error: T::Err| Problem::invalid(name, error.to_string()))
}

/// The opaque form of a key.
pub fn cursor(key: &str) -> String {
    hex::encode(key)
}

fn key(cursor: &str) -> Result<String, Problem> {
    let key = hex::decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    key.ok_or_else(|| Problem::invalid("cursor", "it is no cursor; give the `next_cursor` of an earlier page"))
}

/// Describes the parameters of a page for the API description.
pub enum PageParams {}

/// Describes `limit` for the API description.
pub enum LimitParams {}

impl IntoParams for PageParams {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let cursor = parameter("cursor", "Where the page starts: the `next_cursor` of an earlier page.");
        vec![limit(), cursor.schema(Some(ObjectBuilder::new().schema_type(Type::String))).build()]
    }
}

impl IntoParams for LimitParams {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![limit()]
    }
}

fn limit() -> Parameter {
    let schema =
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1_usize)).default(Some(DEFAULT_LIMIT.into()));
    parameter("limit", "How many rows at most; the setting `http.page_rows` bounds it.").schema(Some(schema)).build()
}

fn parameter(name: &str, description: &str) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> ListQuery {
        ListQuery::of(text, 500)
    }

    #[test]
    fn a_cursor_reads_back() {
        let written = "2026-03-01T09:30:00.000Z/0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d";
        assert_eq!(key(&cursor(written)).unwrap(), written);
        let page = query(&format!("cursor={}&limit=7", cursor(written))).page().unwrap();
        assert_eq!(page, PageRequest { after: Some(written.to_owned()), limit: 7 });
    }

    #[test]
    fn what_is_no_cursor_or_limit_is_refused_by_name() {
        for (text, field) in
            [("cursor=zz", "cursor"), ("cursor=ff", "cursor"), ("limit=0", "limit"), ("limit=501", "limit")]
        {
            let shown = format!("{:?}", query(text).page().unwrap_err());
            assert!(shown.contains(&format!("field: \"{field}\"")), "{shown}");
        }
    }

    #[test]
    fn filters_are_read_and_others_are_refused() {
        let (page, [waiting]) = query("waiting=true").page_and(["waiting"]).unwrap();
        assert_eq!((page.limit, waiting.as_deref()), (DEFAULT_LIMIT, Some("true")));
        assert!(query("wating=true").page_and(["waiting"]).is_err());
        assert!(query("limit=1&limit=2").page().is_err());
    }
}
