package io.wherry.hub.web;

import com.google.protobuf.ByteString;
import io.wherry.contract.JoinToken;
import io.wherry.contract.file.JoinFile;
import io.wherry.contract.json.Json;
import io.wherry.contract.v1.EnrolRequest;
import io.wherry.contract.v1.Facts;
import io.wherry.hub.TestHub;
import io.wherry.hub.fleet.TestDevice;

/** Agents that have joined a whole hub by file, with keys of their own; none of them runs. */
final class TestSites {
    private TestSites() {}

    /** @param more fields of the token, as JSON */
    static Json.Obj join(TestHub hub, String name, Json.Obj more) {
        return join(hub, name, more, "site-host");
    }

    static Json.Obj join(TestHub hub, String name, Json.Obj more, String hostname) {
        byte[] secret = JoinToken.parse(hub.admin().post("/api/v1/tokens", more).string("token"))
                .secret();
        TestDevice device = TestDevice.create();
        EnrolRequest request = EnrolRequest.newBuilder()
                .setToken(ByteString.copyFrom(secret))
                .setCsr(ByteString.copyFrom(device.csr()))
                .setSealingKey(ByteString.copyFrom(device.sealingKey()))
                .setSealingKeySignature(ByteString.copyFrom(device.sealingKeySignature()))
                .setFacts(Facts.newBuilder()
                        .setName(name)
                        .setRuntime("docker")
                        .setRuntimeId("engine-" + name)
                        .setRuntimeVersion("28.5.2")
                        .setAgentVersion("0.1.0")
                        .setPlatform("linux/amd64")
                        .setHostname(hostname)
                        .addUnderstands("compose.v1"))
                .build();
        String file = JoinFile.write(JoinFile.Kind.REQUEST, request.toByteArray());
        return hub.admin()
                .post(
                        "/api/v1/join-requests",
                        Json.object().put("request", file).build());
    }

    static Json.Obj plain() {
        return Json.object().build();
    }

    static Json.Obj toBeApproved() {
        return Json.object().put("approval", true).build();
    }
}
