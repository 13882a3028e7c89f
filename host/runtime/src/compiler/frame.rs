//! What the server and the compiler's process say to one another. Sizes stand before bytes, so that what was cut off is
//! noticed; numbers have eight bytes, the highest first.

use std::io::{self, ErrorKind, Read, Write};

/// Why there is no code.
#[derive(Debug)]
pub(super) enum Unread {
    /// It was made for an engine of another configuration or version.
    OtherBuild,
    /// It is larger than it may be.
    TooMuch,
    /// It is not there, or not all of it.
    Cut(io::Error),
}

pub(super) fn write_component(to: &mut impl Write, component: &[u8]) -> io::Result<()> {
    to.write_all(&(component.len() as u64).to_be_bytes())?;
    to.write_all(component)?;
    to.flush()
}

pub(super) fn read_component(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let size = read_number(from)?;
    read_bytes(from, size)
}

/// Code comes with the compatibility hash of the engine that it was made for.
pub(super) fn write_code(to: &mut impl Write, compatibility: u64, code: &[u8]) -> io::Result<()> {
    to.write_all(&compatibility.to_be_bytes())?;
    to.write_all(&(code.len() as u64).to_be_bytes())?;
    to.write_all(code)?;
    to.flush()
}

/// Reads code for an engine of this compatibility hash. Of code that is too large, nothing is read.
pub(super) fn read_code(from: &mut impl Read, compatibility: u64, most: usize) -> Result<Vec<u8>, Unread> {
    if read_number(from).map_err(Unread::Cut)? != compatibility {
        return Err(Unread::OtherBuild);
    }
    let size = read_number(from).map_err(Unread::Cut)?;
    if size > most as u64 {
        return Err(Unread::TooMuch);
    }
    read_bytes(from, size).map_err(Unread::Cut)
}

fn read_number(from: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    from.read_exact(&mut bytes)?;
    Ok(u64::from_be_bytes(bytes))
}

/// Takes no more memory than the bytes need; where there is not that much, the error says so.
fn read_bytes(from: &mut impl Read, size: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(usize::try_from(size).map_err(|_| ErrorKind::OutOfMemory)?)?;
    from.take(size).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == size { Ok(bytes) } else { Err(ErrorKind::UnexpectedEof.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_is_cut_off_is_noticed() {
        let mut sent = Vec::new();
        write_component(&mut sent, b"component").unwrap();
        assert_eq!(read_component(&mut sent.as_slice()).unwrap(), b"component");
        let cut = read_component(&mut &sent[..sent.len() - 1]).unwrap_err();
        assert_eq!(cut.kind(), ErrorKind::UnexpectedEof);

        let mut sent = Vec::new();
        write_code(&mut sent, 7, b"code").unwrap();
        assert_eq!(read_code(&mut sent.as_slice(), 7, 4).unwrap(), b"code");
        assert!(matches!(read_code(&mut &sent[..sent.len() - 1], 7, 4), Err(Unread::Cut(_))));
        assert!(matches!(read_code(&mut sent.as_slice(), 8, 4), Err(Unread::OtherBuild)));
        assert!(matches!(read_code(&mut sent.as_slice(), 7, 3), Err(Unread::TooMuch)));
    }

    #[test]
    fn a_size_beyond_all_memory_is_an_error_and_no_crash() {
        let sent = u64::MAX.to_be_bytes();
        assert_eq!(read_component(&mut sent.as_slice()).unwrap_err().kind(), ErrorKind::OutOfMemory);
    }
}
