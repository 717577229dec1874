// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Which technique tells an activity's story best? The same customers of the same M/M/1 queue, on the same
 * engine, as
 *
 *     callbacks   one function for every stretch between two waits; the customer says which comes next
 *     stackless   one story with the STORY_ macros
 *     stackful    a coroutine with a stack of its own: hand-written switch, or the C library's ucontext
 *
 * once with some ten customers in flight, where everything stays in the nearest cache, and once with ten
 * thousand, who let a long time pass before they join the line. All draw the same random numbers, and the
 * program fails if their mean waits differ. Figures are processor time, the best of several rounds, for the
 * machine may be busy with other things; memory is what the process grew by, for each customer in flight.
 */
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "sim/activity.h"
#include "sim/pool.h"
#include "sim/rng.h"
#include "sim/sim.h"
#include "sim/station.h"

enum { ROUNDS = 7, CUSTOMERS = 400000, STACK_BYTES = 16 * 1024 };

static const double service_ns = 1e6, utilization = 0.9;

/* ---- the queue, whatever its customers are ---- */

struct model;

struct technique {
    const char *name;
    size_t customer_bytes;
    void (*start)(struct model *model); /* a customer comes */
};

struct model {
    const struct technique *technique;
    struct sim *sim;
    struct station *station;
    struct pool *customers;
    struct sim_call arrival;
    struct rng intervals, services;
    sim_time lag_ns;  /* time that passes before a customer joins the line */
    uint64_t to_come;
    size_t most;      /* customers in flight at once */
};

static sim_time draw_interval(struct model *model)
{
    return (sim_time)(rng_exponential(&model->intervals) * service_ns / utilization);
}

static sim_time draw_service(struct model *model)
{
    return (sim_time)(rng_exponential(&model->services) * service_ns);
}

static void customer_arrives(struct sim_call *call)
{
    struct model *model = STORY_OF(call, struct model, arrival);
    model->technique->start(model);
    if (pool_in_use(model->customers) > model->most)
        model->most = pool_in_use(model->customers);
    if (--model->to_come > 0)
        sim_after(model->sim, draw_interval(model), call);
}

struct customer {
    struct activity activity;
    struct model *model;
};

static struct customer *customer_of(struct activity *activity)
{
    return STORY_OF(activity, struct customer, activity);
}

static void customer_leaves(struct activity *activity)
{
    pool_give(customer_of(activity)->model->customers, customer_of(activity));
}

/* ---- callbacks ---- */

static void callback_joins(struct activity *activity)
{
    struct model *model = customer_of(activity)->model;
    activity->story = customer_leaves;
    station_use(model->station, activity, draw_service(model));
}

static void callback_start(struct model *model)
{
    struct customer *customer = pool_take(model->customers);
    activity_init(&customer->activity, model->sim, callback_joins, NULL);
    customer->model = model;
    if (model->lag_ns > 0)
        activity_wait(&customer->activity, model->lag_ns);
    else
        callback_joins(&customer->activity);
}

/* ---- stackless ---- */

static void stackless_story(struct activity *self)
{
    struct model *model = customer_of(self)->model;
    STORY_BEGIN(self);
    if (model->lag_ns > 0)
        STORY_WAIT(self, model->lag_ns);
    STORY_USE(self, model->station, draw_service(model));
    STORY_END(self);
}

static void stackless_start(struct model *model)
{
    struct customer *customer = pool_take(model->customers);
    activity_init(&customer->activity, model->sim, stackless_story, customer_leaves);
    customer->model = model;
    activity_start(&customer->activity);
}

/* ---- stackful ---- */

/* A coroutine and its stack, which grows down towards the coroutine. The stacks' size is no power of two:
 * their tops would all compete for the same places of the cache. */
struct fiber {
    struct customer customer;
    void *stack_pointer, *caller_stack_pointer; /* where it and its caller go on: own switch */
    ucontext_t *context, *caller;               /* the same for ucontext, at the top of the stack */
    bool ended;
};

enum { FIBER_BYTES = STACK_BYTES + 3 * 64 };

#if defined(__x86_64__) || defined(__aarch64__)
#define OWN_SWITCH 1

/* Saves what a callee must preserve on the present stack and its pointer in *save, goes to the stack at
 * `load`, restores, and returns there with `fiber` as result and first argument. */
void *fiber_switch(void **save, void *load, struct fiber *fiber);

#ifdef __x86_64__
enum { SAVED_WORDS = 8, RETURN_WORD = 6 };
__asm__(".text\n.globl fiber_switch\n.type fiber_switch, @function\n"
        "fiber_switch:\n"
        "pushq %rbp\npushq %rbx\npushq %r12\npushq %r13\npushq %r14\npushq %r15\n"
        "movq %rsp, (%rdi)\n"
        "movq %rsi, %rsp\n"
        "popq %r15\npopq %r14\npopq %r13\npopq %r12\npopq %rbx\npopq %rbp\n"
        "movq %rdx, %rdi\n"
        "movq %rdx, %rax\n"
        "ret\n"
        ".size fiber_switch, .-fiber_switch\n");
#else
enum { SAVED_WORDS = 20, RETURN_WORD = 11 };
__asm__(".text\n.globl fiber_switch\n.type fiber_switch, %function\n"
        "fiber_switch:\n"
        "sub sp, sp, #160\n"
        "stp x19, x20, [sp, #0]\nstp x21, x22, [sp, #16]\nstp x23, x24, [sp, #32]\n"
        "stp x25, x26, [sp, #48]\nstp x27, x28, [sp, #64]\nstp x29, x30, [sp, #80]\n"
        "stp d8, d9, [sp, #96]\nstp d10, d11, [sp, #112]\nstp d12, d13, [sp, #128]\nstp d14, d15, [sp, #144]\n"
        "mov x9, sp\n"
        "str x9, [x0]\n"
        "mov sp, x1\n"
        "ldp x19, x20, [sp, #0]\nldp x21, x22, [sp, #16]\nldp x23, x24, [sp, #32]\n"
        "ldp x25, x26, [sp, #48]\nldp x27, x28, [sp, #64]\nldp x29, x30, [sp, #80]\n"
        "ldp d8, d9, [sp, #96]\nldp d10, d11, [sp, #112]\nldp d12, d13, [sp, #128]\nldp d14, d15, [sp, #144]\n"
        "add sp, sp, #160\n"
        "mov x0, x2\n"
        "ret\n"
        ".size fiber_switch, .-fiber_switch\n");
#endif
#endif

/* Back to the caller, until the story goes on. */
static void fiber_leave(struct fiber *fiber)
{
#ifdef OWN_SWITCH
    if (fiber->context == NULL) {
        fiber_switch(&fiber->stack_pointer, fiber->caller_stack_pointer, fiber);
        return;
    }
#endif
    swapcontext(fiber->context, fiber->caller);
}

/* What the coroutine runs, on its own stack. */
static void fiber_story(struct fiber *fiber)
{
    struct activity *activity = &fiber->customer.activity;
    struct model *model = fiber->customer.model;
    if (model->lag_ns > 0) {
        activity_wait(activity, model->lag_ns);
        fiber_leave(fiber);
    }
    station_use(model->station, activity, draw_service(model));
    fiber_leave(fiber);
    fiber->ended = true;
    fiber_leave(fiber);
    abort();
}

/* The activity's story: into the coroutine, and out when it waits. */
static void fiber_goes_on(struct activity *activity)
{
    struct fiber *fiber = (struct fiber *)(void *)activity;
#ifdef OWN_SWITCH
    if (fiber->context == NULL)
        fiber_switch(&fiber->caller_stack_pointer, fiber->stack_pointer, fiber);
    else
#endif
        swapcontext(fiber->caller, fiber->context);
    if (fiber->ended)
        customer_leaves(activity);
}

static struct fiber *fiber_take(struct model *model)
{
    struct fiber *fiber = pool_take(model->customers);
    activity_init(&fiber->customer.activity, model->sim, fiber_goes_on, NULL);
    fiber->customer.model = model;
    fiber->context = NULL;
    fiber->ended = false;
    return fiber;
}

#ifdef OWN_SWITCH
static void own_start(struct model *model)
{
    struct fiber *fiber = fiber_take(model);
    void **stack = (void **)(void *)((char *)fiber + FIBER_BYTES) - SAVED_WORDS;
    stack[RETURN_WORD] = (void *)(uintptr_t)fiber_story;
    fiber->stack_pointer = stack;
    fiber_goes_on(&fiber->customer.activity);
}
#endif

/* makecontext() hands on numbers of type int only. */
static void context_entry(unsigned high, unsigned low)
{
    fiber_story((struct fiber *)((uintptr_t)high << 32 | low));
}

static void context_start(struct model *model)
{
    struct fiber *fiber = fiber_take(model);
    ucontext_t *contexts = (ucontext_t *)(void *)((char *)fiber + FIBER_BYTES) - 2;
    fiber->context = &contexts[0];
    fiber->caller = &contexts[1];
    getcontext(fiber->context);
    fiber->context->uc_stack.ss_sp = fiber + 1;
    fiber->context->uc_stack.ss_size = (size_t)((char *)contexts - (char *)(fiber + 1));
    fiber->context->uc_link = NULL;
    uint64_t address = (uintptr_t)fiber;
    makecontext(fiber->context, (void (*)(void))(uintptr_t)context_entry, 2, (unsigned)(address >> 32),
                (unsigned)address);
    fiber_goes_on(&fiber->customer.activity);
}

/* ---- measuring ---- */

static double cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Bytes of this process in memory. */
static double resident_bytes(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%*d %ld", &pages) != 1)
        pages = 0;
    if (file != NULL)
        fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

struct figures {
    double ns;           /* per customer, best round */
    double bytes;        /* resident, per customer in flight */
    double mean_wait_ns;
    size_t most;         /* customers in flight at once */
};

static void measure(const struct technique *technique, sim_time lag_ns, struct figures *figures)
{
    struct model model = {.technique = technique, .sim = sim_create(1), .arrival.run = customer_arrives};
    model.station = station_create(model.sim, "queue", 1);
    model.customers = pool_create(technique->customer_bytes);
    model.lag_ns = lag_ns;
    model.to_come = CUSTOMERS;
    rng_init(&model.intervals, 1, "bench/intervals");
    rng_init(&model.services, 1, "bench/services");
    sim_after(model.sim, draw_interval(&model), &model.arrival);
    double resident = resident_bytes(), begun = cpu_ns();
    sim_run_all(model.sim);
    double ns = (cpu_ns() - begun) / CUSTOMERS;
    resident = resident_bytes() - resident;
    struct station_stats stats;
    station_stats(model.station, &stats);
    if (figures->most == 0 || ns < figures->ns)
        figures->ns = ns;
    figures->most = model.most;
    figures->bytes = resident / (double)model.most;
    figures->mean_wait_ns = stats.mean_wait_ns;
    station_destroy(model.station);
    pool_destroy(model.customers);
    sim_destroy(model.sim);
    malloc_trim(0); /* so that the next one's growth shows */
}

static const struct technique techniques[] = {
    {"callbacks", sizeof(struct customer), callback_start},
    {"stackless", sizeof(struct customer), stackless_start},
#ifdef OWN_SWITCH
    {"stackful, own switch", FIBER_BYTES, own_start},
#endif
    {"stackful, ucontext", FIBER_BYTES, context_start},
};
enum { TECHNIQUES = sizeof techniques / sizeof techniques[0] };

int main(void)
{
    printf("M/M/1 at utilization %.1f, best of %d rounds of %d customers\n", utilization, ROUNDS, CUSTOMERS);
    printf("%-21s %9s %12s %11s %14s %14s\n", "technique", "in flight", "ns/customer", "/stackless", "bytes reserved",
           "bytes resident");
    for (int far = 0; far <= 1; far++) {
        struct figures figures[TECHNIQUES] = {{0}};
        for (int round = 0; round < ROUNDS; round++)
            for (int i = 0; i < TECHNIQUES; i++)
                measure(&techniques[i], far ? (sim_time)(1e4 * service_ns / utilization) : 0, &figures[i]);
        for (int i = 0; i < TECHNIQUES; i++) {
            if (figures[i].mean_wait_ns != figures[0].mean_wait_ns) {
                fprintf(stderr, "bench_activity: %s waits %.17g ns, not %.17g\n", techniques[i].name,
                        figures[i].mean_wait_ns, figures[0].mean_wait_ns);
                return EXIT_FAILURE;
            }
            printf("%-21s %9zu %12.1f %11.2f %14zu", techniques[i].name, figures[i].most, figures[i].ns,
                   figures[i].ns / figures[1].ns, techniques[i].customer_bytes);
            if (far)
                printf(" %14.0f", figures[i].bytes);
            printf("\n");
        }
    }
    return EXIT_SUCCESS;
}
