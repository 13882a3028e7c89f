//! A plugin's configuration schema comes from strangers: what checking a value against it costs is bounded.

use crate::{
    schema_error::told,
    tenant_names::{TIER, TenantNames, misspelt, programs_named},
};
use jsonschema::{PatternOptions, ValidationError, Validator, error::ValidationErrorKind};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// Values of a schema document that one check may visit, references followed.
const MOST: u64 = 3_000;
/// Values inside one another, references followed.
const DEEPEST: usize = 200;
/// All errors are gathered where there cannot be more than so many; else the first one alone is told.
const MOST_ERRORS: u64 = 200_000;
/// Errors that are told.
const TOLD: usize = 20;
/// What is wrong with one place of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct ConfigError {
    /// The place, as `config.rules.0.points`; `config` for the whole.
    pub field: String,
    /// What is wrong there, for people.
    pub problem: String,
}

/// Makes a validator of a configuration schema (JSON Schema 2020-12). Formats are checked, patterns are regular
/// expressions without look-around, so that they take linear time.
///
/// # Errors
/// What is wrong with the schema, for people: it is none, it refers to something outside or to itself, or its
/// references unfold to more than a check may visit.
pub fn config_validator(schema: &Value) -> Result<Validator, String> {
    weight(schema)?;
    validator(schema, &TenantNames::default())
}

/// What is wrong with a configuration, at most 20 errors; of a large one perhaps the first alone. Where the schema says
/// that a text names one of the tenant's own things (`"format": "stammgast:program"`), it has to be among the `names` of
/// that sort, and a tier among those of the program that the nearest object around it names. Where none names one, and in
/// a large configuration, any program's tier will do.
///
/// # Errors
/// What is wrong with the schema, as of [`config_validator`].
pub fn config_errors(schema: &Value, config: &Value, names: &TenantNames) -> Result<Vec<ConfigError>, String> {
    let weight = weight(schema)?;
    let validator = validator(schema, names)?;
    let of = |error: &ValidationError<'_>| ConfigError::of(error, names);
    if weight.saturating_mul(values(config)) > MOST_ERRORS {
        return Ok(validator.validate(config).err().iter().map(of).collect());
    }
    let errors: Vec<ConfigError> = validator.iter_errors(config).take(TOLD).map(|error| of(&error)).collect();
    Ok(if errors.is_empty() { foreign_tiers(schema, config, &validator, names) } else { errors })
}

/// Tiers of a configuration without other errors that some program has, but not the one that is named around them.
fn foreign_tiers(schema: &Value, config: &Value, validator: &Validator, names: &TenantNames) -> Vec<ConfigError> {
    let programs = programs_named(schema, config);
    if programs.is_empty() || !names.has_tiers() {
        return Vec::new();
    }
    // What holds for a value says so in annotations: only those of schemas that fit are there.
    let evaluation = validator.evaluate(config);
    let tiers = evaluation.iter_annotations().filter(|entry| entry.annotations.value().as_str() == Some(TIER));
    let places: BTreeSet<&str> = tiers.map(|entry| entry.instance_location.as_str()).collect();
    let wrong = |place: &str| {
        let mut around = std::iter::successors(place.rsplit_once('/'), |(around, _)| around.rsplit_once('/'));
        let programs = around.find_map(|(around, _)| programs.get(around))?;
        let tier = config.pointer(place).and_then(Value::as_str)?;
        let problem = names.of_another_program(programs, tier)?;
        Some(ConfigError { field: field(place), problem })
    };
    places.into_iter().filter_map(wrong).take(TOLD).collect()
}

/// A place as people are told of it.
fn field(place: &str) -> String {
    format!("config{}", place.replace('/', "."))
}

impl ConfigError {
    fn of(error: &ValidationError<'_>, names: &TenantNames) -> Self {
        let unknown = match error.kind() {
            ValidationErrorKind::Format { format } => {
                names.unknown(format, error.instance().as_str().unwrap_or_default())
            }
            _ => None,
        };
        let place = error.instance_path().to_string();
        Self { field: field(&place), problem: unknown.unwrap_or_else(|| told(error)) }
    }
}

fn values(value: &Value) -> u64 {
    let inside: u64 = match value {
        Value::Array(items) => items.iter().map(values).sum(),
        Value::Object(fields) => fields.values().map(values).sum(),
        _ => 0,
    };
    inside + 1
}

fn weight(schema: &Value) -> Result<u64, String> {
    Weighing { root: schema, known: HashMap::new(), open: Vec::new() }.weight(schema, 0)
}

fn validator(schema: &Value, names: &TenantNames) -> Result<Validator, String> {
    let options =
        jsonschema::draft202012::options().with_pattern_options(PatternOptions::regex()).should_validate_formats(true);
    let options = names
        .formats()
        .fold(options, |options, (format, names)| options.with_format(format, move |name: &str| names.contains(name)));
    options.build(schema).map_err(|error| error.to_string())
}

/// Counts what a schema unfolds to. A name is taken for a keyword only with a value of a keyword's type, since a
/// property may have any name.
struct Weighing<'a> {
    root: &'a Value,
    known: HashMap<&'a str, u64>,
    open: Vec<&'a str>,
}

impl<'a> Weighing<'a> {
    fn weight(&mut self, value: &'a Value, depth: usize) -> Result<u64, String> {
        if depth > DEEPEST {
            return Err(format!("it goes more than {DEEPEST} levels deep; make it simpler"));
        }
        let mut sum = 1_u64;
        match value {
            Value::Array(items) => {
                for item in items {
                    sum = sum.saturating_add(self.weight(item, depth + 1)?);
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    sum = sum.saturating_add(match (name.as_str(), field) {
                        ("$ref", Value::String(reference)) => self.target(reference, depth + 1)?,
                        ("format", Value::String(format)) => match misspelt(format) {
                            Some(problem) => return Err(problem),
                            None => 1,
                        },
                        // Checking these runs what lies inside again at every level.
                        ("unevaluatedProperties" | "unevaluatedItems", _) => {
                            return Err(format!("`{name}` is not taken; use `additionalProperties` or `items`"));
                        }
                        ("$dynamicRef" | "$recursiveRef" | "$id" | "$anchor" | "$dynamicAnchor", Value::String(_)) => {
                            return Err(format!("`{name}` is not taken; use `$ref` with `#/$defs/…`"));
                        }
                        _ => self.weight(field, depth + 1)?,
                    });
                }
            }
            _ => {}
        }
        if sum > MOST {
            return Err(format!("its references unfold to more than {MOST} values; make it simpler"));
        }
        Ok(sum)
    }

    fn target(&mut self, reference: &'a str, depth: usize) -> Result<u64, String> {
        if let Some(known) = self.known.get(reference) {
            return Ok(*known);
        }
        if self.open.contains(&reference) || reference == "#" {
            return Err(format!("`{reference}` refers to itself; unroll it"));
        }
        if reference.contains('%') {
            return Err(format!("`{reference}` is written with `%`; write the letters themselves"));
        }
        let target = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
        let target = target.ok_or_else(|| format!("`{reference}` leads nowhere in the schema itself"))?;
        self.open.push(reference);
        let weight = self.weight(target, depth)?;
        self.open.pop();
        self.known.insert(reference, weight);
        Ok(weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenant_names::Named;
    use serde_json::json;

    fn refusal(schema: &Value) -> String {
        config_validator(schema).map(|_| ()).unwrap_err()
    }

    #[test]
    fn an_honest_schema_checks_values_formats_included() {
        let schema = json!({
            "$defs": {"rule": {"type": "object", "properties": {"pattern": {"type": "string", "format": "regex"}}}},
            "type": "object", "properties": {"rules": {"type": "array", "items": {"$ref": "#/$defs/rule"}}},
        });
        let validator = config_validator(&schema).unwrap();
        assert!(validator.is_valid(&json!({"rules": [{"pattern": "SG-[0-9]+"}]})));
        assert!(!validator.is_valid(&json!({"rules": [{"pattern": "SG-[0-9"}]})));
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_unless_it_is_too_much() {
        let errors = |schema: &Value, config: &Value| config_errors(schema, config, &TenantNames::default()).unwrap();
        let schema = json!({
            "type": "object", "required": ["sender", "name"],
            "properties": {"rules": {"type": "array", "items": {"type": "integer"}}},
        });
        assert_eq!(errors(&schema, &json!({"sender": "a", "name": "b", "rules": [1]})), []);
        let wrong = errors(&schema, &json!({"rules": [1, "two"]}));
        let problem = |text: &str| wrong.iter().find(|error| error.problem.contains(text)).unwrap().field.clone();
        assert_eq!(
            [problem("sender"), problem("name"), problem("two")],
            ["config", "config", "config.rules.1"].map(str::to_owned)
        );
        assert_eq!(errors(&schema, &json!({"rules": vec!["two"; 1_000]})).len(), TOLD);
        let large = json!({"rules": vec!["two"; 100_000]});
        assert_eq!(errors(&schema, &large).len(), 1, "a hostile schema makes many errors of each value");
        let long = json!({"rules": "ä".repeat(1_000_000)});
        assert!(errors(&schema, &long).iter().all(|error| error.problem.chars().count() < 500));
    }

    #[test]
    fn a_name_of_the_tenants_own_has_to_be_there() {
        let name = |sort: &str| json!({"type": "string", "format": format!("stammgast:{sort}")});
        let schema = json!({
            "properties": {"program": name("program"), "steps": {"type": "array", "items": {"properties": {"tier": name("tier")}}}},
        });
        let names = TenantNames::default()
            .with(Named::Program, ["points".to_owned(), "status".to_owned()])
            .with(Named::Tier, []);
        let errors = |config: &Value| config_errors(&schema, config, &names).unwrap();
        assert_eq!(errors(&json!({"program": "status"})), []);
        let wrong = errors(&json!({"program": "nope", "steps": [{"tier": "gold"}]}));
        let told: Vec<String> = wrong.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "config.program: there is no program `nope`; create it first, or name another one (there are `points`, `status`)",
                "config.steps.0.tier: there is no tier `gold`; create it first, or name another one (there is none yet)",
            ]
        );
        // Who knows no tenant cannot say what is there.
        assert_eq!(config_errors(&schema, &json!({"program": "nope"}), &TenantNames::default()), Ok(vec![]));
        assert!(refusal(&json!({"properties": {"x": name("offers")}})).contains("`stammgast:offer`"));
    }

    #[test]
    fn a_tier_has_to_be_one_of_the_program_that_is_named_around_it() {
        let text_of = |sort: &str| json!({"type": "string", "format": format!("stammgast:{sort}")});
        let step = json!({
            "additionalProperties": false,
            "properties": {"program": text_of("program"), "tier": text_of("tier")},
        });
        let target = json!({"oneOf": [
            {"required": ["sort"], "properties": {"sort": {"const": "tier"}, "name": text_of("tier")}},
            {"required": ["sort"], "properties": {"sort": {"const": "text"}, "name": {"type": "string"}}},
        ]});
        let schema = json!({
            "$defs": {"program": {"default": "status", "type": "string", "format": "stammgast:program"}},
            "properties": {
                "program": {"$ref": "#/$defs/program"},
                "steps": {"type": "array", "items": step},
                "target": target,
            },
        });
        let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let names = TenantNames::default()
            .with(Named::Program, texts(&["elite", "points", "status"]))
            .with_tiers("elite", texts(&["bronze"]))
            .with_tiers("points", [])
            .with_tiers("status", texts(&["gold", "silver"]));
        let told = |names: &TenantNames, config: &Value| -> Vec<String> {
            config_errors(&schema, config, names).unwrap().iter().map(ToString::to_string).collect()
        };
        let wrong = |config: &Value| told(&names, config);
        let steps = json!([{"tier": "gold"}, {"program": "elite", "tier": "bronze"}]);
        assert_eq!(wrong(&json!({"steps": steps})), Vec::<String>::new());
        assert_eq!(wrong(&json!({"program": "status", "steps": steps})), Vec::<String>::new());
        let step = |index: usize, problem: &str, there: &str| {
            format!("config.steps.{index}.tier: {problem}; create it first, or name another one ({there})")
        };
        let gold = step(0, "the program `points` has no tier `gold`", "there is none yet");
        assert_eq!(wrong(&json!({"program": "points", "steps": steps})), [gold]);
        let bronze = step(0, "the program `status` has no tier `bronze`", "there are `gold`, `silver`");
        let gold = step(1, "the program `elite` has no tier `gold`", "there are `bronze`");
        assert_eq!(
            wrong(&json!({"steps": [{"tier": "bronze"}, {"program": "elite", "tier": "gold"}]})),
            [bronze, gold]
        );
        // Only what the value's own sort says of it counts.
        assert_eq!(wrong(&json!({"target": {"sort": "text", "name": "bronze"}})), Vec::<String>::new());
        assert_eq!(wrong(&json!({"target": {"sort": "tier", "name": "bronze"}})).len(), 1);
        let points = TenantNames::default().with(Named::Program, texts(&["points"]));
        let points = points.with_tiers("points", texts(&["gold"]));
        assert_eq!(
            told(&points, &json!({"steps": [{"tier": "gold"}]})),
            [step(0, "there is no program `status`", "there are `points`")]
        );
        // Where no program is named, any one's tier will do.
        let alone = json!({"properties": {"tier": text_of("tier")}});
        assert_eq!(config_errors(&alone, &json!({"tier": "bronze"}), &names), Ok(vec![]));
    }

    #[test]
    fn a_schema_that_unfolds_without_end_is_refused() {
        let doubled = |next: String| json!({"allOf": [{"$ref": next.clone()}, {"$ref": next}]});
        let mut rules = serde_json::Map::new();
        for level in 0..40 {
            rules.insert(level.to_string(), doubled(format!("#/$defs/{}", level + 1)));
        }
        rules.insert("40".to_owned(), json!({"type": "object"}));
        assert!(refusal(&json!({"$defs": rules, "$ref": "#/$defs/0"})).contains("unfold"));
        let hidden = json!({"properties": {"default": {"$ref": "#/$defs/0"}}, "$defs": rules});
        assert!(refusal(&hidden).contains("unfold"), "a property may be named like a keyword");
        assert!(refusal(&json!({"allOf": [{"$ref": "#"}]})).contains("itself"));
        let circle = json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"});
        assert!(refusal(&circle).contains("itself"));
    }

    #[test]
    fn a_chain_or_a_disguise_is_no_way_round() {
        let link = |level: usize| (level.to_string(), json!({"$ref": format!("#/a/{}", level + 1)}));
        let chain: serde_json::Map<String, Value> =
            (0..8_000).map(link).chain([("8000".into(), json!(true))]).collect();
        assert!(refusal(&json!({"a": chain, "$ref": "#/a/0"})).contains("levels deep"));
        assert!(refusal(&json!({"%24defs": {"0": true}, "$ref": "#/%24defs/0"})).contains('%'));
        let inner = json!({"anyOf": [true], "unevaluatedProperties": false});
        assert!(refusal(&json!({"anyOf": [inner]})).contains("unevaluatedProperties"));
    }

    #[test]
    fn what_lies_outside_is_not_fetched_and_costly_patterns_are_none() {
        assert!(refusal(&json!({"$ref": "https://example.com/schema.json"})).contains("nowhere"));
        assert!(config_validator(&json!({"type": "string", "pattern": "(?=a)b"})).is_err());
        assert!(config_validator(&json!({"type": 7})).is_err());
    }
}
