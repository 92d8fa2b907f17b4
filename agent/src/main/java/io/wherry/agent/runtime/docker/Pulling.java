package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.ImageLedger;
import io.wherry.agent.runtime.RegistryLogins;
import java.time.Duration;

/**
 * How images come, and how they go.
 *
 * @param mirrors from where they are pulled instead
 * @param logins  what pulls may show to registries
 * @param ledger  which ones this agent brought
 * @param keep    which of those stay
 */
public record Pulling(RegistryMirrors mirrors, RegistryLogins logins, ImageLedger ledger, Keep keep) {
    /** From the registries themselves, without a login, and what came stays. */
    public static final Pulling PLAIN =
            new Pulling(RegistryMirrors.NONE, RegistryLogins.NONE, ImageLedger.NONE, Keep.DEFAULT);

    /**
     * What is kept of images that nothing needs any more: an image goes when it is beyond both.
     *
     * @param count how many of a stack under one name without its tag, the newest, whatever their age
     * @param age   how long since a generation was staged with it, whatever their number
     */
    public record Keep(int count, Duration age) {
        public static final Keep DEFAULT = new Keep(3, Duration.ofDays(7));
    }
}
