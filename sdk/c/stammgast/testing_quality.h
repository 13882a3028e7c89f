/// Quality checks in tests: the call, and the findings that it raises.
#ifndef STAMMGAST_TESTING_QUALITY_H
#define STAMMGAST_TESTING_QUALITY_H

#include "testing_contact.h"

/// Asks the plugin what is wrong with a contact. True where the call ends well; then look at
/// `stammgast_test.findings`.
static inline bool stammgast_test_check_interaction(const stammgast_interaction_t *contact, const char *config)
{
    stammgast_event_t event = stammgast_test_event("interaction.recorded");
    stammgast_interaction_t told = *contact;
    stammgast_string_t text = stammgast_string(config);
    stammgast_types_types_plugin_error_t error;
    bool is_well;
    stammgast_test_begin(true);
    is_well = exports_stammgast_quality_interaction_checks_check_interaction(&event, &told, &text, &error);
    return stammgast_test_end_with(is_well, &error);
}

void stammgast_quality_effects_raise_finding(stammgast_severity_t severity, stammgast_reason_t *reason,
                                             stammgast_evidence_t *evidence)
{
    stammgast_test_finding_t finding;
    memset(&finding, 0, sizeof finding);
    stammgast_test_need("quality.raise-finding");
    stammgast_test_check_reason(reason);
    finding.severity = severity;
    finding.code = stammgast_test_copy(reason->code);
    finding.text = stammgast_test_copy(reason->text);
    finding.has_evidence = evidence != NULL;
    if (evidence != NULL) {
        stammgast_test_check_evidence(evidence);
        finding.field = stammgast_test_copy(evidence->field);
        finding.quote = stammgast_test_copy(evidence->quote);
    }
    stammgast_test.findings = (stammgast_test_finding_t *)stammgast_test_grow(
        stammgast_test.findings, stammgast_test.finding_count, sizeof finding);
    stammgast_test.findings[stammgast_test.finding_count++] = finding;
}

#endif
