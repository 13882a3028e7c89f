//! Threads for back-tests, which give way to everything else: the operating system gives them what others leave.

use std::io;
use tokio::runtime::{Builder, Handle, Runtime};

/// As much as the database's recursive executor wants, since reading facts runs here, too.
const STACK: usize = 10 << 20;
/// How much they give way (`nice`); 19 is the most.
const NICE: i32 = 15;

/// The threads; they end with this value.
pub(super) struct Threads {
    runtime: Option<Runtime>,
    handle: Handle,
    count: usize,
}

impl Threads {
    /// So many threads; 0 means as many as the machine has processors.
    pub(super) fn start(count: usize) -> io::Result<Self> {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let count = if count == 0 { processors } else { count };
        let runtime = Builder::new_multi_thread()
            .worker_threads(count)
            .thread_name("back-test")
            .thread_stack_size(STACK)
            .on_thread_start(give_way)
            .enable_all()
            .build()?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime), count })
    }

    pub(super) const fn handle(&self) -> &Handle {
        &self.handle
    }

    pub(super) const fn count(&self) -> usize {
        self.count
    }
}

/// On Linux, `nice` counts for the calling thread alone.
#[cfg(target_os = "linux")]
fn give_way() {
    if let Err(error) = rustix::process::nice(NICE) {
        tracing::warn!(%error, "back-tests cannot give way to other work");
    }
}

#[cfg(not(target_os = "linux"))]
const fn give_way() {
    let _ = NICE;
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
