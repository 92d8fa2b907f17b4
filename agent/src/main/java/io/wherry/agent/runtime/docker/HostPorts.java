package io.wherry.agent.runtime.docker;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The ports on which something of this host listens, read from the kernel's tables: no right and no command is needed. */
final class HostPorts {
    private static final Logger LOG = System.getLogger(HostPorts.class.getName());

    /** The kernel's word for a listening TCP socket, and for a bound UDP one. */
    private static final String LISTEN = "0A";

    private static final String UNCONNECTED = "07";

    private HostPorts() {}

    /** @param net {@code /proc/self/net} of the network namespace in which the engine publishes */
    static Set<HostPort> listening(Path net) {
        Set<HostPort> ports = new HashSet<>();
        for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
            String protocol = table.substring(0, 3);
            String state = protocol.equals("tcp") ? LISTEN : UNCONNECTED;
            try (Stream<String> lines = Files.lines(net.resolve(table))) {
                lines.skip(1)
                        .map(line -> line.strip().split("\\s+"))
                        .filter(columns -> columns.length > 3 && columns[3].equals(state))
                        .forEach(columns -> ports.add(port(columns[1], protocol)));
            } catch (IOException e) {
                // A kernel without IPv6 has no such table; a port that is really taken then shows when the engine
                // publishes it.
                LOG.log(Level.DEBUG, "cannot read the kernel's table of ports", e);
            }
        }
        return ports;
    }

    private static HostPort port(String local, String protocol) {
        int colon = local.indexOf(':');
        String address = local.substring(0, colon);
        int port = Integer.parseInt(local.substring(colon + 1), 16);
        return new HostPort(address(address), port, protocol);
    }

    /** Only IPv4 addresses matter for telling two apart; the kernel writes them in the byte order of the machine. */
    private static String address(String hex) {
        if (hex.matches("0+")) {
            return "";
        }
        if (hex.length() != 8) {
            return "[" + hex + "]";
        }
        long bits = Long.parseLong(hex, 16);
        return (bits & 255) + "." + (bits >> 8 & 255) + "." + (bits >> 16 & 255) + "." + (bits >> 24 & 255);
    }
}
