/// A contact for tests of quality checks and feedback routing.
#ifndef STAMMGAST_TESTING_CONTACT_H
#define STAMMGAST_TESTING_CONTACT_H

/// A telephone call from the customer, with a text and, where it is not NULL, a subject.
static inline stammgast_interaction_t stammgast_test_contact(const char *subject, const char *text)
{
    stammgast_interaction_t contact;
    memset(&contact, 0, sizeof contact);
    contact.id = stammgast_string("interaction-1");
    contact.channel = stammgast_string("phone");
    contact.direction = STAMMGAST_INBOUND;
    if (subject != NULL) {
        contact.subject = stammgast_some(stammgast_string(subject));
    }
    contact.text = stammgast_string(text);
    contact.occurred_at = stammgast_test.now;
    return contact;
}

#endif
