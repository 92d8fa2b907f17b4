package io.wherry.hub.web;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** One browser that is signed in. In memory alone: a restart of the hub signs everybody out. */
final class Session {
    /** One sentence of the hub. */
    private static final int MAX_NOTICE_CHARS = 1_000;

    private final String keyId;
    private final String formToken;
    private final Instant begun;
    private final AtomicReference<String> notice = new AtomicReference<>("");
    private volatile Instant used;

    /**
     * @param keyId     which key was shown; the key itself is not kept
     * @param formToken random: what a form must bring along
     */
    Session(String keyId, String formToken, Instant begun) {
        this.keyId = keyId;
        this.formToken = formToken;
        this.begun = begun;
        this.used = begun;
    }

    String keyId() {
        return keyId;
    }

    String formToken() {
        return formToken;
    }

    Instant used() {
        return used;
    }

    void use(Instant now) {
        used = now;
    }

    boolean over(Instant now) {
        return !now.isBefore(begun.plus(Sessions.LONGEST)) || !now.isBefore(used.plus(Sessions.IDLE));
    }

    /** Shown on the next page, once. */
    void notice(String text) {
        notice.set(text.length() > MAX_NOTICE_CHARS ? text.substring(0, MAX_NOTICE_CHARS) + "…" : text);
    }

    String takeNotice() {
        return notice.getAndSet("");
    }
}
