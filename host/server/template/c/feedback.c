/// A feedback plugin: opens an item for a department when a customer uses one of the configured words.
///
/// Start with `word_in`: it is all that this plugin decides. What stands below it talks with the host.
#include "stammgast.h"

/// What a tenant's admin may set. The host has checked it against `config_schema` in `manifest.json`.
struct settings {
    /// Words that show that the department is meant, each of letters and digits.
    stammgast_strings_t words;
    /// Code of what it is about.
    stammgast_string_t topic;
    /// Code of the department that has to hear of it.
    stammgast_string_t department;
};

/// The first word of a text that is one of the configured words, in any case; empty where there is none.
static stammgast_string_t word_in(stammgast_string_t text, const struct settings *settings)
{
    stammgast_string_t word;
    size_t place = 0, each;
    while (stammgast_next_word(text, &place, &word)) {
        for (each = 0; each < settings->words.len; each++) {
            if (stammgast_same_in_any_case(settings->words.ptr[each], word)) {
                return word;
            }
        }
    }
    return stammgast_string("");
}

/// Opens an item for what a word in a field of a contact shows.
static void open_item(const char *field, stammgast_string_t word, stammgast_string_t subject,
                      const struct settings *settings)
{
    stammgast_string_t sentence = stammgast_format("the customer speaks of `%.*s`", STAMMGAST_ARG(word));
    stammgast_string_t title = stammgast_trim(subject).len == 0 ? sentence : subject;
    stammgast_evidence_t evidence = stammgast_evidence(field, word);
    stammgast_item_t item = {
        .department = settings->department,
        .kind = STAMMGAST_COMPLAINT,
        .topic = settings->topic,
        .title = stammgast_first_characters(title, 300),
        .code = "word-found",
        .text = sentence,
        .evidence = &evidence,
    };
    stammgast_open_item(&item);
}

static struct settings read_settings(stammgast_config_t *config)
{
    struct settings settings;
    settings.words = stammgast_read_strings(config, "words");
    settings.topic = stammgast_read_code(config, "topic");
    settings.department = stammgast_read_code(config, "department");
    return settings;
}

/// Called for every contact. What it asks for happens when it has returned true, and not before.
bool plugin_route_interaction(const stammgast_event_t *event, const stammgast_interaction_t *contact,
                              stammgast_config_t *config, stammgast_error_t *error)
{
    struct settings settings = read_settings(config);
    stammgast_string_t subject = stammgast_or(contact->subject, "");
    stammgast_string_t in_subject, in_text;
    (void)event;
    if (config->problem != NULL) {
        return stammgast_invalid_config(error, "%s", config->problem);
    }
    if (contact->direction == STAMMGAST_OUTBOUND) {
        return true;
    }
    in_subject = word_in(subject, &settings);
    in_text = word_in(contact->text, &settings);
    if (in_subject.len != 0) {
        open_item("subject", in_subject, subject, &settings);
    } else if (in_text.len != 0) {
        open_item("text", in_text, subject, &settings);
    }
    return true;
}
