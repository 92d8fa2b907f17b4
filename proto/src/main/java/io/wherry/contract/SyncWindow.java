package io.wherry.contract;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A time of the week in which new content may begin, or may not. By the clock on the wall alone: where it is put forward a window lacks the hour that it never shows,
 * where it is put back it has the hour twice that it shows twice.
 *
 * @param days  on which it begins; none: every day
 * @param from  first day on which it begins
 * @param to    last day on which it begins
 * @param start time of day, in whole minutes
 * @param end   time of day, in whole minutes; not after {@code start}: on the next day
 * @param zone  whose clock; absent: the site's
 */
public record SyncWindow(
        Kind kind,
        Set<DayOfWeek> days,
        Optional<LocalDate> from,
        Optional<LocalDate> to,
        LocalTime start,
        LocalTime end,
        Optional<ZoneId> zone) {

    /** Whether content may begin in it, or may not. */
    public enum Kind {
        ALLOW,
        DENY
    }

    /** The words of the days, in their order. */
    public static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    /** How midnight is written where a window ends with its day. */
    private static final String DAYS_END = "24:00";

    /** @throws IllegalArgumentException naming the field */
    public SyncWindow {
        EnumSet<DayOfWeek> sorted = EnumSet.noneOf(DayOfWeek.class);
        sorted.addAll(days);
        days = Collections.unmodifiableSet(sorted);
        wholeMinutes("start", start);
        wholeMinutes("end", end);
        LocalDate first = from.orElse(LocalDate.MIN);
        to.ifPresent(last -> Check.that(!last.isBefore(first), "to", last, "not before from, which is " + first));
    }

    private static void wholeMinutes(String field, LocalTime time) {
        Check.that(time.getSecond() == 0 && time.getNano() == 0, field, time, "a time of day in whole minutes");
    }

    /** @param siteZone whose clock counts where the window names none */
    boolean covers(Instant time, ZoneId siteZone) {
        LocalDateTime shown = time.atZone(zone.orElse(siteZone)).toLocalDateTime();
        return Stream.of(shown.toLocalDate().minusDays(1), shown.toLocalDate())
                .filter(this::beginsOn)
                .anyMatch(day -> !shown.isBefore(day.atTime(start)) && shown.isBefore(closes(day)));
    }

    /** When it may begin to let content in, or end to keep it out, from that time on and for so many days; each such moment is among them. */
    Stream<Instant> edges(Instant time, int daysAhead, ZoneId siteZone) {
        ZoneRules rules = zone.orElse(siteZone).getRules();
        LocalDate today = time.atZone(zone.orElse(siteZone)).toLocalDate();
        Stream<Instant> shown = today.minusDays(1)
                .datesUntil(today.plusDays(daysAhead))
                .filter(this::beginsOn)
                .map(day -> kind == Kind.ALLOW ? day.atTime(start) : closes(day))
                .flatMap(local -> rules.getValidOffsets(local).stream().map(local::toInstant));
        Stream<Instant> jumps = Stream.iterate(
                        rules.nextTransition(time), Objects::nonNull, jump -> rules.nextTransition(jump.getInstant()))
                .map(ZoneOffsetTransition::getInstant)
                .takeWhile(jump -> jump.isBefore(time.plus(Duration.ofDays(daysAhead))));
        return Stream.concat(shown, jumps); // the clock put forward into it, or back out of it
    }

    private boolean beginsOn(LocalDate day) {
        return (days.isEmpty() || days.contains(day.getDayOfWeek()))
                && from.filter(day::isBefore).isEmpty()
                && to.filter(day::isAfter).isEmpty();
    }

    private LocalDateTime closes(LocalDate day) {
        return (end.isAfter(start) ? day : day.plusDays(1)).atTime(end);
    }

    public Json.Obj toJson() {
        return Json.object()
                .put("kind", Codec.lower(kind))
                .put(
                        "days",
                        days.stream().map(day -> DAYS.get(day.getValue() - 1)).toList())
                .putIf("from", from.map(LocalDate::toString))
                .putIf("to", to.map(LocalDate::toString))
                .put("start", start.toString())
                .put("end", end.equals(LocalTime.MIDNIGHT) ? DAYS_END : end.toString())
                .putIf("timeZone", zone.map(ZoneId::getId))
                .build();
    }

    static SyncWindow parse(Json.Obj window) {
        return new SyncWindow(
                Codec.lower(Kind.class, window, "kind"),
                window.strings("days").stream()
                        .map(day -> said("days", day, SyncWindow::day))
                        .collect(Collectors.toSet()),
                window.findString("from").map(day -> said("from", day, SyncWindow::date)),
                window.findString("to").map(day -> said("to", day, SyncWindow::date)),
                said("start", window.string("start"), SyncWindow::time),
                said("end", window.string("end"), SyncWindow::time),
                window.findString("timeZone").map(id -> said("timeZone", id, SyncWindow::zone)));
    }

    private static <T> T said(String key, String text, Function<String, T> parse) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new JsonException(key + ": " + e.getMessage(), e);
        }
    }

    /** @param word one of {@link #DAYS} */
    public static Optional<DayOfWeek> findDay(String word) {
        int day = DAYS.indexOf(word);
        return day < 0 ? Optional.empty() : Optional.of(DayOfWeek.of(day + 1));
    }

    private static DayOfWeek day(String word) {
        return findDay(word)
                .orElseThrow(() ->
                        new IllegalArgumentException(word + " (expected: one of " + String.join(", ", DAYS) + ")"));
    }

    /** @throws IllegalArgumentException unless it is a day that exists, like {@code 2026-12-19} */
    public static LocalDate date(String text) {
        return existing(text, LocalDate::parse, "a day like 2026-12-19");
    }

    /** @throws IllegalArgumentException unless it is a time of day like {@code 22:00}; {@code 24:00} is the end of the day */
    public static LocalTime time(String text) {
        return text.equals(DAYS_END)
                ? LocalTime.MIDNIGHT
                : existing(text, LocalTime::parse, "a time of day like 22:00");
    }

    /** @throws IllegalArgumentException unless the time zone database knows it */
    public static ZoneId zone(String id) {
        return existing(id, ZoneId::of, "a time zone like Europe/Berlin or UTC");
    }

    private static <T> T existing(String text, Function<String, T> parse, String expected) {
        try {
            return parse.apply(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(text + " (expected: " + expected + ")", e);
        }
    }
}
