package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.contract.json.Json;

/**
 * A version of the Engine API, as {@code 1.41}.
 *
 * <p>Negotiated here, because a fixed one fails somewhere: Engine 20.10 knows nothing above 1.41, Engine 29 nothing below 1.44.
 */
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
    /** Engine 20.10: the oldest that the tests run against. */
    static final ApiVersion OLDEST = new ApiVersion(1, 41);

    /** Engine 28.5: the newest that the tests run against. */
    static final ApiVersion NEWEST = new ApiVersion(1, 51);

    static ApiVersion parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException("API version: " + text + " (expected: a form like 1.41)");
        }
        return new ApiVersion(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    /**
     * The newest version that both sides know.
     *
     * @param answer of {@code GET /version}
     * @throws RuntimeUnavailable if there is none
     */
    static ApiVersion negotiate(Json.Obj answer) {
        ApiVersion theirs = parse(answer.string("ApiVersion"));
        ApiVersion theirOldest =
                answer.findString("MinAPIVersion").map(ApiVersion::parse).orElse(new ApiVersion(1, 12));
        if (theirs.compareTo(OLDEST) < 0) {
            throw unsupported(theirs, "it is older than Docker Engine 20.10: upgrade the engine");
        }
        if (theirOldest.compareTo(NEWEST) > 0) {
            throw unsupported(theirs, "it no longer speaks " + NEWEST + ": upgrade the agent");
        }
        return theirs.compareTo(NEWEST) < 0 ? theirs : NEWEST;
    }

    private static RuntimeUnavailable unsupported(ApiVersion theirs, String why) {
        return new RuntimeUnavailable(
                RuntimeReason.RUNTIME_VERSION_UNSUPPORTED,
                "the Docker engine speaks API " + theirs + ", this agent " + OLDEST + " to " + NEWEST + "; " + why,
                null);
    }

    @Override
    public int compareTo(ApiVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
