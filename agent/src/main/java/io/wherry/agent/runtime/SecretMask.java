package io.wherry.agent.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.health.Health;
import io.wherry.agent.health.ObjectHealth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Takes the values of secrets out of what containers wrote. Their last log lines and the output of their health checks go to the hub, and a password
 * that is refused is the likeliest thing to stand there. What a container changed before it wrote it (encoded, cut in pieces) is not found.
 */
public final class SecretMask {
    static final String MASK = "***";

    /** A shorter value would take half of any text along. */
    static final int MIN_CHARS = 4;

    /** Where a long line was cut: what stands before it may be the beginning of a value. */
    private static final String CUT = " …";

    private final List<String> parts;

    private SecretMask(List<String> parts) {
        this.parts = parts;
    }

    /** @param values of secrets; of one with several lines each line counts by itself, as a log has it */
    public static SecretMask of(List<byte[]> values) {
        List<String> parts = new ArrayList<>();
        for (byte[] value : values) {
            for (String part : new String(value, UTF_8).split("\\p{Cntrl}+")) {
                if (part.length() >= MIN_CHARS) {
                    parts.add(part);
                }
            }
        }
        parts.sort(Comparator.comparingInt(String::length).reversed()); // one may be part of another
        return new SecretMask(parts);
    }

    public String over(String text) {
        String masked = text;
        for (String part : parts) {
            masked = masked.replace(part, MASK);
        }
        for (int cut = masked.indexOf(CUT); cut >= 0; cut = masked.indexOf(CUT, cut + CUT.length())) {
            int begun = begun(masked, cut);
            masked = begun == 0 ? masked : masked.substring(0, cut - begun) + MASK + masked.substring(cut);
            cut += begun == 0 ? 0 : MASK.length() - begun;
        }
        return masked;
    }

    /** How many characters before the cut are the beginning of a value; 0 if none are. */
    private int begun(String text, int cut) {
        for (String part : parts) {
            for (int length = Math.min(part.length() - 1, cut); length >= MIN_CHARS; length--) {
                if (text.regionMatches(cut - length, part, 0, length)) {
                    return length;
                }
            }
        }
        return 0;
    }

    public ServiceLog over(ServiceLog log) {
        return new ServiceLog(
                log.service(),
                log.container(),
                log.lines().stream().map(this::over).toList());
    }

    public Part over(Part part) {
        return new Part(
                part.object(),
                part.state(),
                over(part.detail()),
                part.parts().stream().map(this::over).toList());
    }

    /** The same over everything that it says. */
    public Health over(Health health) {
        List<ObjectHealth> objects = health.objects().stream()
                .map(object -> new ObjectHealth(object.object(), object.state(), over(object.detail())))
                .toList();
        return switch (health) {
            case Health.Healthy _ -> new Health.Healthy(objects);
            case Health.Starting starting -> new Health.Starting(over(starting.detail()), objects);
            case Health.Unhealthy unhealthy ->
                new Health.Unhealthy(unhealthy.reason(), over(unhealthy.detail()), objects);
        };
    }
}
