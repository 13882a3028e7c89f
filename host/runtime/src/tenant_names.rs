//! Names of the tenant's own things that a configuration refers to, so that a slip is found before the first event.

use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What a schema's `format` begins with where a text names one of the tenant's own things.
const PREFIX: &str = "stammgast:";
/// The format of a program.
const PROGRAM: &str = "stammgast:program";
/// The format of a tier.
pub(crate) const TIER: &str = "stammgast:tier";
/// Names that an error tells.
const TOLD: usize = 10;

/// What a text of a configuration may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// A loyalty program.
    Program,
    /// A tier, of the program that the configuration names around it, or of any where it names none.
    Tier,
    /// An offer of vouchers.
    Offer,
    /// A reward.
    Reward,
    /// A plan of memberships.
    Plan,
    /// A department.
    Department,
}

impl Named {
    const ALL: [Self; 6] = [Self::Program, Self::Tier, Self::Offer, Self::Reward, Self::Plan, Self::Department];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Tier => "tier",
            Self::Offer => "offer",
            Self::Reward => "reward",
            Self::Plan => "plan",
            Self::Department => "department",
        }
    }
}

/// The names that a tenant has, by what they are of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantNames {
    names: BTreeMap<Named, BTreeSet<String>>,
    /// By program.
    tiers: BTreeMap<String, BTreeSet<String>>,
}

impl TenantNames {
    /// Adds names of one sort. A sort of which none were added is not checked.
    #[must_use]
    pub fn with(mut self, sort: Named, names: impl IntoIterator<Item = String>) -> Self {
        self.names.entry(sort).or_default().extend(names);
        self
    }

    /// Adds the tiers of a program.
    #[must_use]
    pub fn with_tiers(mut self, program: &str, tiers: impl IntoIterator<Item = String>) -> Self {
        let tiers: BTreeSet<String> = tiers.into_iter().collect();
        self.tiers.entry(program.to_owned()).or_default().extend(tiers.iter().cloned());
        self.with(Named::Tier, tiers)
    }

    /// The formats to be checked, such as `stammgast:program`, and what fits.
    pub(crate) fn formats(&self) -> impl Iterator<Item = (String, BTreeSet<String>)> + '_ {
        self.names.iter().map(|(named, names)| (format!("{PREFIX}{}", named.as_str()), names.clone()))
    }

    /// What is wrong with a name, in words; `None` where the format is none of these.
    pub(crate) fn unknown(&self, format: &str, name: &str) -> Option<String> {
        let sort = format.strip_prefix(PREFIX)?;
        let (_, names) = self.names.iter().find(|(named, _)| named.as_str() == sort)?;
        let (name, there) = (cut(name), there_are(names));
        Some(format!("there is no {sort} `{name}`; create it first, or name another one ({there})"))
    }

    /// Whether tiers are checked.
    pub(crate) fn has_tiers(&self) -> bool {
        self.names.contains_key(&Named::Tier)
    }

    /// What is wrong with a tier that has to be one of the programs', in words; `None` where one of them has it.
    pub(crate) fn of_another_program(&self, programs: &BTreeSet<String>, tier: &str) -> Option<String> {
        let has_it = |program: &String| self.tiers.get(program).is_some_and(|tiers| tiers.contains(tier));
        let program = programs.first().filter(|_| !programs.iter().any(has_it))?;
        if self.names.get(&Named::Program).is_some_and(|known| !known.contains(program)) {
            return self.unknown(PROGRAM, program);
        }
        let there = self.tiers.get(program).map_or_else(|| there_are(&BTreeSet::new()), there_are);
        let (program, tier) = (cut(program), cut(tier));
        Some(format!("the program `{program}` has no tier `{tier}`; create it first, or name another one ({there})"))
    }
}

fn there_are(names: &BTreeSet<String>) -> String {
    let there = names.iter().take(TOLD).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if there.is_empty() { "there is none yet".to_owned() } else { format!("there are {there}") }
}

fn cut(name: &str) -> String {
    name.chars().take(100).collect()
}

/// A format that begins like these and is none of them.
pub(crate) fn misspelt(format: &str) -> Option<String> {
    let sort = format.strip_prefix(PREFIX)?;
    if Named::ALL.iter().any(|named| named.as_str() == sort) {
        return None;
    }
    let known = Named::ALL.map(|named| format!("`{PREFIX}{}`", named.as_str())).join(", ");
    Some(format!("`{format}` is no format; there are {known}"))
}

/// Programs that a configuration names, by the place of the object that does (a JSON pointer): what a property says whose
/// schema has the format of a program, or its default where it is left out. Of schemas that hold in turns, each counts.
pub(crate) fn programs_named(schema: &Value, config: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut named = Naming { root: schema, programs: BTreeMap::new() };
    named.visit(schema, config, "");
    named.programs
}

/// Walks through a schema beside a configuration. References end, since the schema was weighed.
struct Naming<'a> {
    root: &'a Value,
    programs: BTreeMap<String, BTreeSet<String>>,
}

impl<'a> Naming<'a> {
    fn visit(&mut self, schema: &'a Value, value: &'a Value, place: &str) {
        let Some(schema) = schema.as_object() else { return };
        let mut next: Vec<(&'a Value, &'a Value, String)> = Vec::new();
        let here = |inner: &'a Value| (inner, value, place.to_owned());
        for (keyword, inner) in schema {
            match (keyword.as_str(), inner, value) {
                ("$ref", Value::String(reference), _) => next.extend(self.target(reference).map(here)),
                ("if" | "then" | "else", _, _) => next.push(here(inner)),
                ("allOf" | "anyOf" | "oneOf", Value::Array(schemas), _) => next.extend(schemas.iter().map(here)),
                ("dependentSchemas", Value::Object(schemas), _) => next.extend(schemas.values().map(here)),
                ("properties", Value::Object(properties), Value::Object(fields)) => {
                    self.name(properties, fields, place);
                    let both = properties.iter().filter_map(|(name, of)| Some((name, of, fields.get(name)?)));
                    next.extend(both.map(|(name, of, field)| (of, field, within(place, name))));
                }
                ("additionalProperties", _, Value::Object(fields)) => {
                    let is_other = |name: &str| schema.get("properties").is_none_or(|of| of.get(name).is_none());
                    let others = fields.iter().filter(|(name, _)| is_other(name.as_str()));
                    next.extend(others.map(|(name, field)| (inner, field, within(place, name))));
                }
                ("patternProperties", Value::Object(patterns), Value::Object(fields)) => {
                    for of in patterns.values() {
                        next.extend(fields.iter().map(|(name, field)| (of, field, within(place, name))));
                    }
                }
                ("items" | "contains", _, Value::Array(items)) => {
                    next.extend(items.iter().zip(0..).map(|(item, index)| (inner, item, numbered(place, index))));
                }
                ("prefixItems", Value::Array(schemas), Value::Array(items)) => {
                    let both = schemas.iter().zip(items).zip(0..);
                    next.extend(both.map(|((of, item), index)| (of, item, numbered(place, index))));
                }
                _ => {}
            }
        }
        for (schema, value, place) in next {
            self.visit(schema, value, &place);
        }
    }

    /// Notes the programs that the properties of an object name.
    fn name(&mut self, properties: &'a Map<String, Value>, fields: &'a Map<String, Value>, place: &str) {
        for (name, property) in properties {
            if let Some(program) = self.program(property, fields.get(name)) {
                self.programs.entry(place.to_owned()).or_default().insert(program.to_owned());
            }
        }
    }

    /// The program that a property names; `None` where it names something else, or nothing.
    fn program(&self, property: &'a Value, field: Option<&'a Value>) -> Option<&'a str> {
        let text = |schema: &'a Value, keyword: &str| schema.get(keyword).and_then(Value::as_str);
        let (mut schema, mut default) = (property, None);
        loop {
            default = default.or(text(schema, "default"));
            if text(schema, "format") == Some(PROGRAM) {
                return field.map_or(default, Value::as_str);
            }
            schema = self.target(text(schema, "$ref")?)?;
        }
    }

    fn target(&self, reference: &str) -> Option<&'a Value> {
        let root: &'a Value = self.root;
        reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer))
    }
}

/// The place of a field, as a JSON pointer (RFC 6901).
fn within(place: &str, name: &str) -> String {
    format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn numbered(place: &str, index: usize) -> String {
    format!("{place}/{index}")
}
