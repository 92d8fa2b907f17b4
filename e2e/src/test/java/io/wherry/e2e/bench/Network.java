package io.wherry.e2e.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the kernel counted on the connections of a port. */
final class Network {
    /** Header of IPv4 and TCP with timestamps, per segment: the kernel counts payload only. */
    private static final int SEGMENT_HEADER_BYTES = 52;

    private Network() {}

    /** Bytes both ways on all connections to this port that are open now, headers included. */
    static long bytes(int port) throws IOException {
        Process ss = new ProcessBuilder("ss", "-tinH", "sport", "=", ":" + port).start();
        String text = new String(ss.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return sum(text, "bytes_sent")
                + sum(text, "bytes_received")
                + SEGMENT_HEADER_BYTES * (sum(text, "segs_out") + sum(text, "segs_in"));
    }

    private static long sum(String text, String counter) {
        Matcher matcher = Pattern.compile("\\b" + counter + ":(\\d+)").matcher(text);
        long sum = 0;
        while (matcher.find()) {
            sum += Long.parseLong(matcher.group(1));
        }
        return sum;
    }
}
