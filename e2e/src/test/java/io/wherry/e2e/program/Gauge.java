package io.wherry.e2e.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a running program of ours holds: its live heap, by {@code jcmd} after a collection, and its file descriptors.
 *
 * @param packs descriptors of a mirror's packs, which are not among the others: each fetch makes one, until {@link #MAX_PACKS} of a mirror are joined
 */
record Gauge(long heapKib, long descriptors, long packs) {
    /** Git's own limit, which the hub leaves as it is. */
    static final int MAX_PACKS = 50;

    /** A collection of everything, twice: what the first one frees may let go of more. */
    private static final int COLLECTIONS = 2;

    /** Of the heap's generations; metaspace is told on lines of its own. */
    private static final Pattern USED = Pattern.compile("(?m)^(?!\\s*(?:Metaspace|class)).*\\bused (\\d+)K");

    static Gauge of(Programs programs, long pid) throws Exception {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        for (int i = 0; i < COLLECTIONS; i++) {
            programs.run(jcmd, String.valueOf(pid), "GC.run").ok();
        }
        String info =
                programs.run(jcmd, String.valueOf(pid), "GC.heap_info").ok().out();
        Matcher used = USED.matcher(info);
        long kib = 0;
        while (used.find()) {
            kib += Long.parseLong(used.group(1));
        }
        if (kib == 0) {
            throw new AssertionError("heap of " + pid + ": not in " + info);
        }
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            List<String> open = descriptors.map(Gauge::file).toList();
            long packs = open.stream()
                    .filter(file -> file.contains("/objects/pack/"))
                    .count();
            return new Gauge(kib, open.size() - packs, packs);
        }
    }

    private static String file(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // closed since it was listed
        }
    }

    /** Growth since then, in percent of what was then. */
    String since(Gauge before) {
        return String.format(
                "heap %d to %d KiB (%+.1f %%), descriptors %d to %d (%+.1f %%), packs %d to %d",
                before.heapKib,
                heapKib,
                percent(before.heapKib, heapKib),
                before.descriptors,
                descriptors,
                percent(before.descriptors, descriptors),
                before.packs,
                packs);
    }

    /** The larger of both growths since then, in percent. */
    double growth(Gauge before) {
        return Math.max(percent(before.heapKib, heapKib), percent(before.descriptors, descriptors));
    }

    private static double percent(long before, long after) {
        return 100.0 * (after - before) / before;
    }
}
