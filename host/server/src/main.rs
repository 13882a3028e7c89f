//! The `stammgast` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    // SurrealDB's parser and executor recurse deeply; their own server gives each worker 10 MiB of stack.
    let runtime = tokio::runtime::Builder::new_multi_thread().thread_stack_size(10 << 20).enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(stammgast::cli::run()),
        Err(error) => {
            eprintln!("error: the async runtime cannot be started: {error}");
            ExitCode::FAILURE
        }
    }
}
