package io.wherry.agent.runtime.docker;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A range of addresses.
 *
 * @param first its lowest address, as a number
 * @param bits  how many of its bits all of them share
 * @param width 32 or 128
 */
record Subnet(BigInteger first, int bits, int width) {
    /** Nothing that would be looked up as a name. */
    private static final Pattern LITERAL = Pattern.compile("[0-9.]{7,15}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private static final Pattern PREFIX = Pattern.compile("[0-9]{1,3}");

    Subnet {
        if (bits < 0 || bits > width) {
            throw new IllegalArgumentException("bits: " + bits + " (expected: 0 to " + width + ")");
        }
        first = first.shiftRight(width - bits).shiftLeft(width - bits);
    }

    /** @param text {@code 10.1.0.0/16} or {@code fd00::/64}; a single address is a range of one. @return empty if it is neither */
    static Optional<Subnet> parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        String prefix = slash < 0 ? "" : text.substring(slash + 1);
        if (!LITERAL.matcher(address).matches()
                || (slash >= 0 && !PREFIX.matcher(prefix).matches())) {
            return Optional.empty();
        }
        try {
            byte[] bytes = InetAddress.ofLiteral(address).getAddress();
            int width = bytes.length * 8;
            return Optional.of(
                    new Subnet(new BigInteger(1, bytes), slash < 0 ? width : Integer.parseInt(prefix), width));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether an address is in both. */
    boolean overlaps(Subnet other) {
        int least = Math.min(bits, other.bits);
        return width == other.width && first.shiftRight(width - least).equals(other.first.shiftRight(width - least));
    }

    /** Whether all of the other one is in it. */
    boolean contains(Subnet other) {
        return bits <= other.bits && overlaps(other);
    }

    /** Whether it is every address there is. */
    boolean isEverything() {
        return bits == 0;
    }
}
