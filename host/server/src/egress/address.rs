//! Which addresses requests may go to: those of the public internet, and what the operator allows beside them.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};
use url::Url;

/// What the operator allows beside public addresses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allowed {
    ranges: Vec<Range>,
    places: Vec<Place>,
}

/// Neither a range of addresses nor a place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither an address such as 10.1.2.3 or a range such as 10.1.0.0/16 nor HOST:PORT")]
pub struct InvalidAllowed(String);

/// Addresses whose first `bits` are those of `first`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    first: IpAddr,
    bits: u32,
}

/// A host by name or address, and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    host: String,
    port: u16,
}

impl Allowed {
    /// Reads the operator's list.
    ///
    /// # Errors
    /// One of them is neither a range of addresses nor `HOST:PORT`.
    pub fn parse(texts: &[String]) -> Result<Self, InvalidAllowed> {
        let mut allowed = Self::default();
        for text in texts {
            match (text.parse::<Range>(), text.parse::<Place>()) {
                (Ok(range), _) => allowed.ranges.push(range),
                (Err(_), Ok(place)) => allowed.places.push(place),
                (Err(_), Err(error)) => return Err(error),
            }
        }
        Ok(allowed)
    }

    /// Whether a connection to this address may be made.
    pub(super) fn permits(&self, address: IpAddr) -> bool {
        let address = meant(address);
        is_public(address) || self.ranges.iter().any(|range| range.holds(address))
    }

    /// Whether the operator allows a host and port, whatever its address. An address of IPv6 stands in brackets.
    pub(super) fn names(&self, host: &str, port: u16) -> bool {
        self.places.iter().any(|place| place.port == port && place.host.eq_ignore_ascii_case(host))
    }
}

/// The address that a translator or a tunnel would make of it: those forms must not lead where the plain one may not.
fn meant(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else { return address };
    let embedded = |high: u16, low: u16| {
        let ([one, two], [three, four]) = (high.to_be_bytes(), low.to_be_bytes());
        IpAddr::V4(Ipv4Addr::new(one, two, three, four))
    };
    match six.segments() {
        // The addresses of nobody and of oneself, which look IPv4-compatible.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => address,
        // IPv4-compatible (RFC 4291, section 2.5.5.1), IPv4-mapped (2.5.5.2), IPv4-translated (RFC 2765), and NAT64 with
        // the well-known prefix (RFC 6052).
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        // 6to4 (RFC 3056).
        | [0x2002, high, low, ..] => embedded(high, low),
        _ => address,
    }
}

/// Whether an address is one of the public internet: none of those that IANA's registries of special-purpose addresses
/// (RFC 6890) keep for something else.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

const fn is_public_v4(address: Ipv4Addr) -> bool {
    let octets = address.octets();
    // This network, private use, loopback, link-local with the metadata services of clouds.
    let inside = matches!(octets, [0 | 10 | 127, ..] | [172, 16..=31, ..] | [192, 168, ..] | [169, 254, ..]);
    // Shared by carriers (RFC 6598), protocol assignments, 6to4 relays, benchmarking.
    let special = matches!(octets, [100, 64..=127, ..] | [192, 0, 0, _] | [192, 88, 99, _] | [198, 18..=19, ..]);
    // Public by its number, and the metadata and agent service of every machine in Azure.
    let cloud = matches!(octets, [168, 63, 129, 16]);
    // Documentation (RFC 5737).
    let example = matches!(octets, [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _]);
    // Multicast, reserved, broadcast.
    let no_host = matches!(octets, [224..=255, ..]);
    !(inside || special || cloud || example || no_host)
}

const fn is_public_v6(address: Ipv6Addr) -> bool {
    // Global unicast is 2000::/3 alone: what lies outside is local, reserved, multicast or not handed out.
    match address.segments() {
        // Protocol assignments with Teredo, benchmarking and ORCHID (2001::/23), documentation (RFC 3849, RFC 9637).
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

impl Range {
    fn holds(&self, address: IpAddr) -> bool {
        match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                same_start(first.to_bits().into(), address.to_bits().into(), self.bits, 32)
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => same_start(first.to_bits(), address.to_bits(), self.bits, 128),
            _ => false,
        }
    }
}

const fn same_start(one: u128, other: u128, bits: u32, of: u32) -> bool {
    match (one ^ other).checked_shr(of.saturating_sub(bits)) {
        Some(difference) => difference == 0,
        // All bits are shifted out: the range is everything.
        None => true,
    }
}

impl FromStr for Range {
    type Err = InvalidAllowed;

    fn from_str(text: &str) -> Result<Self, InvalidAllowed> {
        let invalid = || InvalidAllowed(text.to_owned());
        let (first, bits) = text.split_once('/').map_or((text, None), |(first, bits)| (first, Some(bits)));
        let first: IpAddr = first.parse().map_err(|_| invalid())?;
        let most = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse::<u32>).map_err(|_| invalid())?;
        // What is written as IPv6 and means IPv4 is compared as IPv4: such a range would hold nothing.
        let holds_nothing = first.is_ipv6() && bits < most && bits >= 16 && meant(first).is_ipv4();
        if bits > most || holds_nothing {
            return Err(invalid());
        }
        // Where addresses are compared, translated ones are what they mean already.
        Ok(if bits == most {
            Self { first: meant(first), bits: if meant(first).is_ipv4() { 32 } else { most } }
        } else {
            Self { first, bits }
        })
    }
}

impl FromStr for Place {
    type Err = InvalidAllowed;

    fn from_str(text: &str) -> Result<Self, InvalidAllowed> {
        let invalid = || InvalidAllowed(text.to_owned());
        let (host, port) = text.rsplit_once(':').ok_or_else(invalid)?;
        let port = port.parse().map_err(|_| invalid())?;
        let is_name = !host.is_empty()
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
        let is_v6 = host
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .is_some_and(|inner| inner.parse::<Ipv6Addr>().is_ok());
        if !is_name && !is_v6 {
            return Err(invalid());
        }
        // In the form that it has in origins, such as 127.0.0.1 for 0x7f.1.
        let url = Url::parse(&format!("http://{host}")).map_err(|_| invalid())?;
        let host = url.host_str().ok_or_else(invalid)?.to_owned();
        Ok(Self { host, port })
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn allowed(texts: &[&str]) -> Allowed {
        Allowed::parse(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    fn permits(allowed: &Allowed, address: &str) -> bool {
        allowed.permits(address.parse().unwrap())
    }

    #[test]
    fn addresses_that_are_not_public_are_refused_in_every_form() {
        let nothing = Allowed::default();
        for address in [
            "127.0.0.1",
            "127.8.9.1",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "168.63.129.16",
            "::ffff:168.63.129.16",
            "100.64.0.1",
            "100.127.255.255",
            "0.0.0.0",
            "0.1.2.3",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "192.0.2.7",
            "198.51.100.7",
            "203.0.113.7",
            "198.18.0.1",
            "198.19.255.255",
            "192.0.0.8",
            "192.88.99.1",
            "::",
            "::1",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001:db8::1",
            "3fff::1",
            "2001::1",
            "2001:2::1",
            "2001:10::1",
            "100::1",
            "5f00::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "::10.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "2002:7f00:1::1",
            "2002:a9fe:a9fe::",
            "2002:c0a8:101::1",
            "::ffff:0:10.0.0.1",
        ] {
            assert!(!permits(&nothing, address), "{address}");
        }
        for address in [
            "1.1.1.1",
            "168.63.129.17",
            "9.9.9.9",
            "172.15.0.1",
            "172.32.0.1",
            "100.63.0.1",
            "100.128.0.1",
            "198.17.0.1",
            "192.0.1.1",
            "223.255.255.255",
            "2606:4700:4700::1111",
            "2a00:1450:4001::1",
            "2001:4860:4860::8888",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
            "2002:101:101::1",
        ] {
            assert!(permits(&nothing, address), "{address}");
        }
    }

    #[test]
    fn the_operator_allows_ranges_addresses_and_places() {
        let some = allowed(&["10.1.0.0/16", "192.168.7.7", "fd12::/16", "[::1]:8443", "mail.internal:8080"]);
        for address in ["10.1.255.1", "::ffff:10.1.0.1", "192.168.7.7", "fd12:3::1"] {
            assert!(permits(&some, address), "{address}");
        }
        for address in ["10.2.0.1", "192.168.7.8", "fd13::1", "::1", "127.0.0.1"] {
            assert!(!permits(&some, address), "{address}");
        }
        assert!(some.names("mail.internal", 8080) && some.names("MAIL.internal", 8080) && some.names("[::1]", 8443));
        let written_otherwise = allowed(&["[::0001]:8443", "0x7f.1:80"]);
        assert!(written_otherwise.names("[::1]", 8443) && written_otherwise.names("127.0.0.1", 80));
        assert!(!some.names("mail.internal", 80) && !some.names("internal", 8080) && !some.names("[::1]", 443));
        assert!(permits(&allowed(&["0.0.0.0/0"]), "127.0.0.1") && !permits(&allowed(&["0.0.0.0/0"]), "::1"));
        assert!(permits(&allowed(&["::/0"]), "::1") && !permits(&allowed(&["::/0"]), "10.0.0.1"));
        for wrong in [
            "",
            "everything",
            "10.0.0.0/33",
            "fd00::/129",
            "10.0.0/8",
            "host:",
            "host:99999",
            ":80",
            "a b:80",
            "::ffff:10.0.0.0/104",
            "2002::/16",
        ] {
            assert!(Allowed::parse(&[wrong.to_owned()]).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_form_of_an_address_of_ipv4_is_judged_like_the_address(bits: u32) {
            let plain = Ipv4Addr::from_bits(bits);
            let [a, b, c, d] = plain.octets();
            let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
            let nothing = Allowed::default();
            let judged = nothing.permits(plain.into());
            for form in [
                [0, 0, 0, 0, 0, 0xffff, high, low],
                [0x64, 0xff9b, 0, 0, 0, 0, high, low],
                [0x2002, high, low, 0, 0, 0, 0, 1],
            ] {
                let [a, b, c, d, e, f, g, h] = form;
                prop_assert_eq!(nothing.permits(Ipv6Addr::new(a, b, c, d, e, f, g, h).into()), judged);
            }
        }

        #[test]
        fn a_range_holds_what_begins_like_it(bits: u32, length in 0_u32..=32, other: u32) {
            let range = Range { first: Ipv4Addr::from_bits(bits).into(), bits: length };
            let same = (0..length).all(|place| (bits ^ other) >> (31 - place) & 1 == 0);
            prop_assert_eq!(range.holds(Ipv4Addr::from_bits(other).into()), same);
            prop_assert_eq!(range.to_string().parse::<Range>().unwrap(), range);
        }
    }
}
