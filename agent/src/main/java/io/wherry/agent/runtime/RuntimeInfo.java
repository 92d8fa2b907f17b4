package io.wherry.agent.runtime;

/**
 * Who the runtime is.
 *
 * @param kind       {@code docker} or {@code kubernetes}
 * @param id         the engine's or cluster's own id: another id means it was replaced
 * @param version    as it calls itself
 * @param apiVersion the version spoken with it
 * @param platform   {@code linux/amd64}
 */
public record RuntimeInfo(String kind, String id, String version, String apiVersion, String platform) {}
