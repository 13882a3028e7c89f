/// The memory of a call: everything that the SDK hands out lives until the call has ended.
#ifndef STAMMGAST_MEMORY_H
#define STAMMGAST_MEMORY_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// One definition for the whole plugin, in however many files this header is included.
#define STAMMGAST_ONCE __attribute__((__weak__))

/// What only the sandbox needs. Natively, in tests, the test owns what it tells the plugin.
#ifdef __wasm__
#define STAMMGAST_IN_SANDBOX(statement) statement
#else
#define STAMMGAST_IN_SANDBOX(statement)
#endif

/// A piece of the call's memory; what was asked for follows it, aligned for everything.
typedef struct stammgast_block {
    struct stammgast_block *next;
    void (*release)(void *contents);
} __attribute__((__aligned__(16))) stammgast_block_t;

/// Every piece of the call's memory, newest first.
STAMMGAST_ONCE stammgast_block_t *stammgast_blocks = NULL;

/// Memory of this size, filled with zeros, until the call has ended; `release` is told before it is freed. Never
/// NULL: where there is no more memory, the call ends with a fault.
static inline void *stammgast_keep(size_t size, void (*release)(void *contents))
{
    stammgast_block_t *block;
    if (size > SIZE_MAX - sizeof *block) {
        abort();
    }
    block = (stammgast_block_t *)calloc(1, sizeof *block + size);
    if (block == NULL) {
        abort();
    }
    block->next = stammgast_blocks;
    block->release = release;
    stammgast_blocks = block;
    return block + 1;
}

/// Memory of this size, filled with zeros, until the call has ended. Never NULL, and never freed by you.
static inline void *stammgast_allocate(size_t size)
{
    return stammgast_keep(size, NULL);
}

/// Memory for an array, as with `stammgast_allocate`.
static inline void *stammgast_allocate_array(size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size) {
        abort();
    }
    return stammgast_allocate(count * size);
}

/// Frees the memory of the call. The SDK does it after your function; nobody else may.
static inline void stammgast_free_call(void)
{
    while (stammgast_blocks != NULL) {
        stammgast_block_t *block = stammgast_blocks;
        stammgast_blocks = block->next;
        if (block->release != NULL) {
            block->release(block + 1);
        }
        free(block);
    }
}

/// Memory for a part of an answer, which the host frees once it has read it. For the SDK's own use.
static inline void *stammgast_allocate_answer(size_t count, size_t size)
{
#ifdef __wasm__
    void *answer;
    if (count == 0) {
        return NULL;
    }
    answer = calloc(count, size);
    if (answer == NULL) {
        abort();
    }
    return answer;
#else
    return stammgast_allocate_array(count, size);
#endif
}

#endif
