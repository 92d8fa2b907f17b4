package io.wherry.agent.runtime;

/**
 * Who the runtime is.
 *
 * @param kind       {@code docker} or {@code kubernetes}
 * @param id         stays as long as what the runtime holds (containers, volumes) does: another id means it was replaced or wiped; empty: it does
 *                   not say
 * @param version    as it calls itself
 * @param apiVersion the version spoken with it
 * @param platform   {@code linux/amd64}
 * @param swarmManager whether it is a manager of a Docker swarm
 */
public record RuntimeInfo(
        String kind, String id, String version, String apiVersion, String platform, boolean swarmManager) {
    /** One that manages no swarm. */
    public RuntimeInfo(String kind, String id, String version, String apiVersion, String platform) {
        this(kind, id, version, apiVersion, platform, false);
    }
}
