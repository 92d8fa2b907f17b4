package io.wherry.contract.verify;

import io.wherry.contract.Acknowledgement;
import io.wherry.contract.Digest;
import io.wherry.contract.Limits;

/**
 * How far a hub said that it has an agent's receipts. What an agent remembers of the acknowledgement it took last.
 *
 * @param epoch   the hub's, 1 or more
 * @param counter of the receipt, 1 or more
 * @param receipt digest of its payload
 */
public record Acknowledged(long epoch, long counter, Digest receipt) {
    /** @throws IllegalArgumentException naming the number that is out of range */
    public Acknowledged {
        if (epoch < 1 || epoch > Limits.INTEGER || counter < 1 || counter > Limits.INTEGER) {
            throw new IllegalArgumentException("acknowledged: epoch " + epoch + ", counter " + counter
                    + " (expected: both 1 to " + Limits.INTEGER + ")");
        }
    }

    public static Acknowledged by(Acknowledgement acknowledgement) {
        return new Acknowledged(acknowledgement.epoch(), acknowledgement.counter(), acknowledgement.receipt());
    }
}
