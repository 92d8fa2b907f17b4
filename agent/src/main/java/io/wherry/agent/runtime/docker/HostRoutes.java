package io.wherry.agent.runtime.docker;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The networks on which this host has a leg, read from the kernel's tables. What lies behind a gateway is not among them: a network inside such a range takes
 * its own addresses out of it and nothing else, which people do on purpose.
 */
final class HostRoutes {
    /**
     * A range of addresses that the host reaches directly.
     *
     * @param device {@code eth0}
     */
    record Route(Subnet range, String device) {}

    private static final Logger LOG = System.getLogger(HostRoutes.class.getName());

    /** A host has some tens; a router that knows the whole internet shall not fill our memory. */
    private static final int MAX_ROUTES = 10_000;

    private static final int HEX = 16;
    /** Kernel flags: the route is up; it goes by a gateway; it is for one host; it is the host's own; it refuses. */
    private static final int UP = 0x1;

    private static final int NOT_A_NETWORK = 0x2 | 0x4 | 0x200 | 0x8000_0000;

    private HostRoutes() {}

    /** @param net {@code /proc/self/net} of the network namespace in which the engine makes networks */
    static List<Route> read(Path net) {
        List<Route> routes = new ArrayList<>();
        try (Stream<String> lines = Files.lines(net.resolve("route"))) {
            lines.skip(1).limit(MAX_ROUTES).forEach(line -> four(line.strip().split("\\s+"), routes));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cannot read the kernel's table of routes", e); // the engine finds its own clashes
        }
        try (Stream<String> lines = Files.lines(net.resolve("ipv6_route"))) {
            lines.limit(MAX_ROUTES).forEach(line -> six(line.strip().split("\\s+"), routes));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cannot read the kernel's table of IPv6 routes", e); // a kernel without IPv6
        }
        return List.copyOf(routes);
    }

    /** {@code Iface Destination Gateway Flags RefCnt Use Metric Mask}, addresses in the byte order of the machine. */
    private static void four(String[] columns, List<Route> routes) {
        if (columns.length < 8 || !isNetwork(columns[3])) {
            return;
        }
        long range = Integer.toUnsignedLong(Integer.reverseBytes(Integer.parseUnsignedInt(columns[1], HEX)));
        int bits = Integer.bitCount(Integer.parseUnsignedInt(columns[7], HEX));
        add(new Route(new Subnet(BigInteger.valueOf(range), bits, 32), columns[0]), routes);
    }

    /** {@code destination bits source bits gateway metric references use flags device}. */
    private static void six(String[] columns, List<Route> routes) {
        if (columns.length < 10
                || !isNetwork(columns[8])
                || columns[0].startsWith("fe80")
                || columns[0].startsWith("ff")) {
            return;
        }
        add(
                new Route(
                        new Subnet(new BigInteger(columns[0], HEX), Integer.parseInt(columns[1], HEX), 128),
                        columns[9]),
                routes);
    }

    private static boolean isNetwork(String hex) {
        int flags = Integer.parseUnsignedInt(hex, HEX);
        return (flags & UP) != 0 && (flags & NOT_A_NETWORK) == 0;
    }

    private static void add(Route route, List<Route> routes) {
        if (!route.range().isEverything() && !route.device().equals("lo")) {
            routes.add(route);
        }
    }
}
