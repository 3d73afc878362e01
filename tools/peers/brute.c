/* Exit evaluation with no cleverness: every bar tests every held position against its stop and its target. */

#include <stddef.h>

/* Positions of one direction; levels are widened by the buffer already. What leaves is taken out. */
struct book {
    size_t count;
    double *stop, *target;
    long *id;
};

struct found {
    size_t count;
    long *id, *bar;
    char *stopped;
};

static size_t longs_hit(const struct book *book, double low, double high) {
    size_t hits = 0;
    for (size_t i = 0; i < book->count; i++)
        hits += (low <= book->stop[i]) | (high >= book->target[i]);
    return hits;
}

static size_t shorts_hit(const struct book *book, double low, double high) {
    size_t hits = 0;
    for (size_t i = 0; i < book->count; i++)
        hits += (high >= book->stop[i]) | (low <= book->target[i]);
    return hits;
}

static void take_out(struct book *book, struct found *found, long bar, double low, double high, int is_long) {
    size_t kept = 0;
    for (size_t i = 0; i < book->count; i++) {
        int stopped = is_long ? low <= book->stop[i] : high >= book->stop[i];
        int reached = is_long ? high >= book->target[i] : low <= book->target[i];
        if (stopped | reached) {
            found->id[found->count] = book->id[i];
            found->bar[found->count] = bar;
            found->stopped[found->count++] = (char)stopped;
        } else {
            book->stop[kept] = book->stop[i];
            book->target[kept] = book->target[i];
            book->id[kept++] = book->id[i];
        }
    }
    book->count = kept;
}

/* Goes through all bars but the first, in which everything was entered; returns how many tests were made. */
size_t brute(size_t bars, const double *bid_low, const double *bid_high, const double *ask_low, const double *ask_high,
             struct book *longs, struct book *shorts, struct found *found) {
    size_t tests = 0;
    for (size_t bar = 1; bar < bars; bar++) {
        tests += longs->count + shorts->count;
        if (longs_hit(longs, bid_low[bar], bid_high[bar]))
            take_out(longs, found, (long)bar, bid_low[bar], bid_high[bar], 1);
        if (shorts_hit(shorts, ask_low[bar], ask_high[bar]))
            take_out(shorts, found, (long)bar, ask_low[bar], ask_high[bar], 0);
    }
    return tests;
}
