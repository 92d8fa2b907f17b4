package io.wherry.agent;

import io.wherry.agent.hubclient.AgentFacts;
import io.wherry.agent.reconcile.FactsSource;
import io.wherry.agent.reconcile.SameRuntime;
import io.wherry.agent.runtime.Runtime;
import io.wherry.agent.runtime.RuntimeInfo;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.Pause;
import io.wherry.agent.state.StateFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Optional;

/** Gathers what this agent says of itself, anew at each call. */
record Facts(
        AgentState state, AgentConfig config, SameRuntime runtime, Pause pause, StateFolder folder, InstantSource clock)
        implements FactsSource {

    @Override
    public Optional<Instant> pausedUntil() {
        return pause.until(clock.instant());
    }

    @Override
    public AgentFacts gather() {
        return new AgentFacts(
                new AgentFacts.Self(
                        state.membership().name(),
                        hostname(),
                        state.membership().environment(),
                        AgentVersion.TEXT,
                        ZoneId.systemDefault()),
                runtimeFacts(),
                Runtimes.understood(config),
                config.policy().text(),
                pausedUntil(),
                clock.instant(),
                freeBytes());
    }

    /** The runtime as it answers now, and what keeps this agent from working with it. */
    AgentFacts.RuntimeFacts runtimeFacts() {
        AgentFacts.RuntimeFacts facts = runtimeFacts(config, runtime);
        return new AgentFacts.RuntimeFacts(
                facts.kind(),
                facts.id(),
                facts.version(),
                facts.platform(),
                runtime.problem().map(Facts::sentence).orElse(facts.problem()),
                facts.swarmManager());
    }

    static AgentFacts.RuntimeFacts runtimeFacts(AgentConfig config, Runtime runtime) {
        try {
            RuntimeInfo info = runtime.info();
            return new AgentFacts.RuntimeFacts(
                    info.kind(), info.id(), info.version(), info.platform(), "", info.swarmManager());
        } catch (RuntimeUnavailable e) {
            return new AgentFacts.RuntimeFacts(config.site().runtime(), "", "", "", sentence(e));
        }
    }

    /** {@code REASON: message}. */
    static String sentence(RuntimeUnavailable problem) {
        return problem.reason().code() + ": " + problem.getMessage();
    }

    static String hostname() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return ""; // a host without a name of its own: not known
        }
    }

    private long freeBytes() {
        try {
            return Files.getFileStore(folder.root()).getUsableSpace();
        } catch (IOException e) {
            return 0; // not known
        }
    }
}
