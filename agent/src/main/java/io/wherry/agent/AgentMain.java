package io.wherry.agent;

import io.wherry.agent.cli.WherryAgent;

/** The program {@code wherry-agent}. */
public final class AgentMain {
    private AgentMain() {}

    public static void main(String[] arguments) {
        LogFormat.quiet();
        System.exit(WherryAgent.run(arguments));
    }
}
