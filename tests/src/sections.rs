//! The manifest's section in a component, written by hand: tests put manifests there that no kit would pack.
//!
//! A component is a header of eight bytes and a row of sections: an id, a size and a payload each (Component Model,
//! `Binary.md`). A section with the id 0 is a custom one; its payload begins with its name. Numbers are LEB128.

/// The custom section that holds the manifest.
const MANIFEST: &[u8] = b"stammgast:manifest";
/// Bytes of the header of every component.
const HEADER: usize = 8;
/// The id of custom sections.
const CUSTOM: u8 = 0;

/// The component with these bytes as its one manifest, whatever they say.
pub fn with_manifest(component: &[u8], manifest: &[u8]) -> Vec<u8> {
    with_another_manifest(&without_manifest(component), manifest)
}

/// The component with these bytes as one more manifest, behind those that it has.
pub fn with_another_manifest(component: &[u8], manifest: &[u8]) -> Vec<u8> {
    let payload = [leb128(MANIFEST.len()).as_slice(), MANIFEST, manifest].concat();
    [component, [CUSTOM].as_slice(), leb128(payload.len()).as_slice(), payload.as_slice()].concat()
}

/// The component without its manifests; every other section stays byte for byte.
fn without_manifest(component: &[u8]) -> Vec<u8> {
    let (header, mut sections) = component.split_at(HEADER);
    let mut kept = header.to_vec();
    while let Some((id, after)) = sections.split_first() {
        let (payload, next) = sized(after);
        if *id != CUSTOM || sized(payload).0 != MANIFEST {
            kept.extend_from_slice(&sections[..sections.len() - next.len()]);
        }
        sections = next;
    }
    kept
}

/// Bytes that their own size stands before, and what comes after them.
fn sized(bytes: &[u8]) -> (&[u8], &[u8]) {
    let digits = bytes.iter().position(|byte| byte & 0x80 == 0).expect("a size ends") + 1;
    let (size, rest) = bytes.split_at(digits);
    let size = size.iter().rev().fold(0, |size, digit| (size << 7) + usize::from(digit & 0x7f));
    rest.split_at(size)
}

/// A number as LEB128: seven bits a byte, the lowest first, and a high bit on all but the last.
fn leb128(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let digit = number.to_le_bytes()[0] & 0x7f;
        number >>= 7;
        if number == 0 {
            bytes.push(digit);
            return bytes;
        }
        bytes.push(digit | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_takes_the_place_of_another_and_nothing_else_moves() {
        // The custom section `other`, and a section of another sort whose payload looks like a manifest's.
        let plain = [b"\0asm\x0d\0\x01\0\0\x06\x05other\x01\x13\x12".as_slice(), MANIFEST].concat();
        let long = with_manifest(&plain, &[b'x'; 300]);
        assert_eq!(long, [plain.as_slice(), b"\0\xbf\x02\x12", MANIFEST, &[b'x'; 300]].concat());
        assert_eq!(without_manifest(&long), plain);
        let two = with_another_manifest(&with_manifest(&long, b"{}"), b"[]");
        assert_eq!(two, [plain.as_slice(), b"\0\x15\x12", MANIFEST, b"{}\0\x15\x12", MANIFEST, b"[]"].concat());
        assert_eq!(without_manifest(&two), plain);
    }
}
