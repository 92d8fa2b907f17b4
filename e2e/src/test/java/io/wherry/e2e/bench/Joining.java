package io.wherry.e2e.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.wherry.contract.JoinToken;
import io.wherry.contract.json.Json;
import io.wherry.contract.v1.AgentServiceGrpc;
import io.wherry.contract.v1.EnrolReply;
import io.wherry.contract.v1.EnrolRequest;
import io.wherry.contract.v1.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Many agents join a real hub, over its agents' port with a token each. */
final class Joining {
    private Joining() {}

    /** @param folder gets {@code ca.der} and {@code identities}, as {@link BenchAgent#readAll} reads them */
    static void join(BenchOperator operator, int port, Path folder, int count) throws Exception {
        Files.write(folder.resolve("ca.der"), operator.authority().getEncoded());
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", port)
                .sslContext(GrpcSslContexts.forClient()
                        .protocols("TLSv1.3")
                        .trustManager(operator.authority())
                        .build())
                .build();
        StringBuilder identities = new StringBuilder();
        Base64.Encoder base64 = Base64.getEncoder();
        for (int i = 0; i < count; i++) {
            BenchDevice device = BenchDevice.create();
            EnrolReply reply = AgentServiceGrpc.newBlockingStub(channel).enrol(request(token(operator), device, i));
            identities
                    .append(base64.encodeToString(device.keys().getPrivate().getEncoded()))
                    .append(' ')
                    .append(base64.encodeToString(reply.getCertificateChain(0).toByteArray()))
                    .append('\n');
        }
        channel.shutdownNow();
        Files.writeString(folder.resolve("identities"), identities, UTF_8);
    }

    private static byte[] token(BenchOperator operator) throws IOException, InterruptedException {
        Json.Obj answer = operator.post(
                "/tokens",
                Json.object()
                        .put("labels", Json.object().put("bench", "yes").build())
                        .build());
        return JoinToken.parse(answer.string("token")).secret();
    }

    private static EnrolRequest request(byte[] secret, BenchDevice device, int number) {
        return EnrolRequest.newBuilder()
                .setToken(ByteString.copyFrom(secret))
                .setCsr(ByteString.copyFrom(device.csr()))
                .setSealingKey(ByteString.copyFrom(device.sealingKey()))
                .setSealingKeySignature(ByteString.copyFrom(device.sealingKeySignature()))
                .setFacts(Facts.newBuilder()
                        .setName("site-" + number)
                        .setRuntime("docker")
                        .setRuntimeId("engine-" + number)
                        .setAgentVersion("0.1.0"))
                .build();
    }
}
