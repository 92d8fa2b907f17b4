package io.wherry.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When new content may begin. 2026-03-02 is a Monday; in Berlin the clocks go forward on 2026-03-29 and back on 2026-10-25. */
class SyncWindowsTest {
    private static final String NIGHTS = "{'kind':'allow','days':['mon','fri'],'start':'22:00','end':'04:00'}";
    private static final String WEEKEND = "{'kind':'allow','days':['sat','sun'],'start':'00:00','end':'24:00'}";
    private static final String FREEZE =
            "{'kind':'deny','days':[],'from':'2026-12-19','to':'2027-01-05','start':'00:00','end':'24:00'}";
    private static final String LUNCH = "{'kind':'deny','days':[],'start':'12:00','end':'13:00'}";
    private static final String BERLIN =
            "{'kind':'allow','days':[],'start':'22:00','end':'04:00','timeZone':'Europe/Berlin'}";

    private static final List<String> ZONES =
            List.of("Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Cairo");

    private static SyncWindows windows(String... windows) {
        return SyncWindows.parse(object("{'policy':'production','windows':[" + String.join(",", windows) + "]}"));
    }

    private static Json.Obj object(String json) {
        return JsonReader.object(json.replace('\'', '"').getBytes(UTF_8));
    }

    private static SyncWindows named(String names) {
        return windows(Arrays.stream(names.split(" "))
                .map(name -> switch (name) {
                    case "nights" -> NIGHTS;
                    case "weekend" -> WEEKEND;
                    case "freeze" -> FREEZE;
                    case "lunch" -> LUNCH;
                    case "berlin" -> BERLIN;
                    default -> throw new IllegalArgumentException(name);
                })
                .toArray(String[]::new));
    }

    @ParameterizedTest(name = "{0} at {1}: opens {2}")
    @CsvSource({
        "nights,          2026-03-02T21:59:59Z, 2026-03-02T22:00:00Z",
        "nights,          2026-03-02T22:00:00Z, open",
        "nights,          2026-03-03T03:59:59Z, open",
        "nights,          2026-03-03T04:00:00Z, 2026-03-06T22:00:00Z",
        "nights,          2026-03-07T03:00:00Z, open",
        "nights weekend,  2026-03-09T00:00:00Z, 2026-03-09T22:00:00Z",
        "weekend,         2026-03-08T23:59:59Z, open",
        "lunch,           2026-03-04T12:00:00Z, 2026-03-04T13:00:00Z",
        "lunch,           2026-03-04T13:00:00Z, open",
        "weekend lunch,   2026-03-06T12:30:00Z, 2026-03-07T00:00:00Z",
        "weekend lunch,   2026-03-07T12:30:00Z, 2026-03-07T13:00:00Z",
        "freeze,          2026-12-18T23:59:59Z, open",
        "freeze,          2026-12-19T00:00:00Z, 2027-01-06T00:00:00Z",
        "nights freeze,   2027-01-02T23:00:00Z, 2027-01-08T22:00:00Z",
        "berlin,          2026-03-28T20:59:00Z, 2026-03-28T21:00:00Z",
        "berlin,          2026-03-29T01:59:00Z, open",
        "berlin,          2026-03-29T02:00:00Z, 2026-03-29T20:00:00Z",
        "berlin,          2026-10-25T02:30:00Z, open",
        "berlin,          2026-10-25T03:00:00Z, 2026-10-25T21:00:00Z",
    })
    void opens(String names, Instant time, String opens) {
        SyncWindows windows = named(names);
        assertThat(windows.isOpen(time, ZoneOffset.UTC)).isEqualTo(opens.equals("open"));
        assertThat(windows.opens(time, ZoneOffset.UTC)).contains(opens.equals("open") ? time : Instant.parse(opens));
    }

    @ParameterizedTest(name = "{0} {1}-{2} at {3}: opens {4}")
    @CsvSource({ // 02:00 to 03:00 is not shown on the first night, and twice on the second
        "allow, 02:30, 03:15, 2026-03-29T00:59:59Z, 2026-03-29T01:00:00Z",
        "allow, 02:30, 03:15, 2026-03-29T01:14:59Z, open",
        "allow, 02:30, 03:15, 2026-03-29T01:15:00Z, 2026-03-30T00:30:00Z",
        "allow, 02:15, 02:45, 2026-03-29T00:00:00Z, 2026-03-30T00:15:00Z",
        "allow, 01:00, 02:30, 2026-03-29T01:15:00Z, 2026-03-29T23:00:00Z",
        "deny,  02:30, 03:15, 2026-03-29T00:59:59Z, open",
        "deny,  02:30, 03:15, 2026-03-29T01:00:00Z, 2026-03-29T01:15:00Z",
        "deny,  01:00, 02:30, 2026-03-29T00:30:00Z, 2026-03-29T01:00:00Z",
        "allow, 02:15, 02:45, 2026-10-25T00:00:00Z, 2026-10-25T00:15:00Z",
        "allow, 02:15, 02:45, 2026-10-25T00:45:00Z, 2026-10-25T01:15:00Z",
        "allow, 02:15, 02:45, 2026-10-25T01:45:00Z, 2026-10-26T01:15:00Z",
        "deny,  01:00, 02:30, 2026-10-25T00:15:00Z, 2026-10-25T00:30:00Z",
        "deny,  01:00, 02:30, 2026-10-25T01:15:00Z, 2026-10-25T01:30:00Z",
        "deny,  02:30, 05:00, 2026-10-25T00:45:00Z, 2026-10-25T01:00:00Z",
        "deny,  02:30, 05:00, 2026-10-25T01:15:00Z, open",
    })
    void theClockOnTheWallCountsAlsoInTheNightsInWhichItIsPutForwardAndBack(
            String kind, String start, String end, Instant time, String opens) {
        SyncWindows windows = windows("{'kind':'%s','days':[],'start':'%s','end':'%s'}".formatted(kind, start, end));
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        assertThat(windows.isOpen(time, berlin)).isEqualTo(opens.equals("open"));
        assertThat(windows.opens(time, berlin)).contains(opens.equals("open") ? time : Instant.parse(opens));
    }

    /** Against every minute of such a night and the days after, in zones whose clocks jump at other times and by other steps. */
    @RepeatedTest(100)
    void whenItOpensIsTheFirstMinuteInWhichItIsOpen(RepetitionInfo repetition) {
        int seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        ZoneId zone = ZoneId.of(ZONES.get(seed % ZONES.size()));
        ZoneOffsetTransition jump = zone.getRules().nextTransition(Instant.parse("2015-01-01T00:00:00Z"));
        SyncWindows windows = windows(some(random), some(random));
        Instant first = jump.getInstant().minus(Duration.ofMinutes(random.nextInt(180)));

        Optional<Instant> open = Stream.iterate(first, minute -> minute.plusSeconds(60))
                .limit(3 * 24 * 60)
                .filter(minute -> windows.isOpen(minute, zone))
                .findFirst();

        open.ifPresent(minute -> assertThat(windows.opens(first, zone))
                .as("seed %d: %s in %s", seed, windows, zone)
                .contains(minute));
    }

    private static String some(Random random) {
        return "{'kind':'%s','days':[],'start':'%02d:%02d','end':'%02d:%02d'}"
                .formatted(
                        random.nextBoolean() ? "allow" : "deny",
                        random.nextInt(5),
                        random.nextInt(60),
                        random.nextInt(5),
                        random.nextInt(60));
    }

    @Test
    void theSitesClockCountsWhereNoneIsNamed() {
        ZoneId auckland = ZoneId.of("Pacific/Auckland");
        assertThat(named("nights").isOpen(Instant.parse("2026-03-02T10:00:00Z"), auckland))
                .isTrue();
        assertThat(named("berlin").isOpen(Instant.parse("2026-03-02T10:00:00Z"), auckland))
                .isFalse();
    }

    @Test
    void aFreezeWithoutAnEndNeverOpens() {
        SyncWindows frozen = windows("{'kind':'deny','days':[],'start':'00:00','end':'24:00'}");
        assertThat(frozen.opens(Instant.parse("2026-03-02T10:00:00Z"), ZoneOffset.UTC))
                .isEmpty();
    }

    @Test
    void theyAreReadAsTheyAreWritten() {
        SyncWindows windows = named("nights weekend freeze lunch berlin");
        assertThat(SyncWindows.parse(
                        JsonReader.object(JsonWriter.compact(windows.toJson()).getBytes(UTF_8))))
                .isEqualTo(windows);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'kind':'maybe','days':[],'start':'00:00','end':'24:00'} | kind: maybe",
                "{'kind':'deny','days':['noday'],'start':'00:00','end':'24:00'} | days: noday (expected: one of mon, tue",
                "{'kind':'deny','days':[],'start':'25:00','end':'24:00'} | start: 25:00 (expected: a time of day like 22:00)",
                "{'kind':'deny','days':[],'start':'00:00:30','end':'24:00'} | start: 00:00:30 (expected: a time of day in whole minutes)",
                "{'kind':'deny','days':[],'from':'2026-02-30','start':'00:00','end':'24:00'} | from: 2026-02-30 (expected: a day like",
                "{'kind':'deny','days':[],'from':'2026-02-03','to':'2026-02-02','start':'00:00','end':'24:00'} | to: 2026-02-02 (expected: not before from",
                "{'kind':'deny','days':[],'start':'00:00','end':'24:00','timeZone':'Mars/Base'} | timeZone: Mars/Base (expected: a time zone like",
            })
    void whatIsNoWindowIsRefusedByTheNameOfItsField(String window, String message) {
        assertThatThrownBy(() -> windows(window)).hasMessageStartingWith(message);
    }

    @Test
    void thereIsOneAtLeastAndNoMoreThanTheLimit() {
        assertThatThrownBy(() -> windows()).hasMessageStartingWith("syncWindows: none");
        assertThatThrownBy(() -> windows(
                        Collections.nCopies(Limits.SYNC_WINDOWS + 1, LUNCH).toArray(String[]::new)))
                .hasMessageStartingWith("syncWindows: 17 of them (expected: at most 16)");
    }
}
