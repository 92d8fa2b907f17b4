package io.wherry.e2e.pack;

import io.wherry.contract.json.Json;
import io.wherry.e2e.FakeTime;
import io.wherry.e2e.docker.TestImages;
import io.wherry.e2e.git.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** What a machine of these tests is given beside the packages: an image, and a repository with two stacks for agents of {@code site=one}. */
final class SharedFolder {
    private SharedFolder() {}

    /** Makes {@code image.tar}, {@code app.git}, {@code app.yaml} and {@code vault.yaml}, whose stack wants the credential {@code door}. */
    static void fill(Path shared) throws Exception {
        Files.setPosixFilePermissions(
                shared, PosixFilePermissions.fromString("rwxr-xr-x")); // the hub's user reads here
        Files.write(
                shared.resolve("image.tar"),
                TestImages.archive(TestImages.BUSYBOX_1, Json.object().build()));
        Repository app = Repository.create("app", shared.resolve("app.git"), shared.resolve("clone"));
        app.commit(
                Map.of(
                        "compose.yaml",
                        """
                        services:
                          web:
                            image: %s
                            command: [httpd, -f, -p, "80", -h, /www]
                            stop_signal: SIGKILL
                            ports: ["127.0.0.1:18080:80"]
                            volumes: ["./www:/www:ro"]
                        """.formatted(TestImages.BUSYBOX_1),
                        "www/index.html",
                        "carried\n",
                        "vault/compose.yaml",
                        """
                        services:
                          keeper:
                            image: %s
                            command: [sleep, infinity]
                            stop_signal: SIGKILL
                            restart: always
                            secrets: [door]
                        secrets:
                          door: {external: true, name: door}
                        """.formatted(TestImages.BUSYBOX_1)),
                "app");
        Files.writeString(shared.resolve("app.yaml"), """
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: app}
                spec: {type: git, url: /shared/app.git, interval: 10s}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: app}
                spec:
                  sourceRef: app
                  targets: [{agentSelector: site=one}]
                  observe: 1s
                """);
        Files.writeString(shared.resolve("vault.yaml"), """
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: vault}
                spec:
                  sourceRef: app
                  path: vault
                  targets: [{agentSelector: site=one}]
                  observe: 1s
                """);
    }

    /** Makes {@code libfaketime.so.1}, which tells whoever loads it another time. */
    static void addClock(Path shared) throws Exception {
        Files.copy(FakeTime.library("libfaketime.so.1"), shared.resolve("libfaketime.so.1"));
    }
}
