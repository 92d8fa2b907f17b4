package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A container's log as the engine sends it: frames of both streams, or plain bytes where there is a terminal. */
public final class LogLines {
    /** Stream, three zero bytes, length in four. */
    private static final int HEADER_BYTES = 8;

    /** Of one line: a stack trace's line fits, a dump of a document does not. */
    private static final int MAX_LINE_CHARS = 300;

    /** Lines that a verdict quotes. */
    public static final int LAST_LINES = 5;

    private LogLines() {}

    /** What a verdict quotes of a container's log. */
    static List<String> newest(DockerApi docker, String container) {
        return newest(docker, container, LAST_LINES);
    }

    static List<String> newest(DockerApi docker, String container, int lines) {
        try {
            return of(docker.logs(container, lines));
        } catch (EngineException e) {
            return List.of("(no log: " + e.words() + ")"); // some logging drivers cannot be read
        }
    }

    public static List<String> of(byte[] bytes) {
        String text = new String(isFramed(bytes) ? unframe(bytes) : bytes, UTF_8);
        List<String> lines = new ArrayList<>();
        text.lines()
                .map(line -> line.replaceAll("\\p{Cntrl}", ""))
                .map(line -> line.length() > MAX_LINE_CHARS ? line.substring(0, MAX_LINE_CHARS) + " …" : line)
                .forEach(lines::add);
        return lines;
    }

    private static boolean isFramed(byte[] bytes) {
        return bytes.length >= HEADER_BYTES
                && bytes[0] >= 0
                && bytes[0] <= 2
                && bytes[1] == 0
                && bytes[2] == 0
                && bytes[3] == 0;
    }

    private static byte[] unframe(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
        int at = 0;
        while (at + HEADER_BYTES <= bytes.length) {
            int length = ByteBuffer.wrap(bytes, at + 4, Integer.BYTES).getInt();
            int end = (int) Math.min(bytes.length, at + HEADER_BYTES + (long) Math.max(0, length));
            out.write(bytes, at + HEADER_BYTES, end - at - HEADER_BYTES);
            at = end;
        }
        return out.toByteArray();
    }
}
