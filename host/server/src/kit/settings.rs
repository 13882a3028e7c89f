//! How a plugin may be configured, told from the JSON Schema in its manifest: one line a setting.

use serde_json::Value;

/// How deep settings are followed into others.
const DEPTH: usize = 6;
/// The most settings that are told; a schema can unfold into far more than anybody reads.
const MOST: usize = 200;

/// One setting of a plugin's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name; `bonus.category` lies in `bonus`, and `tiers[].name` in each item of `tiers`.
    pub name: String,
    /// What sort of value it takes.
    pub sort: String,
    /// Whether it has to be there, as far as what it lies in is.
    pub is_required: bool,
    /// What holds where it is absent, as JSON.
    pub default: Option<Value>,
    /// What bounds its value, in words; empty where nothing does.
    pub bounds: String,
    /// What it is for, in the author's words.
    pub description: String,
}

/// The settings that a schema describes, in its order.
#[must_use]
pub fn settings(schema: &Value) -> Vec<Setting> {
    let mut found = Vec::new();
    collect(schema, schema, "", DEPTH, &mut found);
    found
}

fn collect(root: &Value, schema: &Value, prefix: &str, depth: usize, found: &mut Vec<Setting>) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return;
    };
    let required: Vec<&str> = strings(schema.get("required")).collect();
    for (name, property) in properties {
        if found.len() >= MOST {
            return;
        }
        let property = resolve(root, property);
        let path = format!("{prefix}{name}");
        found.push(Setting {
            sort: sort(root, property),
            is_required: required.contains(&name.as_str()),
            default: property.get("default").cloned(),
            bounds: bounds(root, property),
            description: text(property, "description").or_else(|| text(property, "title")).unwrap_or_default(),
            name: path.clone(),
        });
        if depth > 0 {
            collect(root, property, &format!("{path}."), depth - 1, found);
            if let Some(items) = property.get("items") {
                collect(root, resolve(root, items), &format!("{path}[]."), depth - 1, found);
            }
        }
    }
}

/// Follows a reference within the schema.
fn resolve<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    let target = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#'));
    target.and_then(|pointer| root.pointer(pointer)).unwrap_or(schema)
}

fn sort(root: &Value, schema: &Value) -> String {
    let is_choice = schema.get("enum").is_some() || schema.get("const").is_some();
    match schema.get("type") {
        Some(Value::String(one)) if one == "array" => {
            let items = schema.get("items").map(|items| sort(root, resolve(root, items)));
            items.map_or_else(|| "list".to_owned(), |items| format!("list of {items}"))
        }
        Some(Value::String(one)) => one.clone(),
        Some(several @ Value::Array(_)) => strings(Some(several)).collect::<Vec<_>>().join(" or "),
        _ if is_choice => "choice".to_owned(),
        _ if schema.get("properties").is_some() => "object".to_owned(),
        _ => "any".to_owned(),
    }
}

fn bounds(root: &Value, schema: &Value) -> String {
    let mut parts = Vec::new();
    if let Some(choices) = schema.get("enum").and_then(Value::as_array) {
        parts.push(choices.iter().map(plain).collect::<Vec<_>>().join(", "));
    }
    if let Some(only) = schema.get("const") {
        parts.push(plain(only));
    }
    parts.extend(range(schema, "minimum", "maximum", ""));
    parts.extend(schema.get("exclusiveMinimum").map(|value| format!("above {}", plain(value))));
    parts.extend(schema.get("exclusiveMaximum").map(|value| format!("below {}", plain(value))));
    parts.extend(schema.get("multipleOf").map(|value| format!("a multiple of {}", plain(value))));
    parts.extend(range(schema, "minLength", "maxLength", " characters"));
    parts.extend(text(schema, "format").map(|format| format!("format {format}")));
    parts.extend(text(schema, "pattern").map(|pattern| format!("matches {pattern}")));
    parts.extend(range(schema, "minItems", "maxItems", " items"));
    if schema.get("uniqueItems") == Some(&Value::Bool(true)) {
        parts.push("no item twice".to_owned());
    }
    let each = schema.get("items").map(|items| bounds(root, resolve(root, items)));
    parts.extend(each.filter(|each| !each.is_empty()).map(|each| format!("each {each}")));
    parts.join("; ")
}

fn range(schema: &Value, least: &str, most: &str, unit: &str) -> Option<String> {
    match (schema.get(least), schema.get(most)) {
        (Some(least), Some(most)) => Some(format!("{} to {}{unit}", plain(least), plain(most))),
        (Some(least), None) => Some(format!("at least {}{unit}", plain(least))),
        (None, Some(most)) => Some(format!("at most {}{unit}", plain(most))),
        (None, None) => None,
    }
}

fn text(schema: &Value, name: &str) -> Option<String> {
    schema.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn strings(value: Option<&Value>) -> impl Iterator<Item = &str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// Text without quotation marks, everything else as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_setting_is_one_line_with_what_bounds_it() {
        let schema = json!({
            "type": "object",
            "required": ["program"],
            "properties": {
                "program": { "type": "string", "pattern": "^[a-z]+$", "maxLength": 9, "description": "Where to." },
                "bonus": { "$ref": "#/$defs/bonus" },
                "words": { "type": "array", "items": { "type": "string", "minLength": 1 }, "minItems": 1, "uniqueItems": true },
                "mode": { "enum": ["fast", 2] }
            },
            "$defs": {
                "bonus": { "type": "object", "required": ["points"], "properties": {
                    "points": { "type": "integer", "minimum": 0, "maximum": 1000, "default": 10, "title": "Points" }
                } }
            }
        });
        let lines: Vec<String> = settings(&schema)
            .iter()
            .map(|one| {
                let required = if one.is_required { "!" } else { "" };
                let default = one.default.as_ref().map(Value::to_string).unwrap_or_default();
                format!("{}{required}|{}|{default}|{}|{}", one.name, one.sort, one.bounds, one.description)
            })
            .collect();
        let mut sorted = lines.clone();
        sorted.sort();
        let wanted = [
            "bonus.points!|integer|10|0 to 1000|Points",
            "bonus|object|||",
            "mode|choice||fast, 2|",
            "program!|string||at most 9 characters; matches ^[a-z]+$|Where to.",
            "words|list of string||at least 1 items; no item twice; each at least 1 characters|",
        ];
        assert_eq!(sorted, wanted);
    }

    #[test]
    fn a_schema_that_refers_to_itself_comes_to_an_end() {
        let schema = json!({ "properties": { "a": { "$ref": "#" } } });
        assert_eq!(settings(&schema).len(), DEPTH + 1);
        let both = json!({ "$ref": "#" });
        let wide = json!({ "properties": { "a": both, "b": both, "c": both } });
        assert_eq!(settings(&wide).len(), MOST);
        assert!(settings(&json!(true)).is_empty());
    }
}
