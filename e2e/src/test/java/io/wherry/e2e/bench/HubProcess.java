package io.wherry.e2e.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A running hub by the kernel's account of its process. */
record HubProcess(Path folder) {
    /** Of the kernel's process times. */
    private static final int MS_PER_TICK = 10;

    static HubProcess of(long pid) {
        return new HubProcess(Path.of("/proc", Long.toString(pid)));
    }

    /** User and system time so far, in steps of 10 ms. */
    double cpuMillis() throws IOException {
        String stat = Files.readString(folder.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1); // from the third field on
        return (double) (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MS_PER_TICK;
    }

    double residentMegabytes() throws IOException {
        return Files.readAllLines(folder.resolve("status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow()
                / 1e3;
    }
}
