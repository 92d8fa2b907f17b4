package io.wherry.hub.resource;

import io.wherry.base.Durations;
import io.wherry.contract.json.Json;
import java.time.Duration;

/**
 * When a stack is brought to its sites, and what happens there between.
 *
 * @param mode         auto: a new revision is offered by itself; manual: it waits for {@code stack sync}
 * @param alwaysApply  the whole declared state is applied at every site cycle, difference or not
 * @param correctDrift the site cycle repairs differences; true in auto and false in manual unless given
 * @param siteInterval how often the site compares, 10 s to 24 h; 5 min unless given
 */
public record SyncSpec(Mode mode, boolean alwaysApply, boolean correctDrift, Duration siteInterval) {
    public static final Duration DEFAULT_SITE_INTERVAL = Duration.ofMinutes(5);
    public static final Duration MIN_SITE_INTERVAL = Duration.ofSeconds(10);
    public static final Duration MAX_SITE_INTERVAL = Duration.ofHours(24);

    /** auto, with drift corrected. */
    public static final SyncSpec DEFAULT = of(Mode.AUTO);

    /** Who moves the revision. */
    public enum Mode {
        AUTO("auto"),
        MANUAL("manual");

        private final String word;

        Mode(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    public SyncSpec {
        Spans.require("siteInterval", siteInterval, MIN_SITE_INTERVAL, MAX_SITE_INTERVAL);
    }

    /** The mode with its defaults. */
    public static SyncSpec of(Mode mode) {
        return new SyncSpec(mode, false, mode == Mode.AUTO, DEFAULT_SITE_INTERVAL);
    }

    Json.Obj toJson() {
        return Json.object()
                .put("mode", mode.word())
                .put("alwaysApply", alwaysApply)
                .put("correctDrift", correctDrift)
                .put("siteInterval", Durations.format(siteInterval))
                .build();
    }
}
