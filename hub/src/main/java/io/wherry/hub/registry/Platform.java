package io.wherry.hub.registry;

/**
 * What an image is made for, or a machine is.
 *
 * @param variant {@code v7} of arm; empty: none is said
 */
public record Platform(String os, String architecture, String variant) {

    /** {@code linux/amd64}, {@code linux/arm/v7}; also as machines call themselves, {@code linux/x86_64}. */
    public static Platform parse(String text) {
        String[] parts = text.split("/", 3);
        String architecture = parts.length < 2
                ? ""
                : switch (parts[1]) {
                    case "x86_64" -> "amd64";
                    case "aarch64" -> "arm64";
                    default -> parts[1];
                };
        return new Platform(parts[0], architecture, parts.length < 3 ? "" : parts[2]);
    }

    /** A machine of arm v7 runs v6 too; one that says no variant of its own is taken to run every one. */
    boolean runsOn(Platform machine) {
        return os.equals(machine.os)
                && architecture.equals(machine.architecture)
                && (level() <= machine.level() || machine.variant.isEmpty());
    }

    /** 7 of {@code v7}; 0: none is said. */
    int level() {
        String digits = variant.replaceAll("[^0-9]", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits.substring(0, Math.min(3, digits.length())));
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
