//! The `stammgast` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1);
    // The server starts itself for this. Before all else: the process has little memory, and these threads have stacks.
    if words.next().is_some_and(|word| word == stammgast::runtime_settings::COMPILE) {
        return stammgast_runtime::compile_as_child(words);
    }
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
