package io.wherry.agent.runtime;

import java.util.List;

/** The newest log lines of one container, oldest first. */
public record ServiceLog(String service, String container, List<String> lines) {
    public ServiceLog {
        lines = List.copyOf(lines);
    }
}
