package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.RuntimeUnavailable;
import java.time.Duration;
import java.util.Optional;

/** The API server as calls: the seam to the world, so that a test can count them, and cut it off after any. */
interface ApiServer extends AutoCloseable {

    /**
     * Makes one call and reads its whole answer, whatever its status.
     *
     * @throws RuntimeUnavailable if it could not be reached or did not answer in time
     */
    Answer call(Call call);

    /**
     * Makes a call whose answer comes bit by bit, for as long as the server likes. Does not wait.
     *
     * @param follower told by the transport's threads, one after another; also where there was no answer
     * @throws RuntimeUnavailable if it is known at once that the call cannot be made
     */
    Following follow(Call call, Follower follower);

    /** Takes an answer as it comes. */
    interface Follower {
        /** @param bytes not kept by whoever gives them */
        void part(byte[] bytes);

        /**
         * Nothing more comes.
         *
         * @param status of the answer; 0 where there was none
         */
        void ended(int status);
    }

    /** An answer that comes. */
    interface Following {
        /** Nobody wants the rest. */
        void close();
    }

    @Override
    void close();

    /**
     * @param method GET, POST, PATCH, PUT or DELETE
     * @param path   with its query, such as {@code /api/v1/namespaces?limit=500}
     * @param accept media type of the answer
     * @param type   media type of the body; empty where there is none
     * @param body   JSON
     * @param as     who to act as, such as {@code system:serviceaccount:shop:deployer}; empty: as the agent itself
     * @param limit  for the whole call, answer included
     */
    record Call(
            String method, String path, String accept, String type, String body, Optional<String> as, Duration limit) {

        /** Whether the cluster is another one afterwards, if it goes well. */
        boolean writes() {
            return !method.equals("GET") && !path.contains("dryRun=All");
        }
    }

    /**
     * @param body       not copied: do not change it
     * @param retryAfter where the server says when to come back
     */
    record Answer(int status, byte[] body, Optional<Duration> retryAfter) {}
}
