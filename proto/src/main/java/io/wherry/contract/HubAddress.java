package io.wherry.contract;

import java.util.List;
import java.util.regex.Pattern;

/** {@code host:port} of an agent port: a name, an IPv4 address, or an IPv6 address in brackets. */
final class HubAddress {
    private static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]{2,45}\\]):([0-9]{1,5})");

    private HubAddress() {}

    static List<String> list(List<String> hubs) {
        Check.count("hubs", hubs, Limits.HUBS);
        hubs.forEach(HubAddress::check);
        return List.copyOf(hubs);
    }

    private static void check(String hub) {
        Check.matches("hubs", hub, FORM, "a form like hub.example.com:8444");
        Check.range("hubs", Integer.parseInt(hub.substring(hub.lastIndexOf(':') + 1)), 1, 65_535);
    }
}
