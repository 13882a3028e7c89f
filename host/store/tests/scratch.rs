//! Scratch files are shared by all who use them at once, and free again afterwards.

use stammgast_store::{Batch, ScratchDesk, StoreError, Synced};
use std::thread;

#[test]
fn a_file_is_open_once_however_many_use_it() -> Result<(), StoreError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("one.redb");
    let desk = ScratchDesk::default();
    thread::scope(|scope| {
        let users: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..50 {
                        desk.open(&path, &[7; 32], 1 << 20)?.snapshot()?.place()?;
                    }
                    Ok(())
                })
            })
            .collect();
        users.into_iter().try_for_each(|user| user.join().expect("no panic"))
    })
}

#[test]
fn what_one_writes_the_next_one_reads() -> Result<(), StoreError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("one.redb");
    let desk = ScratchDesk::default();
    let writer = desk.open(&path, &[7; 32], 1 << 20)?;
    let reader = desk.open(&path, &[7; 32], 1 << 20)?;
    writer.write(&Batch::default(), 7, 10, Synced::Now)?;
    assert_eq!(reader.snapshot()?.place()?.0, 7);
    drop(writer);
    drop(reader);
    assert_eq!(ScratchDesk::default().open(&path, &[7; 32], 1 << 20)?.snapshot()?.place()?.0, 7);
    Ok(())
}
