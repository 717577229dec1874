// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * allocated: how much memory this process holds from malloc, for tests that it does not grow.
 */
#ifndef TESTS_ALLOCATED_H
#define TESTS_ALLOCATED_H

#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ADDRESS_SANITIZER 1
#endif
#endif

#ifdef WITH_ADDRESS_SANITIZER
size_t __sanitizer_get_current_allocated_bytes(void); /* gcc does not bring the header */
#else
#define WITH_ADDRESS_SANITIZER 0
#include <malloc.h>
#endif

/* Bytes allocated and not freed. */
static inline size_t allocated_bytes(void)
{
#if WITH_ADDRESS_SANITIZER
    return __sanitizer_get_current_allocated_bytes();
#else
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
#endif
}

#endif
