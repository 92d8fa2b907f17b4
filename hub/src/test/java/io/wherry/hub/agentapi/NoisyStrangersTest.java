package io.wherry.hub.agentapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.wherry.contract.v1.EnrolRequest;
import io.wherry.contract.v1.ReportRequest;
import io.wherry.hub.TestProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever scans the hub's ports must not fill its log: that would hide what matters, and fill the disk. */
@Timeout(180)
@Tag("long")
class NoisyStrangersTest {
    /** Enough that a line for each would be seen. */
    private static final int TIMES = 5;

    /** What start and end may say, and one line a minute about requests without a key. */
    private static final int FEW = 10;

    private static final Random RANDOM = new Random(7);

    /** What a scanner waits for an answer. */
    private static final int PATIENCE_MS = 500;

    private static final int PATIENT_MS = 20_000;

    @TempDir
    Path folder;

    /** One way to misbehave. */
    @FunctionalInterface
    private interface Misbehaviour {
        void at(int port) throws IOException, GeneralSecurityException;
    }

    private static final List<Misbehaviour> ALL = List.of(
            port -> plain(port, new byte[0]),
            port -> plain(port, random(500)),
            port -> plain(port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8)),
            port -> plain(port, "SSH-2.0-scanner\r\n".getBytes(UTF_8)),
            port -> plain(port, hello(0x0301, random(200))),
            port -> plain(port, hello(0x0303, new byte[200])),
            port -> reset(port, hello(0x0303, random(60))),
            port -> reset(port, new byte[0]),
            port -> tls(port, "TLSv1.2", false, new byte[0]),
            port -> tls(port, "TLSv1.3", false, new byte[0]),
            port -> tls(port, "TLSv1.3", false, random(300)),
            port -> tls(port, "TLSv1.3", true, random(300)),
            port -> tls(port, "TLSv1.3", true, "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8)),
            port -> tls(port, "TLSv1.3", true, http2("")),
            port -> tls(port, "TLSv1.3", true, http2("ffffff0000000000")),
            port -> tls(port, "TLSv1.3", true, http2("000004040000000000" + "000000ff0100000001")),
            port -> tls(port, "TLSv1.3", true, http2("000000040000000000" + "000005010500000001" + "ffffffffff")),
            port -> tls(port, "TLSv1.3", false, ("GET /" + "x".repeat(9000) + " HTTP/1.1\r\n\r\n").getBytes(UTF_8)),
            port -> tls(port, "TLSv1.3", false, "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8)),
            port -> tls(
                    port,
                    "TLSv1.3",
                    false,
                    "POST /api/v1/apply HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc".getBytes(UTF_8)),
            port -> tls(port, "TLSv1.3", false, "GET /api/v1/%0aFORGED HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8)),
            port -> tls(
                    port,
                    "TLSv1.3",
                    false,
                    "GET /api/v1/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \u0001\r\n\r\n".getBytes(UTF_8)));

    @Test
    void leaveNoMoreThanAFewLines() throws Exception {
        Path data = folder.resolve("data");
        int agents;
        int operators;
        try (ServerSocket one = new ServerSocket(0);
                ServerSocket two = new ServerSocket(0)) {
            agents = one.getLocalPort();
            operators = two.getLocalPort();
        }
        TestProcess.init(
                data,
                List.of(
                        "listen.operators=127.0.0.1:" + operators,
                        "listen.agents=127.0.0.1:" + agents,
                        "listen.health=127.0.0.1:0"));
        try (TestProcess hub = TestProcess.serve(data)) {
            hub.awaitReady();
            int before = hub.log().size();
            // One without a key that is told for certain: all others may have given up before a busy hub could look at
            // them.
            tls(operators, "TLSv1.3", false, "GET /api/v1/x HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8), PATIENT_MS);
            try (ExecutorService scanners = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < TIMES; i++) {
                    for (Misbehaviour misbehaviour : ALL) {
                        // How the hub ends them is not looked at here, only what it says of them.
                        Future<Object> _ = scanners.submit(() -> tried(misbehaviour, agents));
                        Future<Object> _ = scanners.submit(() -> tried(misbehaviour, operators));
                    }
                }
            }
            misuseCalls(agents, certificate(data.resolve("ca.crt")));
            assertThat(hub.isAlive()).isTrue();
            hub.stop();

            List<String> told = hub.log().subList(before, hub.log().size());
            assertThat(told)
                    .hasSizeLessThan(FEW)
                    .noneMatch(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                    .noneMatch(line -> line.startsWith("\tat ") || line.contains("Exception"));
            assertThat(told).filteredOn(line -> line.contains("refused, ")).hasSize(1);
        }
    }

    private static Object tried(Misbehaviour misbehaviour, int port) throws Exception {
        misbehaviour.at(port);
        return misbehaviour;
    }

    /** What somebody does who speaks the protocol: calls without a certificate, a token that is none, a message and headers that are too large. */
    private static void misuseCalls(int port, X509Certificate authority) {
        try (TestAgent stranger = new TestAgent(port, authority, Optional.empty())) {
            ReportRequest large = ReportRequest.newBuilder()
                    .addReceipts(ByteString.copyFrom(new byte[2 << 20]))
                    .build();
            Metadata headers = new Metadata();
            headers.put(Metadata.Key.of("filler", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(20_000));
            var loud = stranger.calls().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
            for (int i = 0; i < TIMES; i++) {
                refused(() -> stranger.poll(TestAgent.request()));
                refused(() -> stranger.calls().enrol(EnrolRequest.newBuilder().build()));
                refused(() -> stranger.calls().report(large));
                refused(() -> loud.poll(TestAgent.request().build()));
            }
        }
    }

    private static void refused(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(StatusRuntimeException.class);
    }

    private static X509Certificate certificate(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** A TLS record that says it is a handshake. */
    private static byte[] hello(int version, byte[] content) {
        byte[] record = new byte[5 + content.length];
        record[0] = 22;
        record[1] = (byte) (version >> 8);
        record[2] = (byte) version;
        record[3] = (byte) (content.length >> 8);
        record[4] = (byte) content.length;
        System.arraycopy(content, 0, record, 5, content.length);
        return record;
    }

    private static byte[] http2(String frames) {
        byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(UTF_8);
        byte[] rest = HexFormat.of().parseHex(frames);
        byte[] all = Arrays.copyOf(preface, preface.length + rest.length);
        System.arraycopy(rest, 0, all, preface.length, rest.length);
        return all;
    }

    private static void plain(int port, byte[] bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MS);
            send(socket, bytes);
        }
    }

    private static void reset(int port, byte[] bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoLinger(true, 0); // closing sends RST
            socket.getOutputStream().write(bytes);
        }
    }

    private static void tls(int port, String protocol, boolean http2, byte[] bytes)
            throws IOException, GeneralSecurityException {
        tls(port, protocol, http2, bytes, PATIENCE_MS);
    }

    private static void tls(int port, String protocol, boolean http2, byte[] bytes, int patienceMs)
            throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, new SecureRandom());
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(patienceMs);
            socket.setEnabledProtocols(new String[] {protocol});
            if (http2) {
                var parameters = socket.getSSLParameters();
                parameters.setApplicationProtocols(new String[] {"h2"});
                socket.setSSLParameters(parameters);
            }
            send(socket, bytes);
        } catch (IOException e) {
            // refused: that is what it is about
        }
    }

    private static void send(Socket socket, byte[] bytes) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
            socket.getInputStream().read();
        } catch (IOException e) {
            // refused: that is what it is about
        }
    }

    /** A scanner trusts everybody. */
    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
