package io.wherry.agent.runtime.docker;

import java.time.Duration;
import java.time.InstantSource;

/**
 * What steps are carried out with.
 *
 * @param drain how long a container that nobody finds any more runs on, to end what it was asked before
 */
record Tools(DockerApi docker, Inspections inspections, InstantSource clock, Duration drain) {
    /** A connection that met the moment in which the address was away is tried again by the kernel after 1 s. */
    static final Duration DRAIN = Duration.ofSeconds(2);
}
