package io.wherry.hub.api;

import io.wherry.base.Causes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Looks whether a port can be opened, before the server is told to. A server that cannot open one of its ports logs that and returns as if all
 * were well, and a hub without its interface must not call itself ready.
 */
final class FreePorts {
    private FreePorts() {}

    /** @throws ApiPortException naming the first that is taken */
    static void require(ApiServer.Listeners listeners) {
        require("operators' port", listeners.operators());
        require("health port", listeners.health());
    }

    private static void require(String what, InetSocketAddress address) {
        // Bound, never listening: whoever comes early must be refused, not taken in and dropped.
        try (Socket probe = new Socket()) {
            probe.setReuseAddress(true); // as a server: connections of the hub before this one may still be ending
            probe.bind(address);
        } catch (IOException e) {
            throw new ApiPortException(
                    "the " + what + " " + address + " cannot be opened: " + Causes.words(e)
                            + " (is another hub running?)",
                    e);
        }
    }
}
