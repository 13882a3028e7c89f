//! The command that comes after a review.

use super::{
    super::super::super::output::plain,
    answer::{Destination, Plugin, Reviewed},
};

impl Reviewed {
    /// The command that runs it, with the options that it needs.
    pub(super) fn next(&self) -> Vec<String> {
        let Plugin { id, version, digest, config_schema, .. } = &self.plugin;
        let plugin = plain(&format!("{id}@{version}"));
        let required = config_schema.get("required").and_then(serde_json::Value::as_array);
        let (mut command, needs_config) = match &self.installation {
            Some(one) if one.digest == *digest => return Vec::new(),
            Some(one) => {
                let name = plain(&one.name);
                (format!("stammgast plugin upgrade {name} --to {plugin}"), !self.config_errors.is_empty())
            }
            None => {
                let needs_config = required.is_some_and(|names| !names.is_empty());
                (format!("stammgast plugin enable {plugin} --name NAME"), needs_config)
            }
        };
        let names_origin = |one: &Destination| !one.granted && one.origin.is_some();
        let leaves_origin = |one: &Destination| !one.granted && one.origin.is_none();
        let options = [
            (needs_config, " --config-file FILE"),
            (!self.new_grants.is_empty() || self.origins.iter().any(names_origin), " --grant-all"),
            (self.origins.iter().any(leaves_origin), " --origin URL"),
            (self.signed_by.is_none(), " --unsigned 'WHY'"),
        ];
        command.extend(options.into_iter().filter(|(is_needed, _)| *is_needed).map(|(_, option)| option));
        vec!["To run it:".to_owned(), format!("  {command}")]
    }
}

#[cfg(test)]
mod tests {
    use super::{super::answer::samples::upgrade, *};
    use serde_json::{Value, json};

    fn next(answer: Value) -> String {
        serde_json::from_value::<Reviewed>(answer).unwrap().next().concat()
    }

    #[test]
    fn an_upgrade_names_what_it_needs() {
        let mut answer = upgrade();
        let all = "stammgast plugin upgrade sms --to acme.sms@0.2.0 \
                   --config-file FILE --grant-all --origin URL --unsigned 'WHY'";
        assert!(next(answer.clone()).ends_with(all));
        for list in ["new_grants", "origins", "config_errors"] {
            answer[list] = json!([]);
        }
        answer["signed_by"] = json!("acme");
        assert!(next(answer.clone()).ends_with("upgrade sms --to acme.sms@0.2.0"));
        answer["installation"]["digest"] = answer["plugin"]["digest"].clone();
        assert_eq!(next(answer), "");
    }

    #[test]
    fn a_new_installation_needs_a_name_and_what_the_schema_requires() {
        let mut answer = upgrade();
        answer.as_object_mut().unwrap().remove("installation");
        let start = "stammgast plugin enable acme.sms@0.2.0 --name NAME";
        assert!(next(answer.clone()).contains(&format!("{start} --config-file FILE")));
        answer["plugin"]["config_schema"] = json!({});
        assert!(next(answer).contains(&format!("{start} --grant-all")));
    }
}
