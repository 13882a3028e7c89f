//! Progress bars, on standard error and on terminals only.

use super::super::output::{Output, Volume};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A progress bar of an import.
#[derive(Clone)]
pub(in crate::cli) struct Progress {
    bar: ProgressBar,
    output: Output,
}

impl Progress {
    /// A bar that ends at `length` of `what`.
    pub fn start(output: Output, length: u64, what: &str) -> Self {
        let target = match output.volume {
            Volume::Usual => ProgressDrawTarget::stderr(),
            Volume::Quiet => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(Some(length), target);
        let template = format!("{{bar:30}} {{human_pos}}/{{human_len}} {what}  {{per_sec}}  {{eta}} left");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        Self { bar, output }
    }

    /// So many more are done.
    pub fn advance(&self, by: u64) {
        self.bar.inc(by);
    }

    /// Says something above the bar.
    pub fn note(&self, text: &str) {
        self.bar.suspend(|| self.output.note(text));
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
