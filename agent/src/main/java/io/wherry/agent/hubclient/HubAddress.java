package io.wherry.agent.hubclient;

/**
 * Where a hub listens for agents.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets
 */
record HubAddress(String host, int port) {
    /** The agents' port where an address names none. */
    static final int DEFAULT_PORT = 8444;

    private static final int MAX_PORT = 65_535;

    /** Reads {@code host}, {@code host:port} or {@code [v6]:port}. @throws IllegalArgumentException for anything else */
    static HubAddress parse(String text) {
        int bracket = text.lastIndexOf(']');
        int colon = text.indexOf(':', Math.max(bracket, 0));
        String host = colon < 0 ? text : text.substring(0, colon);
        try {
            int port = colon < 0 ? DEFAULT_PORT : Integer.parseInt(text.substring(colon + 1));
            String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
            if (bare.isEmpty() || port < 1 || port > MAX_PORT) {
                throw new IllegalArgumentException("hub address: " + text + " (expected: HOST:PORT)");
            }
            return new HubAddress(bare, port);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("hub address: " + text + " (expected: HOST:PORT)", e);
        }
    }
}
