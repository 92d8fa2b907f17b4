package io.wherry.agent.hubclient;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** TLS 1.3 before a server that speaks in plain: the only server library the agent has speaks TLS 1.2 alone. */
final class TlsFront implements AutoCloseable {
    private static final char[] PASSWORD = "changeit".toCharArray();
    volatile String protocol = "";
    volatile String peer = "";
    private final SSLServerSocket listener;
    private final int plainPort;

    TlsFront(DeviceCertificate own, X509Certificate clientCa, InetAddress host, int plainPort) throws Exception {
        this.plainPort = plainPort;
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("own", own.key(), PASSWORD, own.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, PASSWORD);
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("ca", clientCa);
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
        trustManagers.init(trust);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        listener = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 50, host);
        listener.setEnabledProtocols(new String[] {"TLSv1.3"});
        SSLParameters parameters = listener.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        parameters.setWantClientAuth(true);
        listener.setSSLParameters(parameters);
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                SSLSocket client = (SSLSocket) listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(SSLSocket client) {
        try (client;
                Socket plain = new Socket(InetAddress.getLoopbackAddress(), plainPort)) {
            client.startHandshake();
            protocol = client.getSession().getProtocol();
            peer = peer(client);
            Thread up = Thread.ofVirtual().start(() -> pump(client, plain));
            pump(plain, client);
            up.interrupt();
        } catch (IOException e) {
            // the client did not like what it saw, or left: the test sees that on its side
        }
    }

    private static String peer(SSLSocket client) {
        try {
            return client.getSession().getPeerPrincipal().getName();
        } catch (SSLPeerUnverifiedException e) {
            return "";
        }
    }

    private static void pump(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] buffer = new byte[16 << 10];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                out.flush();
            }
        } catch (IOException e) {
            // one side left: the other is closed by the try
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
