//! Addresses that mail can be sent to.

/// Whether an address can be written into an envelope and a header as it stands.
///
/// It is an addr-spec with a dot-atom on the left and a host name on the right (RFC 5322, section 3.4.1, without
/// quotes, comments and literals), in ASCII, at most 254 characters long (RFC 5321, section 4.5.3.1).
#[must_use]
pub fn is_sendable(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let atom = |atom: &str| {
        !atom.is_empty() && atom.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c))
    };
    let label = |label: &str| {
        let inner = label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        inner && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    address.len() <= 254 && local.len() <= 64 && local.split('.').all(atom) && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_addresses_can_be_sent_to() {
        for address in ["jo@mail.example", "j.o+tag@mail-1.example", "o'hara@x.example", "root@localhost"] {
            assert!(is_sendable(address), "{address}");
        }
    }

    #[test]
    fn what_could_break_a_header_or_an_envelope_cannot() {
        for address in [
            "",
            "jo",
            "@x.example",
            "jo@",
            "jo@x..example",
            ".jo@x.example",
            "jo@-x.example",
            "a b@x.example",
            "jo@x.example>\r\nRCPT TO:<eve@x.example",
            "jo@x.example\r\nBcc: eve@x.example",
            "jo,eve@x.example",
            "\"jo\"@x.example",
            "jo@[127.0.0.1]",
            "jö@x.example",
            "jo@münchen.example",
        ] {
            assert!(!is_sendable(address), "{address}");
        }
    }
}
