package io.wherry.hub.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.jspecify.annotations.Nullable;

/** A program at the other side, in the shape JGit asks for. What it sends is counted, and no wait for it outlasts the budget. */
final class SshProcess extends Process {

    /** Of what it complains, which JGit keeps in memory: more than any server has to say. */
    private static final int MAX_MESSAGE_BYTES = 16 << 10;

    /** For its exit status, after its last byte. */
    private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(5);

    private final ChannelExec channel;
    private final GitBudget budget;
    private final InputStream output;
    private final InputStream messages;
    private volatile @Nullable SourceFailure broken; // by either stream, told by the one that is read for its content

    /** @param explained what a failure of the connection means */
    SshProcess(ChannelExec channel, GitBudget budget, Function<IOException, SourceFailure> explained) {
        this.channel = channel;
        this.budget = budget;
        this.output = new Counted(channel.getInvertedOut(), Long.MAX_VALUE, explained);
        this.messages = new Counted(channel.getInvertedErr(), MAX_MESSAGE_BYTES, explained);
    }

    @Override
    public OutputStream getOutputStream() {
        return channel.getInvertedIn();
    }

    @Override
    public InputStream getInputStream() {
        return output;
    }

    @Override
    public InputStream getErrorStream() {
        return messages;
    }

    @Override
    public int waitFor() throws InterruptedException {
        if (!waitFor(EXIT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
            destroy();
        }
        return exitValue();
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) {
        long left =
                Math.max(1, Math.min(unit.toMillis(timeout), budget.deadline().leftNanos() / 1_000_000));
        return channel.waitFor(EnumSet.of(ClientChannelEvent.EXIT_STATUS, ClientChannelEvent.CLOSED), left).stream()
                .anyMatch(event -> event != ClientChannelEvent.TIMEOUT);
    }

    /** JGit asks once the streams have ended, when the status may be one packet behind. */
    @Override
    public int exitValue() {
        waitFor(EXIT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        Integer status = channel.getExitStatus();
        return status == null ? -1 : status;
    }

    @Override
    public void destroy() {
        channel.close(true);
    }

    /** Its end is the program's, and not that of the time it had. */
    private final class Counted extends FilterInputStream {
        private final long kept;
        private final Function<IOException, SourceFailure> explained;
        private long readBytes;

        /** @param kept bytes given on; those after them are read and dropped */
        private Counted(InputStream in, long kept, Function<IOException, SourceFailure> explained) {
            super(in);
            this.kept = kept;
            this.explained = explained;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            int count = read(one, 0, 1);
            return count < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            while (true) {
                int count;
                try {
                    count = in.read(bytes, offset, length);
                } catch (IOException e) {
                    throw explained.apply(e);
                }
                if (count < 0) {
                    budget.checkTime(); // the connection is closed when it is over
                    requireWhole();
                    return -1;
                }
                try {
                    budget.received(count);
                } catch (SourceFailure e) {
                    broken = e;
                    destroy();
                    throw e;
                }
                readBytes += count;
                if (readBytes <= kept) {
                    return count;
                }
            }
        }

        private void requireWhole() throws SourceFailure {
            SourceFailure failure = broken;
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public long skip(long count) throws IOException {
            throw new IOException("skip: not offered");
        }
    }
}
