package io.wherry.hub.source;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;

/**
 * Keeps the host away from JGit: no user or system configuration, no environment, so no {@code insteadOf}, no credential helper, no hooks
 * path, no proxy of somebody's shell can change what the hub fetches or where it sends a credential.
 */
final class IsolatedSystemReader extends SystemReader {

    /** 32 MiB of pack windows for all mirrors together: folders are cached parsed, and a blob is read once per rendering. */
    private static final long PACK_CACHE_BYTES = 32L << 20;

    private final SystemReader host;
    private final InstantSource clock;

    private IsolatedSystemReader(SystemReader host, InstantSource clock) {
        this.host = host;
        this.clock = clock;
    }

    /** For the whole process; a second call changes nothing. */
    static synchronized void install(InstantSource clock) {
        SystemReader host = SystemReader.getInstance();
        if (host instanceof IsolatedSystemReader) {
            return;
        }
        SystemReader.setInstance(new IsolatedSystemReader(host, clock));
        WindowCacheConfig cache = new WindowCacheConfig();
        cache.setPackedGitLimit(PACK_CACHE_BYTES);
        cache.install();
    }

    @Override
    public String getHostname() {
        return "localhost";
    }

    @Override
    @SuppressWarnings("NullAway") // JGit's contract: null for a variable that is not set
    public String getenv(String variable) {
        return null;
    }

    /** Properties of this JVM, such as the kind of operating system, are the hub's own. */
    @Override
    public String getProperty(String key) {
        return host.getProperty(key);
    }

    @Override
    public FileBasedConfig openUserConfig(Config parent, FS fs) {
        return new NoConfig(parent, fs);
    }

    @Override
    public FileBasedConfig openSystemConfig(Config parent, FS fs) {
        return new NoConfig(parent, fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(Config parent, FS fs) {
        return new NoConfig(parent, fs);
    }

    @Override
    @Deprecated
    public long getCurrentTime() {
        return clock.millis();
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    @Deprecated
    public int getTimezone(long when) {
        return 0;
    }

    @Override
    public ZoneOffset getTimeZoneAt(Instant when) {
        return ZoneOffset.UTC;
    }

    /** A configuration that has no file: empty, and what is set in it is forgotten. */
    private static final class NoConfig extends FileBasedConfig {
        private static final String TICK = "10 milliseconds";

        @SuppressWarnings("NullAway") // JGit's own reader passes null too where there is no such file
        NoConfig(Config parent, FS fs) {
            super(parent, null, fs);
        }

        @Override
        public void load() {}

        @Override
        public void save() {}

        /**
         * JGit would find out by trial how fine the times of a disk are: for seconds, and with files of its own in the mirror. A kernel's
         * tick is at most 10 ms on Linux; too coarse a value costs a second look at a file, never a wrong answer.
         */
        @Override
        @SuppressWarnings("NullAway") // JGit's contract: null for what is not set
        public String getString(String section, String subsection, String name) {
            return ConfigConstants.CONFIG_FILESYSTEM_SECTION.equals(section)
                    ? TICK
                    : super.getString(section, subsection, name);
        }

        @Override
        public boolean isOutdated() {
            return false;
        }
    }
}
