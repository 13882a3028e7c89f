//! What calls of plugins cost and how they ended, for monitoring: `/metrics`, in the text form of `OpenMetrics` 1.0.
//!
//! Labels are short names that admins and authors chose; nothing of customers is among them. An installation has as many
//! series as there are classes and ways to end, for the versions that were called last, and none once it is removed.

use super::{
    auth::{Onlooker, PluginsRead},
    problem::Problem,
};
use crate::app::{
    App,
    meters::BreakerState,
    usage::{self, Metered},
};
use axum::{extract::State, http::header, response::IntoResponse};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet, text},
    metrics::MetricType,
    registry::{Registry, Unit},
};
use stammgast_domain::usage::{Figures, Spread};
use std::{fmt, time::Duration};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The form that is answered.
const FORM: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(read_metrics))
}

/// What calls of plugins cost and how they ended, in this server since its start, for monitoring.
///
/// The operator's key shows all tenants, or the one that it names; a tenant's key shows its own.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "health",
    responses((status = 200, description = "The figures, as Prometheus reads them.", body = String, content_type = FORM)),
    extensions(("x-scope" = json!("plugins:read")))
)]
async fn read_metrics(onlooker: Onlooker<PluginsRead>, State(app): State<App>) -> Result<impl IntoResponse, Problem> {
    let metered = usage::metered(&app, onlooker.tenant.as_ref()).await?;
    let text = exposition(metered).map_err(|error| Problem::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, FORM)], text))
}

fn exposition(metered: Vec<Metered>) -> Result<String, fmt::Error> {
    let mut registry = Registry::with_prefix("stammgast_plugin");
    registry.register_collector(Box::new(Figured(metered)));
    let mut text = String::new();
    text::encode(&mut text, &registry)?;
    Ok(text)
}

/// Names and values of the labels of an installation.
type Labels<'a> = [(&'static str, &'a str); 3];
/// The same, with the version that was called.
type VersionLabels<'a> = [(&'static str, &'a str); 4];

/// Figures, as they are written at once.
#[derive(Debug)]
struct Figured(Vec<Metered>);

impl Figured {
    fn installations(&self) -> impl Iterator<Item = (Labels<'_>, &Metered)> {
        self.0.iter().map(|one| (labels(one), one))
    }

    /// Writes something about every version that was called.
    fn each(
        &self,
        mut encoder: MetricEncoder<'_>,
        write: impl Fn(&mut MetricEncoder<'_>, &VersionLabels<'_>, &Figures) -> fmt::Result,
    ) -> fmt::Result {
        for (labels, one) in self.installations() {
            let [tenant, installation, plugin] = labels;
            for (version, figures) in &one.sight.versions {
                let version = version.to_string();
                write(&mut encoder, &[tenant, installation, plugin, ("version", &version)], figures)?;
            }
        }
        Ok(())
    }
}

impl Collector for Figured {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Calls of plugins for events, by how they ended";
        let calls = encoder.encode_descriptor("calls", help, None, MetricType::Counter)?;
        self.each(calls, |encoder, labels, figures| {
            let [tenant, installation, plugin, version] = *labels;
            figures.endings().try_for_each(|(ending, count)| {
                let labels = [tenant, installation, plugin, version, ("ended", ending.as_str())];
                encoder.encode_family(&labels)?.encode_counter::<NoLabelSet, u64, f64>(&count, None)
            })
        })?;

        let help = "CPU that calls used, in units of fuel";
        let fuel = encoder.encode_descriptor("fuel", help, None, MetricType::Counter)?;
        self.each(fuel, |encoder, labels, figures| {
            encoder.encode_family(labels)?.encode_counter::<NoLabelSet, u64, f64>(&figures.fuel(), None)
        })?;

        let help = "Memory of the call that held most";
        let memory = encoder.encode_descriptor("call_memory_max", help, Some(&Unit::Bytes), MetricType::Gauge)?;
        self.each(memory, |encoder, labels, figures| {
            encoder.encode_family(labels)?.encode_gauge(&figures.most_memory_bytes())
        })?;

        let help = "How long calls took";
        let took = encoder.encode_descriptor("call_duration", help, Some(&Unit::Seconds), MetricType::Histogram)?;
        self.each(took, |encoder, labels, figures| write_spread(encoder.encode_family(labels)?, figures.duration()))?;

        let help = "How long calls waited for their turn, because of limits on calls at the same time";
        let queued = encoder.encode_descriptor("queue", help, Some(&Unit::Seconds), MetricType::Histogram)?;
        self.each(queued, |encoder, labels, figures| write_spread(encoder.encode_family(labels)?, figures.queued()))?;

        let help = "Events of the log that an installation has not dealt with";
        let mut behind = encoder.encode_descriptor("behind_events", help, None, MetricType::Gauge)?;
        for (labels, one) in self.installations() {
            if let Some(events) = one.behind {
                behind.encode_family(&labels)?.encode_gauge(&events)?;
            }
        }

        let help = "Whether an installation is not called, because too many of its calls failed (1) or is called (0)";
        let mut breaker = encoder.encode_descriptor("breaker_open", help, None, MetricType::Gauge)?;
        for (labels, one) in self.installations() {
            if let Some(state) = one.sight.breaker() {
                breaker.encode_family(&labels)?.encode_gauge(&u64::from(state == BreakerState::Open))?;
            }
        }
        Ok(())
    }
}

fn labels(one: &Metered) -> Labels<'_> {
    let sight = &one.sight;
    [("tenant", one.tenant.as_str()), ("installation", &sight.name), ("plugin", &sight.plugin)]
}

/// Writes durations as a histogram of the coarse classes, in seconds.
fn write_spread(mut encoder: MetricEncoder<'_>, spread: &Spread) -> fmt::Result {
    let mut before = 0;
    let mut buckets = Vec::with_capacity(Spread::COARSE.len() + 1);
    for bound in Spread::COARSE {
        let at_most = spread.at_most(bound);
        buckets.push((Duration::from_micros(bound).as_secs_f64(), at_most - before));
        before = at_most;
    }
    buckets.push((f64::INFINITY, spread.values() - before));
    encoder.encode_histogram::<NoLabelSet>(spread.sum().as_secs_f64(), spread.values(), &buckets, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::meters::{Sight, Standing};
    use semver::Version;
    use stammgast_domain::{
        plugin::{FaultKind, InstallationStatus},
        usage::{CallCost, Ending},
    };

    fn metered() -> Metered {
        let mut figures = Figures::default();
        let trap = Ending::Fault(FaultKind::Trap);
        for (ending, micros) in [(Ending::Effects, 40), (Ending::Effects, 100), (trap, 20_000_000)] {
            let (duration, queued) = (Duration::from_micros(micros), Duration::ZERO);
            figures.count(CallCost { ending, fuel: 1_000, memory_bytes: 1 << 20, duration, queued });
        }
        let sight = Sight {
            name: "points".to_owned(),
            plugin: "acme.points".to_owned(),
            status: InstallationStatus::Enabled,
            standing: Some(Standing { position: 3, breaker: BreakerState::Closed }),
            versions: vec![(Version::new(1, 0, 0), figures)],
        };
        Metered { tenant: "acme".parse().unwrap(), sight, behind: Some(2) }
    }

    #[test]
    fn figures_are_written_as_monitoring_reads_them() {
        let text = exposition(vec![metered()]).unwrap();
        let place = r#"tenant="acme",installation="points",plugin="acme.points""#;
        let version = format!(r#"{place},version="1.0.0""#);
        let expected = [
            "# TYPE stammgast_plugin_calls counter".to_owned(),
            format!(r#"stammgast_plugin_calls_total{{{version},ended="effects"}} 2"#),
            format!(r#"stammgast_plugin_calls_total{{{version},ended="trap"}} 1"#),
            format!("stammgast_plugin_fuel_total{{{version}}} 3000"),
            format!("stammgast_plugin_call_memory_max_bytes{{{version}}} 1048576"),
            "# UNIT stammgast_plugin_call_duration_seconds seconds".to_owned(),
            format!(r#"stammgast_plugin_call_duration_seconds_bucket{{le="0.00005",{version}}} 1"#),
            format!(r#"stammgast_plugin_call_duration_seconds_bucket{{le="0.0001",{version}}} 2"#),
            format!(r#"stammgast_plugin_call_duration_seconds_bucket{{le="10.0",{version}}} 2"#),
            format!(r#"stammgast_plugin_call_duration_seconds_bucket{{le="+Inf",{version}}} 3"#),
            format!("stammgast_plugin_call_duration_seconds_count{{{version}}} 3"),
            format!("stammgast_plugin_call_duration_seconds_sum{{{version}}} 20.00014"),
            format!(r#"stammgast_plugin_queue_seconds_bucket{{le="0.00005",{version}}} 3"#),
            format!("stammgast_plugin_behind_events{{{place}}} 2"),
            format!("stammgast_plugin_breaker_open{{{place}}} 0"),
        ];
        for line in expected {
            assert!(text.lines().any(|written| written == line), "{line} is missing:\n{text}");
        }
        assert!(text.ends_with("# EOF\n"), "{text}");
    }

    #[test]
    fn without_installations_there_are_no_series() {
        let text = exposition(Vec::new()).unwrap();
        assert!(text.lines().all(|line| line.starts_with('#')), "{text}");
    }
}
