//! The section `egress`.

use super::bound::{Bound, bound};
use crate::egress::{Allowed, Limits};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{SeqAccess, Visitor},
};
use std::fmt;

/// Requests that the server sends for plugins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Egress {
    /// Addresses that requests may go to although they are no public ones: `10.1.0.0/16`, `10.1.2.3`, `HOST:PORT`. In
    /// the environment, commas stand between them.
    #[serde(deserialize_with = "listed")]
    pub allow: Vec<String>,
    /// Seconds that making a connection may take.
    pub connect_seconds: u64,
    /// Seconds that a whole request may take.
    pub request_seconds: u64,
    /// KiB of the largest request.
    pub request_kib: usize,
    /// KiB of the largest response.
    pub response_kib: usize,
    /// KiB of the headers of a response.
    pub header_kib: usize,
    /// Requests that run at once; more wait.
    pub concurrent_requests: usize,
    /// Requests of one tenant that run at once; more wait.
    pub tenant_requests: usize,
    /// Answers and deliveries that are searched for secrets at once; more wait. One tenant takes half of it at most.
    pub concurrent_searches: usize,
}

/// Entries of `allow`.
const MOST_ALLOWED: usize = 1_000;

impl Default for Egress {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            connect_seconds: 5,
            request_seconds: 20,
            request_kib: 4_096,
            response_kib: 1_024,
            header_kib: 64,
            concurrent_requests: 64,
            tenant_requests: 8,
            concurrent_searches: 4,
        }
    }
}

impl Egress {
    /// Its numbers and their bounds.
    pub(super) fn bounds(&self) -> Vec<Bound> {
        vec![
            bound("egress.connect_seconds", self.connect_seconds, 1, 600),
            bound("egress.request_seconds", self.request_seconds, 1, 600),
            bound("egress.request_kib", self.request_kib as u64, 1, 64 << 10),
            bound("egress.response_kib", self.response_kib as u64, 1, 64 << 10),
            bound("egress.header_kib", self.header_kib as u64, 1, 256),
            // Each may look a name up, in one of the 512 threads that all blocking work shares.
            bound("egress.concurrent_requests", self.concurrent_requests as u64, 1, 256),
            bound("egress.tenant_requests", self.tenant_requests as u64, 1, 256),
            bound("egress.concurrent_searches", self.concurrent_searches as u64, 1, 64),
        ]
    }

    /// Where requests may go, and how much of everything they may take.
    ///
    /// # Errors
    /// Something in `allow` is neither a range of addresses nor `HOST:PORT`, there are too many of them, or numbers
    /// contradict one another.
    pub fn limits(&self) -> Result<Limits, String> {
        if self.allow.len() > MOST_ALLOWED {
            return Err(format!("egress.allow has {} entries; {MOST_ALLOWED} are enough", self.allow.len()));
        }
        if self.tenant_requests > self.concurrent_requests {
            let problem = "egress.tenant_requests is larger than egress.concurrent_requests; one tenant could hold all";
            return Err(problem.to_owned());
        }
        if self.connect_seconds > self.request_seconds {
            return Err("egress.connect_seconds is larger than egress.request_seconds, which ends all of it".to_owned());
        }
        Ok(Limits {
            allowed: Allowed::parse(&self.allow).map_err(|error| format!("egress.allow: {error}"))?,
            connect_seconds: self.connect_seconds,
            request_seconds: self.request_seconds,
            request_kib: self.request_kib,
            response_kib: self.response_kib,
            header_kib: self.header_kib,
            concurrent_requests: self.concurrent_requests,
            tenant_requests: self.tenant_requests,
            concurrent_searches: self.concurrent_searches,
        })
    }
}

/// A list, or a text with commas: environment variables know no lists.
fn listed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct Listed;

    impl<'de> Visitor<'de> for Listed {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of addresses")
        }

        fn visit_str<E>(self, text: &str) -> Result<Vec<String>, E> {
            Ok(text.split(',').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<String>, A::Error> {
            let mut all = Vec::new();
            while let Some(one) = list.next_element()? {
                all.push(one);
            }
            Ok(all)
        }
    }

    deserializer.deserialize_any(Listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed_is_a_list_in_a_file_and_a_text_in_the_environment() {
        let list = toml::from_str::<Egress>("allow = [\"10.0.0.0/8\", \"mail.internal:8080\"]").unwrap();
        let text = toml::from_str::<Egress>("allow = \"10.0.0.0/8, mail.internal:8080\"").unwrap();
        assert_eq!(list, text);
        assert_eq!(list.allow.len(), 2);
        assert!(list.limits().is_ok());
        let wrong = toml::from_str::<Egress>("allow = \"everything\"").unwrap().limits().unwrap_err();
        assert!(wrong.starts_with("egress.allow") && wrong.contains("everything"), "{wrong}");
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let refused = |text: &str| toml::from_str::<Egress>(text).unwrap().limits().unwrap_err();
        assert!(refused("tenant_requests = 65").contains("egress.concurrent_requests"));
        assert!(refused("connect_seconds = 21").contains("egress.request_seconds"));
        let many = "10.0.0.1,".repeat(1_001);
        assert!(refused(&format!("allow = \"{many}\"")).contains("1001 entries"));
    }
}
