/// What a plugin in C includes: everything that it is told, may ask for and has to answer, under short names.
///
/// You write functions that begin with `plugin_` (see the header of your kind: `stammgast_loyalty.h`,
/// `stammgast_quality.h`, `stammgast_channel.h`, `stammgast_feedback.h`); the SDK's begin with `stammgast_`.
/// `stammgast plugin build` defines `STAMMGAST_LOYALTY` and so on for each of the manifest's kinds, and
/// `STAMMGAST_LOYALTY_OCCASIONS` and so on for each family of events that loyalty rules are about.
///
/// Memory: a call owns all memory. What you are told, what lookups answer and what the SDK's functions give you lives
/// until your function returns, and is freed then. Free none of it, and keep none of it in a static variable. Whatever
/// you hand to the SDK is copied before the function that you hand it to returns.
#ifndef STAMMGAST_H
#define STAMMGAST_H

// Loyalty that names no family of events is about purchases, and a family is loyalty.
#if !defined(STAMMGAST_LOYALTY_PURCHASES) && !defined(STAMMGAST_LOYALTY_OCCASIONS) \
    && !defined(STAMMGAST_LOYALTY_ACTIVITIES) && !defined(STAMMGAST_LOYALTY_POINTS)
#ifdef STAMMGAST_LOYALTY
#define STAMMGAST_LOYALTY_PURCHASES 1
#endif
#elif !defined(STAMMGAST_LOYALTY)
#define STAMMGAST_LOYALTY 1
#endif

#include "stammgast_types.h"

#include "stammgast_memory.h"

#include "stammgast_text.h"

#include "stammgast_words.h"

#include "stammgast_numbers.h"

#include "stammgast_host.h"

#include "stammgast_dates.h"

#include "stammgast_json.h"

#include "stammgast_config.h"

#include "stammgast_call.h"

#ifdef STAMMGAST_LOYALTY
#include "stammgast_loyalty.h"
#endif

#ifdef STAMMGAST_QUALITY
#include "stammgast_quality.h"
#endif

#ifdef STAMMGAST_CHANNEL
#include "stammgast_channel.h"
#endif

#ifdef STAMMGAST_FEEDBACK
#include "stammgast_feedback.h"
#endif

#if !defined(STAMMGAST_LOYALTY) && !defined(STAMMGAST_QUALITY) && !defined(STAMMGAST_CHANNEL) \
    && !defined(STAMMGAST_FEEDBACK)
#error "no kind of plugin is defined: build with `stammgast plugin build`, or define STAMMGAST_LOYALTY, \
STAMMGAST_QUALITY, STAMMGAST_CHANNEL or STAMMGAST_FEEDBACK before stammgast.h is included"
#endif

#endif
