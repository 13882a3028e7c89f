//! The API description (`OpenAPI` 3.1): what all operations have in common is added here, once.

use super::{
    auth::TENANT_HEADER,
    flattened,
    problem::{FieldProblem, PROBLEM_JSON, ProblemBody},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Components, ComponentsBuilder, Content, InfoBuilder, LicenseBuilder, ObjectBuilder, OpenApi, OpenApiBuilder,
        PathItem, Ref, RefOr, Required, Response, ResponseBuilder, SecurityRequirement, Type,
        path::{Operation, ParameterBuilder, ParameterIn},
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

/// The name of the security scheme.
const BEARER: &str = "bearer";
/// The extension that names the scopes an operation needs, or `operator`.
const SCOPE: &str = "x-scope";

/// The description without its operations.
pub fn base() -> OpenApi {
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build();
    let info = InfoBuilder::new()
        .title("Stammgast")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(include_str!("description.md")))
        .license(Some(license))
        .build();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An API key: `sgk_…`. The operation's `x-scope` names the scopes that it needs."))
        .build();
    let components = ComponentsBuilder::new().security_scheme(BEARER, SecurityScheme::Http(bearer)).build();
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

/// Adds what operations have in common: security, the tenant header and the problems that each may answer with.
pub fn complete(api: &mut OpenApi) {
    flattened::flatten(api);
    let components = api.components.get_or_insert_with(Components::new);
    components.schemas.insert(ProblemBody::name().into_owned(), ProblemBody::schema());
    components.schemas.insert(FieldProblem::name().into_owned(), FieldProblem::schema());
    for common in COMMON {
        components.responses.insert(common.name.to_owned(), RefOr::T(problem_response(common.description)));
    }
    for (path, item) in &mut api.paths.paths {
        for operation in operations(item) {
            complete_operation(operation, path);
        }
    }
}

/// A problem that many operations may answer with.
struct Common {
    status: &'static str,
    name: &'static str,
    description: &'static str,
    applies: fn(&Facts) -> bool,
}

/// What is known of an operation.
struct Facts {
    scope: Option<String>,
    names_row: bool,
    reads_input: bool,
    reads_body: bool,
}

const COMMON: &[Common] = &[
    Common {
        status: "400",
        name: "Malformed",
        description: "`malformed-json` or `incomplete-body`.",
        applies: |facts| facts.reads_body,
    },
    Common {
        status: "401",
        name: "Unauthenticated",
        description: "`unauthenticated`: no valid API key.",
        applies: |facts| facts.scope.is_some(),
    },
    Common {
        status: "403",
        name: "Forbidden",
        description: "`missing-scope` or `operator-only`.",
        applies: |facts| facts.scope.is_some(),
    },
    Common {
        status: "404",
        name: "NotFound",
        description: "`not-found`: no such row in this tenant.",
        applies: |facts| facts.names_row,
    },
    Common { status: "413", name: "TooLarge", description: "`too-large`.", applies: |facts| facts.reads_body },
    Common {
        status: "415",
        name: "UnsupportedMediaType",
        description: "`unsupported-media-type`.",
        applies: |facts| facts.reads_body,
    },
    Common {
        status: "422",
        name: "InvalidValue",
        description: "`invalid-value`, or another code that names what is refused.",
        applies: |facts| facts.reads_input,
    },
    Common { status: "500", name: "Internal", description: "`internal`.", applies: |_| true },
    Common { status: "503", name: "Timeout", description: "`timeout`.", applies: |_| true },
];

pub(super) fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

fn complete_operation(operation: &mut Operation, path: &str) {
    let scope = operation.extensions.as_ref().and_then(|extensions| extensions.get(SCOPE)?.as_str().map(str::to_owned));
    // Who has no key is not told what is there and what is wrong.
    let has_key = scope.is_some();
    let facts = Facts {
        names_row: has_key && path.contains('{'),
        reads_input: has_key && (operation.parameters.is_some() || operation.request_body.is_some()),
        reads_body: has_key && operation.request_body.is_some(),
        scope,
    };
    if let Some(scope) = &facts.scope {
        operation.security = Some(vec![SecurityRequirement::new(BEARER, Vec::<String>::new())]);
        if scope != "operator" {
            operation.parameters.get_or_insert_default().push(RefOr::T(tenant_header()));
        }
    }
    for common in COMMON.iter().filter(|common| (common.applies)(&facts)) {
        let response = RefOr::Ref(Ref::from_response_name(common.name));
        operation.responses.responses.entry(common.status.to_owned()).or_insert(response);
    }
}

fn tenant_header() -> utoipa::openapi::path::Parameter {
    ParameterBuilder::new()
        .name(TENANT_HEADER)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("The tenant that the operator's key acts for. A tenant's own key needs none."))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

fn problem_response(description: &str) -> Response {
    let content = Content::new(Some(Ref::from_schema_name(ProblemBody::name())));
    ResponseBuilder::new().description(description).content(PROBLEM_JSON, content).build()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use stammgast_domain::access::Scope;

    fn each_operation(mut check: impl FnMut(&str, &str, &Value)) {
        let api = serde_json::to_value(super::super::openapi()).unwrap();
        for (path, item) in api["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                check(path, method, operation);
            }
        }
    }

    #[test]
    fn every_operation_under_v1_names_scopes_that_exist_and_needs_a_key() {
        each_operation(|path, method, operation| {
            // Deliveries to webhooks prove themselves.
            if !path.starts_with("/v1/") || path.starts_with("/v1/hooks/") {
                return;
            }
            let scope = operation["x-scope"].as_str().unwrap_or_else(|| panic!("{method} {path} names no scope"));
            let known = |name: &str| name == "operator" || name.parse::<Scope>().is_ok();
            assert!(scope.split(' ').all(known), "{method} {path} names {scope}");
            assert_eq!(operation["security"][0]["bearer"], serde_json::json!([]), "{method} {path}");
            assert!(operation["responses"]["401"].is_object(), "{method} {path}");
        });
    }

    #[test]
    fn every_operation_has_a_summary_and_describes_its_path_parameters() {
        each_operation(|path, method, operation| {
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{method} {path}");
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let described = parameters.iter().filter(|parameter| parameter["in"] == "path").count();
            assert_eq!(described, path.matches('{').count(), "{method} {path}");
        });
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let api = serde_json::to_value(super::super::openapi()).unwrap();
        let text = api.to_string();
        for rest in text.split("\"$ref\":\"#").skip(1) {
            let pointer = rest.split('"').next().unwrap();
            assert!(api.pointer(pointer).is_some(), "{pointer}");
        }
    }
}
