package io.wherry.e2e.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Virtual time: it passes only when somebody says so. */
final class Time implements InstantSource {
    private volatile Instant now;

    Time(Instant begin) {
        this.now = begin;
    }

    @Override
    public Instant instant() {
        return now;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    /** Never back. */
    void reach(Instant later) {
        if (later.isAfter(now)) {
            now = later;
        }
    }
}
