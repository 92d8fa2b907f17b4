package io.wherry.e2e.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.e2e.Checkout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The units as systemd reads them, and the scripts as a shell does. */
class UnitsTest {
    private static final Pattern LEVEL = Pattern.compile("Overall exposure level for \\S+: ([0-9.]+)");
    private static final double MOST_AGENT = 1.5;
    private static final double MOST_HUB = 1.2;

    @TempDir
    Path temp;

    @Test
    void systemdFindsNothingWrongWithThem() throws Exception {
        List<String> command = new ArrayList<>(List.of("systemd-analyze", "verify", "--man=no"));
        for (Path unit : units()) {
            // Here the programs are not installed; what there is in their place need only be executable.
            String text = Files.readString(unit).replaceAll("ExecStart=/usr/bin/wherry-[a-z]+", "ExecStart=/bin/true");
            Path copy = temp.resolve(unit.getFileName().toString());
            Files.writeString(copy, text);
            command.add(copy.toString().replace("@.service", "@site.service"));
        }
        assertThat(Ran.of(command).ok()).isEmpty();
    }

    @Test
    void theyAreLockedUp() throws Exception {
        for (Path unit : units()) {
            if (!unit.toString().endsWith(".service")) {
                continue;
            }
            String said = Ran.of(
                            List.of("systemd-analyze", "security", "--offline=true", "--no-pager", unit.toString()))
                    .ok();
            Matcher level = LEVEL.matcher(said);
            assertThat(level.find()).as(said).isTrue();
            assertThat(Double.parseDouble(level.group(1)))
                    .as(said)
                    .isLessThanOrEqualTo(unit.toString().contains("hub") ? MOST_HUB : MOST_AGENT);
        }
    }

    /** A person who must loosen one for their machine shall know what that gives away. */
    @Test
    void theSandboxOfTheAgentsUnitsIsTheSame() throws Exception {
        List<String> sandboxes = new ArrayList<>();
        for (Path unit : units()) {
            if (unit.toString().endsWith(".service") && !unit.toString().contains("hub")) {
                sandboxes.add(Files.readAllLines(unit).stream()
                        .dropWhile(line -> !line.startsWith("# Sandbox."))
                        .takeWhile(line -> !line.isBlank())
                        .filter(line -> !line.startsWith("#"))
                        .toList()
                        .toString());
            }
        }
        assertThat(sandboxes).hasSize(4).allMatch(sandboxes.getFirst()::equals);
    }

    @Test
    void theScriptsAreCleanToShellcheck() throws Exception {
        List<String> command = new ArrayList<>(List.of("shellcheck", "-s", "sh", "-e", "SC1091"));
        for (String folder : List.of("packaging", "packaging/lib", "packaging/deb", "e2e/parts")) {
            try (Stream<Path> files = Files.list(Checkout.ROOT.resolve(folder))) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    String name = file.getFileName().toString();
                    if (name.matches("install.*|check-.*|package\\.sh|train.*|systemd-.*|p(ost|re)(inst|rm)")) {
                        command.add(file.toString());
                    }
                }
            }
        }
        assertThat(Ran.of(command).ok()).isEmpty();
    }

    private static List<Path> units() throws Exception {
        try (Stream<Path> files = Files.list(Checkout.ROOT.resolve("systemd"))) {
            return files.filter(file -> file.toString().matches(".*\\.(service|timer)"))
                    .sorted()
                    .toList();
        }
    }
}
