/// What a test grants the plugin: all, or what a manifest asks for.
#ifndef STAMMGAST_TESTING_GRANTS_H
#define STAMMGAST_TESTING_GRANTS_H

#include "testing_expect.h"
#include "testing_record.h"

/// Grants what a manifest asks for and nothing else, as the host does: `stammgast_test_manifest("manifest.json");`
static inline void stammgast_test_manifest(const char *path)
{
    yyjson_val *manifest = stammgast_read_json(stammgast_string(stammgast_test_file(path)), NULL);
    stammgast_test.capabilities = yyjson_obj_get(manifest, "capabilities");
    if (!yyjson_is_arr(stammgast_test.capabilities)) {
        fprintf(stderr, "%s is no manifest: it has no list of `capabilities`\n", path);
        exit(2);
    }
}

/// What the plugin uses must be granted.
static inline void stammgast_test_need(const char *capability)
{
    size_t place, count;
    yyjson_val *asked;
    if (stammgast_test.capabilities == NULL) {
        return;
    }
    yyjson_arr_foreach(stammgast_test.capabilities, place, count, asked) {
        if (yyjson_equals_str(yyjson_obj_get(asked, "name"), capability)) {
            return;
        }
    }
    fprintf(stderr, "the plugin used `%s`, which is not granted; ask for it in manifest.json\n", capability);
    stammgast_test_failures++;
}

#endif
