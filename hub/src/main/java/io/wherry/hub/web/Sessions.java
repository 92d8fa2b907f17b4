package io.wherry.hub.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Digest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Who is signed in. Of what a browser shows only a hash is kept: who reads the hub's memory by mistake can sign in as nobody. */
final class Sessions {
    /** Half an hour away from the desk; a page that keeps itself up to date is no use. */
    static final Duration IDLE = Duration.ofMinutes(30);

    /** A working day: a stolen cookie is worth no more than that. */
    static final Duration LONGEST = Duration.ofHours(12);

    /** One person's browsers; the one used longest ago makes room. */
    static final int MAX_PER_KEY = 10;

    /** About 300 bytes each; the one used longest ago makes room. */
    static final int MAX = 1_000;

    private static final int RANDOM_BYTES = 32;

    private final Map<Digest, Session> sessions = new HashMap<>();
    private final InstantSource clock;
    private final SecureRandom random;

    Sessions(InstantSource clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /** What the browser is to show from now on. */
    synchronized String begin(String keyId) {
        Instant now = clock.instant();
        sessions.values().removeIf(session -> session.over(now));
        makeRoom(session -> session.keyId().equals(keyId), MAX_PER_KEY);
        makeRoom(_ -> true, MAX);
        String shown = random();
        sessions.put(digest(shown), new Session(keyId, random(), now));
        return shown;
    }

    private void makeRoom(Predicate<Session> whose, int most) {
        List<Map.Entry<Digest, Session>> oldestFirst = sessions.entrySet().stream()
                .filter(entry -> whose.test(entry.getValue()))
                .sorted(Comparator.comparing(entry -> entry.getValue().used()))
                .toList();
        oldestFirst.stream()
                .limit(Math.max(0, oldestFirst.size() - most + 1L))
                .forEach(entry -> sessions.remove(entry.getKey()));
    }

    /** Empty if there is none, or it is over. */
    synchronized Optional<Session> find(String shown) {
        Digest digest = digest(shown);
        Session session = sessions.get(digest);
        if (session == null) {
            return Optional.empty();
        }
        if (session.over(clock.instant())) {
            sessions.remove(digest);
            return Optional.empty();
        }
        return Optional.of(session);
    }

    synchronized void end(String shown) {
        sessions.remove(digest(shown));
    }

    /** Ends all of a key: it is not one any more. */
    synchronized void endAll(String keyId) {
        sessions.values().removeIf(session -> session.keyId().equals(keyId));
    }

    synchronized int count() {
        return sessions.size();
    }

    /** 256 random bits as text. */
    String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static Digest digest(String shown) {
        return Digest.of(shown.getBytes(UTF_8));
    }
}
