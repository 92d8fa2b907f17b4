package io.wherry.agent.hubclient;

import java.math.BigInteger;
import java.net.InetAddress;

/** A range of addresses in CIDR form, such as {@code 10.0.0.0/8}. Names are never looked up: only a literal address can lie in a range. */
final class AddressRange {
    private AddressRange() {}

    static boolean contains(String range, String host) {
        int slash = range.indexOf('/');
        try {
            byte[] base = InetAddress.ofLiteral(range.substring(0, slash)).getAddress();
            byte[] address = InetAddress.ofLiteral(host).getAddress();
            int bits = Integer.parseInt(range.substring(slash + 1));
            int free = base.length * 8 - bits;
            return base.length == address.length
                    && bits >= 0
                    && free >= 0
                    && new BigInteger(1, base).shiftRight(free).equals(new BigInteger(1, address).shiftRight(free));
        } catch (IllegalArgumentException e) {
            return false; // a name, or no range: nothing lies in it
        }
    }
}
