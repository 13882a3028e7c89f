/// Days of the calendar, as reminders and messages have them.
#ifndef STAMMGAST_DATES_H
#define STAMMGAST_DATES_H

#include "stammgast_host.h"

/// A day: `stammgast_date(2026, 2, 28)`. Whether there is such a day, `stammgast_is_date` says.
static inline stammgast_date_t stammgast_date(int32_t year, uint8_t month, uint8_t day)
{
    stammgast_date_t date = {year, month, day};
    return date;
}

/// How many days a month has, 1 to 12; none where there is no such month.
static inline unsigned stammgast_days_in_month(int32_t year, uint8_t month)
{
    static const uint8_t days[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month > 12 ? 0 : month == 2 && is_leap ? 29 : days[month];
}

/// Whether the calendar has this day, in the years 1 to 9999.
static inline bool stammgast_is_date(stammgast_date_t date)
{
    return date.year >= 1 && date.year <= 9999 && date.day >= 1
        && date.day <= stammgast_days_in_month(date.year, date.month);
}

/// A day as ISO 8601 writes it: `2026-02-28`.
static inline stammgast_string_t stammgast_format_date(stammgast_date_t date)
{
    return stammgast_format("%04" PRId32 "-%02u-%02u", date.year, (unsigned)date.month, (unsigned)date.day);
}

/// A day, as it goes to the host. What the calendar does not have ends the call with a fault.
static inline stammgast_date_t stammgast_real_date(const char *what, stammgast_date_t date)
{
    if (!stammgast_is_date(date)) {
        stammgast_string_t text = stammgast_format_date(date);
        stammgast_abort("%s is %.*s, and there is no such day", what, STAMMGAST_ARG(text));
    }
    return date;
}

#endif
