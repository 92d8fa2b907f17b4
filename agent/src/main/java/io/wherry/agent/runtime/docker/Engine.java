package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.base.Secret;
import io.wherry.contract.json.Json;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The Engine API as calls: the seam to the world, so that a test can cut it after any call. */
public interface Engine extends AutoCloseable {

    /**
     * Makes one call and reads its whole answer.
     *
     * @return the body of a 2xx or 304 answer
     * @throws EngineException    if the engine answered 4xx or 5xx
     * @throws RuntimeUnavailable if it could not be reached or did not answer in time
     */
    byte[] call(Call call);

    /**
     * Makes one call and shows each line of its answer as it comes.
     *
     * @param silence after this long without a line it is broken off
     * @param each    may throw: the call is broken off then, and this throws the same
     * @return the end of the answer, which holds an error where there was one
     * @throws EngineException    if the engine answered 4xx or 5xx, or said nothing more
     * @throws RuntimeUnavailable if it could not be reached or did not answer in time
     */
    byte[] follow(Call call, Duration silence, Consumer<String> each);

    /**
     * Gives the engine an archive of images and reads what it says of it, to the end.
     *
     * @param limit for the whole call
     * @return the end of its answer, which holds an error where there was one
     * @throws EngineException    if the engine answered 4xx or 5xx
     * @throws RuntimeUnavailable if it could not be reached, did not answer in time, or the archive broke off
     */
    byte[] load(InputStream archive, Duration limit);

    /**
     * Gives the engine a tar and reads its whole answer.
     *
     * @param path  below the API version, with its query
     * @param limit for the whole call
     * @return the body of a 2xx answer
     * @throws EngineException    if the engine answered 4xx or 5xx
     * @throws RuntimeUnavailable if it could not be reached or did not answer in time
     */
    byte[] put(String path, byte[] archive, Duration limit);

    /** The version of its API that both sides speak. @throws RuntimeUnavailable if it could not be asked */
    ApiVersion version();

    /** Whether it is Podman behind its service for Docker's API. @throws RuntimeUnavailable if it could not be asked */
    default boolean isPodman() {
        return false;
    }

    @Override
    void close();

    /**
     * @param method GET, POST or DELETE
     * @param path   below the API version, with its query
     * @param limit  for the whole call, answer included
     * @param tail   true where only the end of the answer matters (progress of a pull)
     * @param login  what the engine may show to a registry for this call, as its API wants it
     */
    record Call(
            String method, String path, Json.@Nullable Obj body, Duration limit, boolean tail, Optional<Secret> login) {
        public Call(String method, String path, Json.@Nullable Obj body, Duration limit, boolean tail) {
            this(method, path, body, limit, tail, Optional.empty());
        }
    }
}
