//! Telling faults apart: what ended a call, as data.

use crate::limits::GrowthRefused;
use stammgast_domain::{call::Fault, plugin::FaultKind};
use wasmtime::Trap;
use wasmtime_wasi::I32Exit;

/// A fault that a host function found; it ends the call.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) struct HostFault(pub(crate) Fault);

/// A failure that is not the plugin's: the host could not answer. The call is tried again later.
#[derive(Debug, thiserror::Error)]
#[error("the host could not answer: {0}")]
pub(crate) struct HostFailure(pub(crate) String);

/// Why a call did not end well.
pub(crate) enum Ended {
    /// The plugin's fault.
    Fault(Fault),
    /// The host's failure.
    Failure(String),
}

pub(crate) fn classify(error: &wasmtime::Error) -> Ended {
    if let Some(HostFault(fault)) = error.downcast_ref() {
        return Ended::Fault(fault.clone());
    }
    if let Some(failure) = error.downcast_ref::<HostFailure>() {
        return Ended::Failure(failure.to_string());
    }
    if let Some(refused) = error.downcast_ref::<GrowthRefused>() {
        return Ended::Fault(Fault::new(FaultKind::Memory, refused.to_string()));
    }
    if let Some(exit) = error.downcast_ref::<I32Exit>() {
        return Ended::Fault(Fault::new(FaultKind::Exit, format!("it exited with status {}", exit.0)));
    }
    if error.is::<wasmtime::PoolConcurrencyLimitError>() {
        return Ended::Failure("the instance pool is full".to_owned());
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel | Trap::Interrupt) => Ended::Fault(Fault::new(
            FaultKind::Cpu,
            "it spent its CPU budget; shorten its work or raise limits.cpu_millions",
        )),
        Some(Trap::StackOverflow) => Ended::Fault(Fault::new(FaultKind::Stack, "its call stack overflowed")),
        Some(Trap::UnreachableCodeReached) => {
            Ended::Fault(Fault::new(FaultKind::Trap, "it panicked or gave up (it reached `unreachable`)"))
        }
        Some(trap) => Ended::Fault(Fault::new(FaultKind::Trap, trap.to_string())),
        // The cause alone: what wraps it is a list of frames, which tells an admin nothing.
        None => Ended::Fault(Fault::new(sort_of(error), error.root_cause().to_string())),
    }
}

/// wasmtime has no type for the budget of bytes that a call may hand to the host, so its text decides.
fn sort_of(error: &wasmtime::Error) -> FaultKind {
    if format!("{error:#}").contains("fuel allocated for hostcalls") { FaultKind::Output } else { FaultKind::Trap }
}
