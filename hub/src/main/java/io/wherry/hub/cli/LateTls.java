package io.wherry.hub.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/**
 * The JDK's default of TLS, set up when somebody uses it. Each HTTPS connection asks for that default when it is made, whoever it will trust in the
 * end, and to read the machine's authorities takes a tenth of a short command.
 */
final class LateTls extends SSLSocketFactory {
    private static final class Machine {
        static final SSLSocketFactory SOCKETS = (SSLSocketFactory) SSLSocketFactory.getDefault();
    }

    private LateTls() {}

    static void install() {
        HttpsURLConnection.setDefaultSSLSocketFactory(new LateTls());
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return Machine.SOCKETS.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return Machine.SOCKETS.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket() throws IOException {
        return Machine.SOCKETS.createSocket();
    }

    @Override
    public Socket createSocket(Socket below, String host, int port, boolean close) throws IOException {
        return Machine.SOCKETS.createSocket(below, host, port, close);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return Machine.SOCKETS.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
        return Machine.SOCKETS.createSocket(host, port, from, fromPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return Machine.SOCKETS.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        return Machine.SOCKETS.createSocket(host, port, from, fromPort);
    }
}
