//! Every code that a problem can carry, with its title and the page that explains it.

/// A code, as it stands in `code` and at the end of `type`.
pub struct Code {
    /// The code itself.
    pub name: &'static str,
    /// What it says in a few words; always the same for one code.
    pub title: &'static str,
    /// The page, in Markdown.
    pub page: &'static str,
}

macro_rules! codes {
    ($($name:literal: $title:literal,)*) => {
        /// Every code there is.
        pub const CODES: &[Code] = &[$(Code {
            name: $name,
            title: $title,
            page: include_str!(concat!("../../../../schemas/problems/", $name, ".md")),
        },)*];
    };
}

codes! {
    "activity-recorded": "The activity was recorded otherwise",
    "call-not-repeatable": "The recorded call cannot be repeated",
    "code-taken": "The code is taken",
    "component-changed": "The component was changed or taken away",
    "component-refused": "The component is refused",
    "config-schema-unusable": "The plugin's configuration schema cannot be used",
    "conflict": "Other requests changed the same rows",
    "contact-point-taken": "The address belongs to another customer",
    "data-newer": "The data is newer than this server",
    "delivery-in-line": "The delivery is in line already",
    "feedback-status": "The feedback item is past that step",
    "grants-missing": "The plugin needs more grants",
    "idempotency-key-reused": "The Idempotency-Key was used for another request",
    "in-use": "It is in use",
    "incomplete-body": "The body broke off",
    "installation-enabled": "The installation is enabled",
    "interaction-assigned": "The interaction belongs to another customer",
    "internal": "The server failed",
    "invalid-value": "A value is refused",
    "issue-recorded": "The points were given already",
    "issue-undone": "The points were given and taken back",
    "malformed-json": "The body is not JSON",
    "membership-active": "The customer is in the plan already",
    "membership-ended": "The membership has ended",
    "message-not-built": "The connector cannot build the message",
    "method-not-allowed": "The path does not know this method",
    "missing-scope": "The key lacks a scope",
    "more-than-there": "There are fewer points than that",
    "name-taken": "The name is taken",
    "no-shadow": "Nothing runs in the shadow",
    "no-tiers": "The program has no tiers",
    "not-eligible": "The customer is not eligible",
    "not-enough-points": "There are not enough points",
    "not-found": "There is no such thing",
    "not-ready": "The server is not ready",
    "not-referable": "The customer cannot be brought",
    "not-trusted": "Nobody whom the tenant trusts vouches for the plugin",
    "nothing-before": "There is nothing to go back to",
    "nothing-to-settle": "Nothing has moved since the last statement",
    "offer-used-up": "No more vouchers are issued",
    "open-to-everyone": "The reward is open to everyone",
    "operator-only": "Only the operator may do this",
    "outdated": "It has changed since you read it",
    "partner-limit": "The partner's limit is reached",
    "partner-only": "Only a partner may do this",
    "partner-suspended": "The partner is suspended",
    "points-spent": "The points are spent already",
    "purchase-differs": "The purchase was recorded with other values",
    "redemption-status": "The redemption is past that step",
    "reference-taken": "The reference names another customer",
    "referred-before": "Somebody else brought the customer",
    "return-cancelled": "The return is undone already",
    "return-recorded": "The return is recorded already",
    "return-too-large": "More comes back than was bought",
    "reward-closed": "The reward cannot be claimed now",
    "reward-limit": "The customer has had the reward often enough",
    "reward-sold-out": "The reward is sold out",
    "secret-unopened": "A secret cannot be opened",
    "secrets-locked": "The tenant's secrets cannot be opened",
    "tenant-taken": "The tenant's id is taken",
    "tier-needed": "The reward needs a tier",
    "timeout": "The request took too long",
    "too-large": "The body is too large",
    "too-many": "There is no room for one more",
    "unauthenticated": "No valid API key",
    "unsupported-media-type": "The body has the wrong media type",
    "version-taken": "The version is installed with other contents",
    "voucher-basket": "The basket does not fit the voucher",
    "voucher-bound": "The voucher belongs to one customer",
    "voucher-cancelled": "The voucher was taken back",
    "voucher-expired": "The voucher's time is over",
    "voucher-not-used": "The voucher was not used",
    "voucher-used": "The voucher was used before",
    "warranty-recorded": "The piece has another warranty",
    "webhook-unproven": "The delivery is not proven",
}

/// The code of this name.
pub fn find(name: &str) -> Option<&'static Code> {
    CODES.iter().find(|code| code.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeSet, fs, path::Path};

    fn names() -> BTreeSet<String> {
        CODES.iter().map(|code| code.name.to_owned()).collect()
    }

    #[test]
    fn every_code_has_a_page_and_every_page_a_code() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/problems");
        let pages: BTreeSet<String> = fs::read_dir(folder)
            .unwrap()
            .filter_map(|entry| entry.unwrap().file_name().to_str().unwrap().strip_suffix(".md").map(str::to_owned))
            .collect();
        assert_eq!(pages, names());
    }

    #[test]
    fn a_page_starts_with_its_title_and_shows_its_code_in_an_example() {
        for code in CODES {
            assert!(code.page.starts_with(&format!("# {}\n", code.title)), "{}", code.name);
            assert!(code.page.contains(&format!("\"code\": \"{}\"", code.name)), "{}", code.name);
        }
    }

    #[test]
    fn the_codes_that_use_cases_answer_with_are_known() {
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/app")];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        assert!(files.iter().any(|path| path.ends_with("installations/rollback.rs")));
        for file in files {
            let text = fs::read_to_string(file).unwrap();
            for rest in text.split("code: \"").skip(1) {
                let code = rest.split('"').next().unwrap();
                assert!(names().contains(code), "`{code}` has no page");
            }
        }
    }
}
