/// Letters and words: trimming, cutting, and finding whole words in any case.
#ifndef STAMMGAST_WORDS_H
#define STAMMGAST_WORDS_H

#include "stammgast_text.h"

#include <wctype.h>

/// Whether a letter is a blank, a line end or another white space (the Unicode property White_Space).
static inline bool stammgast_is_space(uint32_t letter)
{
    return (letter >= 0x09 && letter <= 0x0D) || letter == 0x20 || letter == 0x85 || letter == 0xA0 || letter == 0x1680
        || (letter >= 0x2000 && letter <= 0x200A) || letter == 0x2028 || letter == 0x2029 || letter == 0x202F
        || letter == 0x205F || letter == 0x3000;
}

/// A text without white space at its ends. Nothing is copied.
static inline stammgast_string_t stammgast_trim(stammgast_string_t string)
{
    size_t place = 0, start = string.len, end = 0;
    while (place < string.len) {
        stammgast_letter_t letter = stammgast_first_letter(stammgast_slice(string, place, string.len));
        place += letter.len;
        if (!stammgast_is_space(letter.letter)) {
            start = start == string.len ? place - letter.len : start;
            end = place;
        }
    }
    return stammgast_slice(string, start, end);
}

/// At most so many characters from a text's beginning. Nothing is copied.
static inline stammgast_string_t stammgast_first_characters(stammgast_string_t string, size_t count)
{
    size_t end = 0;
    for (; count > 0 && end < string.len; count--) {
        end += stammgast_first_letter(stammgast_slice(string, end, string.len)).len;
    }
    return stammgast_slice(string, 0, end);
}

/// Takes the next word, of letters and digits, from a text. `place` says where to look, from 0, and moves on. False
/// where there is none left.
static inline bool stammgast_next_word(stammgast_string_t text, size_t *place, stammgast_string_t *word)
{
    size_t start = *place, end = *place;
    while (end < text.len) {
        stammgast_letter_t letter = stammgast_first_letter(stammgast_slice(text, end, text.len));
        if (letter.is_valid && iswalnum((wint_t)letter.letter)) {
            end += letter.len;
        } else if (start < end) {
            break;
        } else {
            end += letter.len;
            start = end;
        }
    }
    *place = end;
    *word = stammgast_slice(text, start, end);
    return word->len != 0;
}

/// A letter in lower case. A sigma is the same letter at the end of a word and inside.
static inline uint32_t stammgast_lower(uint32_t letter)
{
    return letter == 0x03C2 ? 0x03C3 : (uint32_t)towlower((wint_t)letter);
}

/// Whether two texts are the same but for upper and lower case.
static inline bool stammgast_same_in_any_case(stammgast_string_t one, stammgast_string_t other)
{
    size_t here = 0, there = 0;
    while (here < one.len && there < other.len) {
        stammgast_letter_t first = stammgast_first_letter(stammgast_slice(one, here, one.len));
        stammgast_letter_t second = stammgast_first_letter(stammgast_slice(other, there, other.len));
        if (stammgast_lower(first.letter) != stammgast_lower(second.letter)) {
            return false;
        }
        here += first.len;
        there += second.len;
    }
    return here == one.len && there == other.len;
}

#endif
