/// Native tests, without WebAssembly: a host that answers from memory and writes down what the plugin asks for.
///
/// Include it in `test_plugin.c`, before `plugin.c` itself. A test calls the plugin with `stammgast_test_on_purchase`
/// and the like, and then looks at `stammgast_test`. The memory of calls lasts until the test has ended.
#ifndef STAMMGAST_TESTING_H
#define STAMMGAST_TESTING_H

#include "stammgast.h"

#include "testing_expect.h"

#include "testing_record.h"

#include "testing_grants.h"

#include "testing_host.h"

#include "testing_calls.h"

#endif
