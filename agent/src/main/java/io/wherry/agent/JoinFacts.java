package io.wherry.agent;

import io.wherry.agent.hubclient.AgentFacts;
import io.wherry.agent.runtime.Runtime;
import io.wherry.agent.runtime.docker.Pulling;
import io.wherry.base.WallClock;
import java.time.ZoneId;
import java.util.Locale;

/** What a device says of itself before it is a member. An engine that does not answer keeps nobody from joining. */
public final class JoinFacts {
    private static final int MAX_NAME_CHARS = 63;

    private JoinFacts() {}

    public static AgentFacts gather(AgentConfig config) {
        String hostname = Facts.hostname();
        String name = config.site().name().orElseGet(() -> nameOf(hostname));
        return new AgentFacts(
                new AgentFacts.Self(
                        name, hostname, config.site().environment(), AgentVersion.TEXT, ZoneId.systemDefault()),
                runtime(config),
                Runtimes.understood(config),
                config.policy().text(),
                WallClock.system().instant(),
                0);
    }

    private static AgentFacts.RuntimeFacts runtime(AgentConfig config) {
        try (Runtime runtime = Runtimes.open(config, "joining", new byte[32], Pulling.PLAIN)) {
            return Facts.runtimeFacts(config, runtime);
        }
    }

    /** The host's name as far as it can be an agent's. */
    static String nameOf(String hostname) {
        String name = hostname.toLowerCase(Locale.ROOT).replaceAll("\\..*", "").replaceAll("[^a-z0-9-]+", "-");
        String cut = name.substring(0, Math.min(name.length(), MAX_NAME_CHARS));
        return cut.replaceAll("^-+|-+$", "");
    }
}
