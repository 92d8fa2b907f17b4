package io.wherry.agent.runtime.docker;

import java.net.URI;
import java.nio.file.Path;

/**
 * Where the engine is and who we are there.
 *
 * @param host    {@code unix:///var/run/docker.sock}
 * @param owner   trust domain and agent id, as one label value: {@code DOMAIN/AGENT}
 * @param hashKey of this agent alone, at least 16 random bytes: values of environment variables are shown as a hash under it, so that two
 *                sites' values cannot be compared and short ones not be guessed
 * @param pulling how images come and go
 * @param net     {@code /proc/self/net} of the network namespace in which the engine publishes ports
 * @param former  whose objects may be taken over
 */
public record DockerSettings(URI host, String owner, byte[] hashKey, Pulling pulling, Path net, FormerAgents former) {
    public static final URI DEFAULT_HOST = URI.create("unix:///var/run/docker.sock");

    public DockerSettings {
        if (hashKey.length < 16) {
            throw new IllegalArgumentException("hashKey: " + hashKey.length + " bytes (expected: 16 or more)");
        }
        hashKey = hashKey.clone();
    }

    public static DockerSettings of(String owner, byte[] hashKey) {
        return new DockerSettings(
                DEFAULT_HOST, owner, hashKey, Pulling.PLAIN, Path.of("/proc/self/net"), FormerAgents.NONE);
    }

    @Override
    public byte[] hashKey() {
        return hashKey.clone();
    }

    @Override
    public String toString() {
        return "DockerSettings[" + host + ", " + owner + "]";
    }
}
