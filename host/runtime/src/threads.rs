//! Threads for plugin calls. A plugin that computes for long must not keep requests and the database waiting: the
//! operating system shares the processors between these threads and the server's own.

use std::io;
use tokio::runtime::{Builder, Handle, Runtime};

/// As much as the database's recursive executor wants, since what a call reads and writes runs here too.
const STACK: usize = 10 << 20;

/// The threads; they end with this value, without waiting for calls that run.
pub(crate) struct Threads {
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Threads {
    pub(crate) fn start(count: usize) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(count.max(1))
            .thread_name("plugin-calls")
            .thread_stack_size(STACK)
            .enable_all()
            .build()?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    pub(crate) const fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
