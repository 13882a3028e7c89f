//! Objects with a flattened part, in the API description. `utoipa` writes them as `allOf` of their parts; where a part takes
//! no other fields than its own, that would refuse those of the other parts. So they are written as one object.

use std::collections::BTreeSet;
use utoipa::openapi::{
    Components, Content, OpenApi, RefOr, Schema,
    schema::{AdditionalProperties, Object},
};

const SCHEMAS: &str = "#/components/schemas/";

/// Writes each schema that is put together from a part which takes no other fields as one object. What a body of a request
/// is made of takes no other fields then, either.
pub fn flatten(api: &mut OpenApi) {
    let bodies = bodies(api);
    let Some(components) = &mut api.components else { return };
    let flat = components.schemas.iter().filter_map(|(name, schema)| Some((name.clone(), merged(components, schema)?)));
    for (name, mut object) in flat.collect::<Vec<_>>() {
        object.additional_properties = bodies.contains(&name).then(|| Box::new(AdditionalProperties::FreeForm(false)));
        components.schemas.insert(name, RefOr::T(Schema::Object(object)));
    }
}

/// The schemas of request bodies, by name.
fn bodies(api: &mut OpenApi) -> BTreeSet<String> {
    let operations = api.paths.paths.values_mut().flat_map(super::description::operations);
    let bodies = operations.filter_map(|operation| match &operation.request_body {
        Some(RefOr::T(body)) => Some(body),
        _ => None,
    });
    let contents = bodies.flat_map(|body| body.content.values());
    let names = contents.filter_map(|content| match content {
        RefOr::T(Content { schema: Some(RefOr::Ref(to)), .. }) => {
            to.ref_location.strip_prefix(SCHEMAS).map(str::to_owned)
        }
        _ => None,
    });
    names.collect()
}

/// The parts of a schema in one object, where one of them takes no other fields.
fn merged(components: &Components, schema: &RefOr<Schema>) -> Option<Object> {
    let RefOr::T(Schema::AllOf(all)) = schema else { return None };
    let parts: Vec<&Object> = all.items.iter().map(|part| object(components, part)).collect::<Option<_>>()?;
    if !parts.iter().any(|part| is_closed(part)) {
        return None;
    }
    let mut one = Object::new();
    one.schema_type = utoipa::openapi::Type::Object.into();
    one.description.clone_from(&all.description);
    for part in parts {
        one.required.extend(part.required.iter().cloned());
        one.properties.extend(part.properties.iter().map(|(name, schema)| (name.clone(), schema.clone())));
    }
    one.required.sort();
    Some(one)
}

fn object<'a>(components: &'a Components, part: &'a RefOr<Schema>) -> Option<&'a Object> {
    match part {
        RefOr::T(Schema::Object(object)) => Some(object),
        RefOr::T(_) => None,
        RefOr::Ref(to) => object(components, components.schemas.get(to.ref_location.strip_prefix(SCHEMAS)?)?),
    }
}

fn is_closed(object: &Object) -> bool {
    matches!(object.additional_properties.as_deref(), Some(AdditionalProperties::FreeForm(false)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn problems(name: &str, value: &Value) -> Vec<String> {
        let api = serde_json::to_value(super::super::openapi()).unwrap();
        let schema = json!({ "$ref": format!("#/components/schemas/{name}"), "components": api["components"] });
        let validator = jsonschema::validator_for(&schema).unwrap();
        validator.iter_errors(value).map(|error| error.to_string()).collect()
    }

    #[test]
    fn a_code_beside_the_terms_is_allowed_and_a_slip_is_not() {
        let plan = json!({"code": "club", "name": "Club", "months": 12});
        assert_eq!(problems("NewPlan", &plan), [""; 0]);
        assert_eq!(problems("NewPlan", &json!({"name": "Club", "months": 12})).len(), 1, "no code");
        assert_eq!(problems("NewPlan", &json!({"code": "club", "name": "Club", "months": 12, "moths": 1})).len(), 1);
        assert_eq!(problems("PlanTerms", &plan).len(), 1, "a change takes no code");
    }

    #[test]
    fn no_part_refuses_the_fields_of_another() {
        let api = serde_json::to_value(super::super::openapi()).unwrap();
        for (name, schema) in api["components"]["schemas"].as_object().unwrap() {
            for part in schema["allOf"].as_array().into_iter().flatten() {
                let part = part["$ref"].as_str().map_or(part, |to| api.pointer(to.trim_start_matches('#')).unwrap());
                assert_ne!(part["additionalProperties"], json!(false), "{name}");
            }
        }
    }
}
