package io.wherry.e2e.docker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** Asks a port of the loopback for a page every 5 ms, each time by a new connection, and notes how long there was no answer. */
final class PortAsker implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** A connection that the port of a dying container has taken is never answered. */
    private static final int ANSWER_MS = 100;

    private final int port;
    private final Thread thread;
    private volatile Answers answers = new Answers("", 0, 0); // written by the thread alone

    /**
     * @param last what was answered last; empty before the first answer
     * @param at   when, by the system's clock of nanoseconds
     * @param gap  longest time between two answers, in nanoseconds
     */
    private record Answers(String last, long at, long gap) {
        Answers next(String answer, long now) {
            return new Answers(answer, now, last.isEmpty() ? 0 : Math.max(gap, now - at));
        }
    }

    private PortAsker(int port) {
        this.port = port;
        this.thread = new Thread(this::ask, "asks-" + port);
    }

    static PortAsker start(int port) {
        PortAsker asker = new PortAsker(port);
        asker.thread.setDaemon(true);
        asker.thread.start();
        return asker;
    }

    private void ask() {
        while (!Thread.currentThread().isInterrupted()) {
            String answer = page();
            if (!answer.isEmpty()) {
                answers = answers.next(answer, System.nanoTime());
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException _) {
                return; // closed
            }
        }
    }

    /** The body of the page; empty where there is none: that is what is measured. */
    private String page() {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(ANSWER_MS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MS);
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            int body = answer.indexOf("\r\n\r\n");
            return answer.startsWith("HTTP/1.0 200 ") || answer.startsWith("HTTP/1.1 200 ")
                    ? answer.substring(body + 4).strip()
                    : "";
        } catch (IOException _) {
            return "";
        }
    }

    /** Until the page says so. @throws TimeoutException if it does not within a minute */
    void awaitAnswer(String wanted) throws InterruptedException, TimeoutException {
        long start = System.nanoTime();
        while (!answers.last().equals(wanted)) {
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new TimeoutException(
                        "port " + port + " answered \"" + answers.last() + "\" (expected: \"" + wanted + "\")");
            }
            Thread.sleep(PAUSE);
        }
    }

    /** Longest time between two answers so far, in nanoseconds. */
    long gap() {
        return answers.gap();
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(LIMIT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
