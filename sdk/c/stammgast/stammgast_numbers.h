/// Integers that are checked, and amounts of money as people write them.
///
/// In C, an integer that grows past 64 bits is no error but nonsense: count points and amounts with these.
#ifndef STAMMGAST_NUMBERS_H
#define STAMMGAST_NUMBERS_H

#include "stammgast_text.h"

/// Adds; false where 64 bits do not hold the sum.
static inline bool stammgast_add(int64_t one, int64_t other, int64_t *sum)
{
    return !__builtin_add_overflow(one, other, sum);
}

/// Subtracts; false where 64 bits do not hold the difference.
static inline bool stammgast_subtract(int64_t from, int64_t what, int64_t *difference)
{
    return !__builtin_sub_overflow(from, what, difference);
}

/// Multiplies; false where 64 bits do not hold the product.
static inline bool stammgast_multiply(int64_t one, int64_t other, int64_t *product)
{
    return !__builtin_mul_overflow(one, other, product);
}

/// How many minor units a full unit of an amount's currency has: 100 for EUR, 1 for JPY. False where 64 bits do not
/// hold it.
static inline bool stammgast_unit(const stammgast_money_t *amount, int64_t *unit)
{
    unsigned digits;
    *unit = 1;
    for (digits = 0; digits < amount->minor_digits; digits++) {
        if (!stammgast_multiply(*unit, 10, unit)) {
            return false;
        }
    }
    return true;
}

/// An amount as people write it, with all its decimals: `12.50 EUR`, `1200 JPY`.
static inline stammgast_string_t stammgast_format_money(const stammgast_money_t *amount)
{
    const size_t decimals = amount->minor_digits;
    const uint64_t minor = amount->minor < 0 ? 0 - (uint64_t)amount->minor : (uint64_t)amount->minor;
    const stammgast_string_t digits = stammgast_format("%0*" PRIu64, (int)decimals + 1, minor);
    const stammgast_string_t whole = stammgast_slice(digits, 0, digits.len - decimals);
    const stammgast_string_t part = stammgast_slice(digits, whole.len, digits.len);
    return stammgast_format("%s%.*s%s%.*s %.*s", amount->minor < 0 ? "-" : "", STAMMGAST_ARG(whole),
                            part.len == 0 ? "" : ".", STAMMGAST_ARG(part), STAMMGAST_ARG(amount->currency));
}

#endif
