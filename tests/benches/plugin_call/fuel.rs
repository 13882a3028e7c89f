//! What counting fuel costs over stopping by the clock alone, for plugins that read texts.

use super::bare::{self, CpuLimit};
use stammgast_runtime::RuntimeSettings;
use wasmtime::{
    Engine, Store,
    component::{Component, ComponentType, InstancePre, Lift, Linker, Lower, types::ComponentItem},
};

#[derive(Clone, ComponentType, Lower)]
#[component(record)]
struct Context {
    seq: u64,
    #[component(name = "event-type")]
    event_type: String,
    #[component(name = "occurred-at")]
    occurred_at: i64,
    #[component(name = "recorded-at")]
    recorded_at: i64,
    customer: Option<String>,
}

#[derive(Clone, Copy, ComponentType, Lower)]
#[component(enum)]
#[repr(u8)]
enum Direction {
    #[component(name = "inbound")]
    Inbound,
    #[component(name = "outbound")]
    #[expect(dead_code, reason = "the contract has two")]
    Outbound,
}

#[derive(Clone, ComponentType, Lower)]
#[component(record)]
struct Attachment {
    name: String,
    #[component(name = "media-type")]
    media_type: String,
    size: u64,
}

#[derive(Clone, ComponentType, Lower)]
#[component(record)]
struct Interaction {
    id: String,
    channel: String,
    direction: Direction,
    subject: Option<String>,
    text: String,
    attachments: Vec<Attachment>,
    party: Option<String>,
    agent: Option<String>,
    topic: Option<String>,
    outcome: Option<String>,
    #[component(name = "occurred-at")]
    occurred_at: i64,
}

#[derive(Clone, ComponentType, Lower)]
#[component(record)]
struct RawMessage {
    body: Vec<u8>,
    #[component(name = "media-type")]
    media_type: String,
    #[component(name = "received-at")]
    received_at: i64,
}

#[derive(Debug, ComponentType, Lift)]
#[component(variant)]
#[expect(dead_code, reason = "shown when a call is refused")]
enum PluginError {
    #[component(name = "invalid-config")]
    InvalidConfig(String),
    #[component(name = "unsupported-event")]
    UnsupportedEvent(String),
    #[component(name = "other")]
    Other(String),
}

#[derive(Debug, ComponentType, Lift)]
#[component(variant)]
#[expect(dead_code, reason = "shown when a call is refused")]
enum ChannelError {
    #[component(name = "malformed")]
    Malformed(String),
    #[component(name = "invalid-config")]
    InvalidConfig(String),
    #[component(name = "unsupported")]
    Unsupported(String),
    #[component(name = "other")]
    Other(String),
}

/// A plugin, and the texts that keep it busy.
pub struct Reader {
    engine: Engine,
    pre: InstancePre<()>,
    cpu: CpuLimit,
    fuel: u64,
    config: String,
    question: Question,
}

/// What a reading plugin is asked.
#[derive(Clone)]
pub enum Question {
    /// Does this contact meet the standards?
    Check(String),
    /// Who has to hear this?
    Route(String),
    /// What do these bytes say?
    Read(Vec<u8>),
}

impl Reader {
    /// A plugin with its configuration, ready to be called.
    pub fn new(plugin: &[u8], config: String, question: Question, settings: &RuntimeSettings, cpu: CpuLimit) -> Self {
        let engine = Engine::new(&bare::config(settings, cpu)).unwrap();
        bare::start_clock(&engine, settings.tick);
        let component = Component::from_binary(&engine, plugin).unwrap();
        let pre = linker(&engine, &component).instantiate_pre(&component).unwrap();
        Self { engine, pre, cpu, fuel: settings.limits.fuel, config, question }
    }

    /// One call in a fresh instance.
    pub async fn call(&self) {
        let mut store = Store::new(&self.engine, ());
        if self.cpu == CpuLimit::FuelAndEpochs {
            store.set_fuel(self.fuel).unwrap();
        }
        store.epoch_deadline_async_yield_and_update(1);
        store.set_epoch_deadline(1);
        let instance = self.pre.instantiate_async(&mut store).await.unwrap();
        let (interface, function) = match &self.question {
            Question::Check(_) => ("stammgast:quality/interaction-checks@0.2.1", "check-interaction"),
            Question::Route(_) => ("stammgast:feedback/interaction-routes@0.2.1", "route-interaction"),
            Question::Read(_) => ("stammgast:channel/inbound@0.2.1", "read-message"),
        };
        let interface = instance.get_export_index(&mut store, None, interface).unwrap();
        let function = instance.get_export_index(&mut store, Some(&interface), function).unwrap();
        let config = self.config.clone();
        match &self.question {
            Question::Check(text) | Question::Route(text) => {
                let function = instance
                    .get_typed_func::<(Context, Interaction, String), (Result<(), PluginError>,)>(&mut store, function)
                    .unwrap();
                let asked = (context("interaction.recorded"), interaction(text), config);
                function.call_async(&mut store, asked).await.unwrap().0.unwrap();
            }
            Question::Read(body) => {
                let function = instance
                    .get_typed_func::<(Context, RawMessage, String), (Result<(), ChannelError>,)>(&mut store, function)
                    .unwrap();
                let media_type = "message/rfc822".to_owned();
                let raw = RawMessage { body: body.clone(), media_type, received_at: 1_767_225_600_000 };
                function.call_async(&mut store, (context("message.received"), raw, config)).await.unwrap().0.unwrap();
            }
        }
    }
}

fn context(event_type: &str) -> Context {
    let time = 1_767_225_600_000;
    Context { seq: 1, event_type: event_type.to_owned(), occurred_at: time, recorded_at: time, customer: None }
}

fn interaction(text: &str) -> Interaction {
    Interaction {
        id: "0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d".to_owned(),
        channel: "email".to_owned(),
        direction: Direction::Inbound,
        subject: Some("Meine Bestellung".to_owned()),
        text: text.to_owned(),
        attachments: Vec::new(),
        party: Some("ada@example.com".to_owned()),
        agent: None,
        topic: None,
        outcome: None,
        occurred_at: 1_767_225_600_000,
    }
}

/// Every function that the plugin imports does nothing: what it asks for is not of interest here.
fn linker(engine: &Engine, component: &Component) -> Linker<()> {
    let mut linker = Linker::new(engine);
    for (name, import) in component.component_type().imports(engine) {
        let ComponentItem::ComponentInstance(interface) = import.ty else { continue };
        let mut instance = linker.instance(name).unwrap();
        for (function, item) in interface.exports(engine) {
            if matches!(item.ty, ComponentItem::ComponentFunc(_)) {
                instance.func_new(function, |_, _, _, _| Ok(())).unwrap();
            }
        }
    }
    linker
}
