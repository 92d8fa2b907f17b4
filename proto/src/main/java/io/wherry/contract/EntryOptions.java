package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How an entry is applied. Options may change without a new generation, and then nothing is applied anew.
 *
 * @param project       Compose project name at the site; fixed for the life of a stack
 * @param observe       how long a service without a health check must run to count as healthy; up to 1 h
 * @param healthTimeout how long a generation may take to become healthy; 1 s to 24 h
 * @param prune         whether objects that the stack stopped declaring are deleted, where the release permits it
 * @param correctDrift  whether a difference found at the site is repaired; otherwise it is reported
 * @param alwaysApply   whether every site cycle applies, whatever was found
 * @param siteInterval  time between site cycles; 1 s to 24 h
 * @param onUnhealthy   what happens to a generation that does not become healthy
 * @param dependsOn     stacks of the same agent that must be healthy in their present generation first
 * @param startBefore   the generation does not begin later than this
 * @param adopt         whether objects of the same Compose project that people made are taken over ({@link Features#ADOPT})
 * @param windows       a generation begins only while all of them are open ({@link Features#SYNC_WINDOWS}); one per policy
 */
public record EntryOptions(
        String project,
        Duration observe,
        Duration healthTimeout,
        boolean prune,
        boolean correctDrift,
        boolean alwaysApply,
        Duration siteInterval,
        OnUnhealthy onUnhealthy,
        List<StackId> dependsOn,
        Optional<Instant> startBefore,
        boolean adopt,
        List<SyncWindows> windows) {

    /** Go back to the last good generation, or stay and wait for a person. */
    public enum OnUnhealthy {
        ROLLBACK,
        HOLD
    }

    private static final Pattern PROJECT = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
    private static final Duration DAY = Duration.ofDays(1);

    /** @throws IllegalArgumentException naming the field */
    public EntryOptions {
        Check.matches("project", project, PROJECT, "1 to 63 of a-z, 0-9, _ and -, first a letter or digit");
        duration("observe", observe, Duration.ZERO, Duration.ofHours(1));
        duration("healthTimeout", healthTimeout, Duration.ofSeconds(1), DAY);
        duration("siteInterval", siteInterval, Duration.ofSeconds(1), DAY);
        Check.count("dependsOn", dependsOn, Limits.ENTRIES);
        Check.distinct("dependsOn", dependsOn);
        dependsOn = List.copyOf(dependsOn);
        startBefore = startBefore.map(time -> Check.millis("startBefore", time));
        Check.count("windows", windows, Limits.SYNC_WINDOWS);
        windows = List.copyOf(windows);
    }

    /** The same, with differences repaired. */
    public EntryOptions correcting() {
        return new EntryOptions(
                project,
                observe,
                healthTimeout,
                prune,
                true,
                alwaysApply,
                siteInterval,
                onUnhealthy,
                dependsOn,
                startBefore,
                adopt,
                windows);
    }

    /** The same, within these windows. */
    public EntryOptions within(List<SyncWindows> others) {
        return new EntryOptions(
                project,
                observe,
                healthTimeout,
                prune,
                correctDrift,
                alwaysApply,
                siteInterval,
                onUnhealthy,
                dependsOn,
                startBefore,
                adopt,
                others);
    }

    private static void duration(String field, Duration value, Duration from, Duration to) {
        Check.that(
                value.compareTo(from) >= 0 && value.compareTo(to) <= 0 && value.toNanosPart() % 1_000_000 == 0,
                field,
                value,
                from + " to " + to + " in whole milliseconds");
    }

    public Json.Obj toJson() {
        Json.Builder json = Json.object()
                .put("project", project)
                .put("observeMs", observe.toMillis())
                .put("healthTimeoutMs", healthTimeout.toMillis())
                .put("prune", prune)
                .put("correctDrift", correctDrift)
                .put("alwaysApply", alwaysApply)
                .put("siteIntervalMs", siteInterval.toMillis())
                .put("onUnhealthy", Codec.lower(onUnhealthy))
                .put("dependsOn", dependsOn.stream().map(StackId::value).toList())
                .putIf("startBefore", startBefore.map(Codec::time));
        // An agent of before would refuse these fields, and equal entries keep their bytes.
        if (adopt) {
            json.put("adopt", true);
        }
        if (!windows.isEmpty()) {
            json.put(
                    "windows",
                    new Json.Arr(windows.stream().<Json>map(SyncWindows::toJson).toList()));
        }
        return json.build();
    }

    public static EntryOptions parse(Json.Obj options) {
        return new EntryOptions(
                options.string("project"),
                Duration.ofMillis(options.integer("observeMs")),
                Duration.ofMillis(options.integer("healthTimeoutMs")),
                options.bool("prune"),
                options.bool("correctDrift"),
                options.bool("alwaysApply"),
                Duration.ofMillis(options.integer("siteIntervalMs")),
                Codec.lower(OnUnhealthy.class, options, "onUnhealthy"),
                options.strings("dependsOn").stream().map(StackId::parse).toList(),
                Codec.findTime(options, "startBefore"),
                options.boolOr("adopt", false),
                options.find("windows").isPresent()
                        ? options.objects("windows").stream()
                                .map(SyncWindows::parse)
                                .toList()
                        : List.of());
    }
}
