/// What loyalty rules may ask for: points, tiers, vouchers, who may claim a reward, reminders, and messages to the
/// customer.
#ifndef STAMMGAST_LOYALTY_EFFECTS_H
#define STAMMGAST_LOYALTY_EFFECTS_H

#include "stammgast_call.h"

#include "stammgast_dates.h"

/// What a message is for.
typedef stammgast_host_contacts_purpose_t stammgast_purpose_t;
/// The customer needs it: about an order, a contract, an answer.
#define STAMMGAST_SERVICE STAMMGAST_HOST_CONTACTS_PURPOSE_SERVICE
/// It cares for the relationship: congratulations, thanks, news of the program.
#define STAMMGAST_RELATIONSHIP STAMMGAST_HOST_CONTACTS_PURPOSE_RELATIONSHIP
/// It sells.
#define STAMMGAST_SELLING STAMMGAST_HOST_CONTACTS_PURPOSE_SELLING

/// A message to the event's customer. What you leave out of its initialiser is absent or empty; `purpose`, `topic` (a
/// code), `title` (1 to 300 characters) and `text` (1 to 10,000) must be there. `offer` is a voucher that goes with it;
/// the host refuses one in a message of the purpose `STAMMGAST_SERVICE`.
typedef stammgast_host_contacts_message_t stammgast_proposed_message_t;
/// The last day on which a message makes sense or a reward may be claimed; `is_some` says whether there is one.
typedef stammgast_host_contacts_option_date_t stammgast_last_day_t;

/// The event's customer earns points, 1 to 1,000,000,000,000. Needs the grant `loyalty.earn`. The code is for machines
/// (`purchase`), the text for people (1 to 1,000 characters).
static inline void stammgast_earn(stammgast_string_t program, int64_t points, const char *code,
                                  stammgast_string_t text)
{
    stammgast_string_t clean = stammgast_clean(program);
    stammgast_reason_t reason = stammgast_reason(code, text);
    stammgast_loyalty_effects_earn(&clean, points, &reason);
}

/// The same with a number that need not be whole, such as `12.5`: digits, and after a point at most 9 more. The
/// program's policy rounds it; what is less than a point after that earns nothing. Needs the grant `loyalty.earn`.
static inline void stammgast_earn_decimal(stammgast_string_t program, stammgast_string_t points, const char *code,
                                          stammgast_string_t text)
{
    stammgast_string_t clean = stammgast_clean(program), number = stammgast_clean(points);
    stammgast_reason_t reason = stammgast_reason(code, text);
    stammgast_loyalty_effects_earn_decimal(&clean, &number, &reason);
}

/// The event's customer should have this tier of a program. The program's policy decides: a higher tier holds at once,
/// the same tier holds longer (where points moved, only if some were earned), and a lower one holds when the tier's
/// time and its grace are over. With too few points for it by the policy, the next lower tier counts as proposed
/// for which they are enough, or none where they are enough for no tier. A program that has no tiers, or not this one,
/// is a fault. Needs the grant `loyalty.propose-tier`.
static inline void stammgast_propose_tier(stammgast_string_t program, stammgast_string_t tier, const char *code,
                                          stammgast_string_t text)
{
    stammgast_string_t clean = stammgast_clean(program), proposed = stammgast_clean(tier);
    stammgast_reason_t reason = stammgast_reason(code, text);
    stammgast_loyalty_effects_propose_tier(&clean, &proposed, &reason);
}

/// The event's customer should have no tier of a program any more. The tier holds until its time and its grace are
/// over, and then none, or the next lower one where the policy goes down by steps. Said after the tier's time it
/// changes nothing. A program that has no tiers is a fault. Needs the grant `loyalty.propose-tier`.
static inline void stammgast_propose_no_tier(stammgast_string_t program, const char *code, stammgast_string_t text)
{
    stammgast_string_t clean = stammgast_clean(program);
    stammgast_reason_t reason = stammgast_reason(code, text);
    stammgast_loyalty_effects_propose_no_tier(&clean, &reason);
}

/// The event's customer gets a voucher of one of the tenant's offers. Needs the grant `loyalty.issue-voucher`.
static inline void stammgast_issue_voucher(stammgast_string_t offer, const char *code, stammgast_string_t text)
{
    stammgast_string_t clean = stammgast_clean(offer);
    stammgast_reason_t reason = stammgast_reason(code, text);
    stammgast_loyalty_effects_issue_voucher(&clean, &reason);
}

/// A last day: `.last_day = stammgast_until(occasion->day)`.
static inline stammgast_last_day_t stammgast_until(stammgast_date_t day)
{
    stammgast_last_day_t last = {true, {0, 0, 0}};
    last.val = day;
    return last;
}

/// No last day.
static inline stammgast_last_day_t stammgast_no_last_day(void)
{
    stammgast_last_day_t last = {false, {0, 0, 0}};
    return last;
}

/// The event's customer may claim a reward that is open to eligible customers: to the end of the last day in the
/// tenant's time zone, `stammgast_until(day)`, or with `stammgast_no_last_day()` until `stammgast_end_eligibility`. One
/// word holds for a customer and a reward, whoever says it: the last one, by the time of the events. A last day that the
/// calendar does not have ends the call with a fault.
/// Needs the grant `loyalty.make-eligible`.
static inline void stammgast_make_eligible(stammgast_string_t reward, stammgast_last_day_t last_day, const char *code,
                                           stammgast_string_t text)
{
    stammgast_string_t clean = stammgast_clean(reward);
    stammgast_reason_t reason = stammgast_reason(code, text);
    if (last_day.is_some) {
        stammgast_date_t real = stammgast_real_date("the last day of an eligibility", last_day.val);
        stammgast_loyalty_effects_make_eligible(&clean, &real, &reason);
    } else {
        stammgast_loyalty_effects_make_eligible(&clean, NULL, &reason);
    }
}

/// The event's customer may not claim that reward any more; what is claimed stays. Needs the grant
/// `loyalty.make-eligible`.
static inline void stammgast_end_eligibility(stammgast_string_t reward, const char *code, stammgast_string_t text)
{
    stammgast_string_t clean = stammgast_clean(reward);
    stammgast_reason_t reason = stammgast_reason(code, text);
    stammgast_loyalty_effects_end_eligibility(&clean, &reason);
}

/// Reminds of the event's customer on a day, once: an occasion of the kind `reminder` comes to this installation, with
/// the name, which is a code. Another reminder of the customer by that name is replaced. A day that has passed is due
/// at once; one that the calendar does not have ends the call with a fault. Needs the grant `reminders`.
static inline void stammgast_set_reminder(stammgast_string_t name, stammgast_date_t day)
{
    stammgast_string_t clean = stammgast_clean(name);
    stammgast_date_t real = stammgast_real_date("the day of a reminder", day);
    stammgast_host_reminders_set(&clean, &real);
}

/// Takes a reminder of the event's customer back; nothing happens where there is none. Needs the grant `reminders`.
static inline void stammgast_cancel_reminder(stammgast_string_t name)
{
    stammgast_string_t clean = stammgast_clean(name);
    stammgast_host_reminders_cancel(&clean);
}

/// Proposes to say something to the event's customer. The host decides whether it is said: it goes by consent, by the
/// tenant's limits for each purpose, and by hours of rest. Code and text say why, as with `stammgast_earn`. A last day
/// that the calendar does not have ends the call with a fault. Needs the grant `contacts.propose`.
static inline void stammgast_propose_contact(const stammgast_proposed_message_t *message, const char *code,
                                             stammgast_string_t text)
{
    stammgast_proposed_message_t clean = *message;
    stammgast_reason_t reason = stammgast_reason(code, text);
    clean.topic = stammgast_clean(message->topic);
    clean.title = stammgast_clean(message->title);
    clean.text = stammgast_clean(message->text);
    clean.offer = stammgast_clean_option(message->offer);
    if (message->last_day.is_some) {
        clean.last_day.val = stammgast_real_date("the last day of a message", message->last_day.val);
    }
    stammgast_host_contacts_propose(&clean, &reason);
}

#endif
