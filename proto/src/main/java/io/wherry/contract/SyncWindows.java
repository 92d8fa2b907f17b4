package io.wherry.contract;

import static java.time.format.DateTimeFormatter.ISO_OFFSET_DATE_TIME;

import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * When new content may begin at a site, as one policy of the hub says. Open is it in a window that allows, or at any time if none does; and in no window that denies.
 *
 * @param policy  name of the policy
 * @param windows 1 to {@link Limits#SYNC_WINDOWS}
 */
public record SyncWindows(String policy, List<SyncWindow> windows) {
    /** What an agent reports of a generation that waits for them. */
    public static final String OUTSIDE = "OutsideWindow";

    /** Who is not let in for longer is told that; a year has all of its days. */
    private static final int LOOK_AHEAD_DAYS = 366;

    /** Most open within these: only who finds nothing there looks through the year. */
    private static final int FIRST_LOOK_DAYS = 8;

    /** @throws IllegalArgumentException naming the field */
    public SyncWindows {
        Check.name("policy", policy);
        Check.that(!windows.isEmpty(), "syncWindows", "none", "one window or more");
        Check.count("syncWindows", windows, Limits.SYNC_WINDOWS);
        windows = List.copyOf(windows);
    }

    /** @param siteZone whose clock counts where a window names none */
    public boolean isOpen(Instant time, ZoneId siteZone) {
        return covered(SyncWindow.Kind.DENY, time, siteZone).isEmpty()
                && (windows.stream().noneMatch(window -> window.kind() == SyncWindow.Kind.ALLOW)
                        || covered(SyncWindow.Kind.ALLOW, time, siteZone).isPresent());
    }

    private Optional<SyncWindow> covered(SyncWindow.Kind kind, Instant time, ZoneId siteZone) {
        return windows.stream()
                .filter(window -> window.kind() == kind && window.covers(time, siteZone))
                .findFirst();
    }

    /** The first moment from that time on at which it is open; none within a year. */
    public Optional<Instant> opens(Instant time, ZoneId siteZone) {
        return opens(time, FIRST_LOOK_DAYS, siteZone).or(() -> opens(time, LOOK_AHEAD_DAYS, siteZone));
    }

    /** When content may begin, for a person: {@code now}, {@code from 2026-03-02T22:00:00+01:00 on}, or {@code at no time of the next year}. */
    public String words(Instant now, ZoneId siteZone) {
        return isOpen(now, siteZone)
                ? "now"
                : opens(now, siteZone)
                        .map(time -> "from " + ISO_OFFSET_DATE_TIME.format(time.atZone(siteZone)) + " on")
                        .orElse("at no time of the next year");
    }

    private Optional<Instant> opens(Instant time, int days, ZoneId siteZone) {
        return isOpen(time, siteZone)
                ? Optional.of(time)
                : windows.stream()
                        .flatMap(window -> window.edges(time, days, siteZone))
                        .filter(edge -> edge.isAfter(time) && edge.isBefore(time.plus(Duration.ofDays(days))))
                        .distinct()
                        .sorted()
                        .filter(edge -> isOpen(edge, siteZone))
                        .findFirst();
    }

    Json.Obj toJson() {
        return Json.object()
                .put("policy", policy)
                .put(
                        "windows",
                        new Json.Arr(
                                windows.stream().<Json>map(SyncWindow::toJson).toList()))
                .build();
    }

    static SyncWindows parse(Json.Obj windows) {
        return new SyncWindows(
                windows.string("policy"),
                windows.objects("windows").stream().map(SyncWindow::parse).toList());
    }
}
