/// A quality plugin: raises a finding when one of the configured words occurs in a contact.
///
/// Start with `word_in`: it is all that this plugin decides. What stands below it talks with the host.
#include "stammgast.h"

/// The first word of a text that is one of the configured words, in any case; empty where there is none.
static stammgast_string_t word_in(stammgast_string_t text, stammgast_strings_t words)
{
    stammgast_string_t word;
    size_t place = 0, each;
    while (stammgast_next_word(text, &place, &word)) {
        for (each = 0; each < words.len; each++) {
            if (stammgast_same_in_any_case(words.ptr[each], word)) {
                return word;
            }
        }
    }
    return stammgast_string("");
}

/// Looks for a word in one field of a contact.
static void check_field(const char *field, stammgast_string_t text, stammgast_strings_t words)
{
    stammgast_string_t word = word_in(text, words);
    if (word.len != 0) {
        stammgast_evidence_t evidence = stammgast_evidence(field, word);
        stammgast_raise_finding(STAMMGAST_INFO, "word-found",
                                stammgast_format("the word `%.*s` occurs in the %s", STAMMGAST_ARG(word), field),
                                &evidence);
    }
}

/// Called for every contact. What it asks for happens when it has returned true, and not before.
bool plugin_check_interaction(const stammgast_event_t *event, const stammgast_interaction_t *contact,
                              stammgast_config_t *config, stammgast_error_t *error)
{
    // What a tenant's admin may set: words to look for, each of letters and digits. The host has checked it against
    // `config_schema` in `manifest.json`.
    stammgast_strings_t words = stammgast_read_strings(config, "words");
    (void)event;
    if (config->problem != NULL) {
        return stammgast_invalid_config(error, "%s", config->problem);
    }
    check_field("subject", stammgast_or(contact->subject, ""), words);
    check_field("text", contact->text, words);
    return true;
}
