//! Sections of a component, written by hand: tests put manifests there that no kit would pack, and parts that no
//! compiler makes.
//!
//! A component is a header of eight bytes and a row of sections: an id, a size and a payload each (Component Model,
//! `Binary.md`). A section with the id 0 is a custom one; its payload begins with its name. Numbers are LEB128.

/// The custom section that holds the manifest.
const MANIFEST: &[u8] = b"stammgast:manifest";
/// Bytes of the header of every component.
const HEADER: usize = 8;
/// The id of custom sections.
const CUSTOM: u8 = 0;
/// The id of sections that hold a core module.
const CORE_MODULE: u8 = 1;
/// The id of sections that hold core instances.
const CORE_INSTANCES: u8 = 2;
/// The id of sections that hold a component.
const COMPONENT: u8 = 4;
/// The id of sections that hold instances of components.
const INSTANCES: u8 = 5;

/// The component with these bytes as its one manifest, whatever they say.
pub fn with_manifest(component: &[u8], manifest: &[u8]) -> Vec<u8> {
    with_another_manifest(&without_manifest(component), manifest)
}

/// The component with these bytes as one more manifest, behind those that it has.
pub fn with_another_manifest(component: &[u8], manifest: &[u8]) -> Vec<u8> {
    let payload = [leb128(MANIFEST.len()).as_slice(), MANIFEST, manifest].concat();
    [component, &section(CUSTOM, &payload)].concat()
}

/// The component with so many custom sections of so many bytes behind what it has.
pub fn with_custom_sections(component: &[u8], count: usize, bytes: usize) -> Vec<u8> {
    let payload = [[1, b'x'].as_slice(), &vec![0; bytes]].concat();
    [component, &section(CUSTOM, &payload).repeat(count)].concat()
}

/// The component with one more core module in it, of which it makes so many instances.
pub fn with_core_instances(component: &[u8], module: &[u8], count: usize) -> Vec<u8> {
    // An instance is of a module (0), which has a place, and is given nothing.
    let one = [[0].as_slice(), &leb128(places(component, CORE_MODULE)), &[0]].concat();
    let instances = [leb128(count), one.repeat(count)].concat();
    [component, &section(CORE_MODULE, module), &section(CORE_INSTANCES, &instances)].concat()
}

/// The component with another one inside, of which it makes one instance.
pub fn with_component(component: &[u8], inner: &[u8]) -> Vec<u8> {
    // One instance, of a component (0), which has a place, and is given nothing.
    let instance = [[1, 0].as_slice(), &leb128(places(component, COMPONENT)), &[0]].concat();
    [component, &section(COMPONENT, inner), &section(INSTANCES, &instance)].concat()
}

/// A component around another, which it does not use.
pub fn around(inner: &[u8]) -> Vec<u8> {
    [b"\0asm\x0d\0\x01\0".as_slice(), &section(COMPONENT, inner)].concat()
}

fn section(id: u8, payload: &[u8]) -> Vec<u8> {
    [[id].as_slice(), &leb128(payload.len()), payload].concat()
}

/// How many sections of a sort a component has; one that is added gets this place in its index.
fn places(component: &[u8], sort: u8) -> usize {
    let (mut sections, mut count) = (&component[HEADER..], 0);
    while let Some((id, after)) = sections.split_first() {
        count += usize::from(*id == sort);
        sections = sized(after).1;
    }
    count
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

    #[test]
    fn what_is_added_is_found_under_its_place() {
        let plain = b"\0asm\x0d\0\x01\0".as_slice();
        let once = with_core_instances(plain, b"", 2);
        assert_eq!(once, [plain, b"\x01\0\x02\x07\x02\0\0\0\0\0\0"].concat());
        assert_eq!(with_core_instances(&once, b"", 1), [once.as_slice(), b"\x01\0\x02\x04\x01\0\x01\0"].concat());
        let inside = with_component(plain, plain);
        assert_eq!(inside, [plain, b"\x04\x08", plain, b"\x05\x04\x01\0\0\0"].concat());
        assert_eq!(around(plain), [plain, b"\x04\x08", plain].concat());
        assert_eq!(with_custom_sections(plain, 2, 1), [plain, b"\0\x03\x01x\0", b"\0\x03\x01x\0"].concat());
    }
}
