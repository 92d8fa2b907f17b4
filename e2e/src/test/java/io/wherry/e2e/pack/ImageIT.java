package io.wherry.e2e.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.base.Version;
import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.e2e.Checkout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's image. As a pod it is run by KubernetesAgentIT. */
class ImageIT {
    private static final String NAME = "localhost/wherry-agent:" + Version.CURRENT;

    @TempDir
    static Path layout;

    private static Path archive;

    @BeforeAll
    static void unpack() throws Exception {
        archive = Packages.of("agent", "--image");
        Ran.of(List.of("tar", "-xf", archive.toString(), "-C", layout.toString()))
                .ok();
        Ran.of(List.of("docker", "load", "-i", archive.toString())).ok();
    }

    @AfterAll
    static void forget() throws Exception {
        Ran.of(List.of("docker", "rmi", NAME)).ok();
    }

    private static Json.Obj blob(Json.Obj descriptor) throws Exception {
        byte[] bytes = Files.readAllBytes(file(descriptor));
        assertThat(Digest.of(bytes).toString()).isEqualTo(descriptor.string("digest"));
        assertThat(bytes.length).isEqualTo(descriptor.integer("size"));
        return JsonReader.object(bytes);
    }

    private static Path file(Json.Obj descriptor) {
        return layout.resolve(
                "blobs/sha256/" + Digest.parse(descriptor.string("digest")).hex());
    }

    /** In the strictest way that there is: nobody's user, nothing to write to, no capability. */
    private static Ran agent(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("docker", "run", "--rm", "--read-only", "--cap-drop=ALL"));
        command.addAll(List.of("--security-opt=no-new-privileges", "--network=none"));
        command.addAll(List.of("--tmpfs=/var/lib/wherry-agent:uid=65532,mode=700", NAME));
        command.addAll(List.of(arguments));
        return Ran.of(command);
    }

    @Test
    void itIsALayoutOfOneImageWithoutAShell() throws Exception {
        Json.Obj listed = JsonReader.object(Files.readAllBytes(layout.resolve("index.json")))
                .objects("manifests")
                .getFirst();
        assertThat(listed.object("annotations").string("io.containerd.image.name"))
                .isEqualTo(NAME);
        Json.Obj manifest = blob(listed);
        Json.Obj config = blob(manifest.object("config"));
        assertThat(config.object("config").string("User")).isEqualTo("65532:65532");
        List<String> files = new ArrayList<>();
        for (Json.Obj layer : manifest.objects("layers")) {
            Ran.of(List.of("tar", "-tzf", file(layer).toString())).ok().lines().forEach(files::add);
        }
        assertThat(files)
                .contains("./usr/lib/wherry-agent/runtime/bin/java", "./usr/share/doc/libc6/copyright")
                .noneMatch(name -> name.matches(".*/(sh|bash|dash|busybox)"))
                .noneMatch(name -> name.matches(".*/lib(X11|awt|freetype|fontmanager).*"));
    }

    @Test
    void equalSourcesGiveEqualBytes() throws Exception {
        byte[] first = Files.readAllBytes(archive);

        Ran.of(List.of(Checkout.ROOT.resolve("packaging/package.sh").toString(), "agent", "--image"))
                .ok();

        assertThat(Digest.of(Files.readAllBytes(archive))).isEqualTo(Digest.of(first));
    }

    @Test
    void itRunsAsNobodyOnAReadOnlyDisk() throws Exception {
        assertThat(agent("version").ok()).isEqualTo("wherry-agent " + Version.CURRENT);
        Ran doctor = agent("doctor");
        assertThat(doctor.exit()).as(doctor.toString()).isEqualTo(ExitCode.NOT_FOUND.code());
        assertThat(doctor.said()).contains("/var/lib/wherry-agent/state: no agent has joined with it");
    }

    @Test
    void onlyTheAgentHasOne() throws Exception {
        for (List<String> arguments :
                List.of(List.of("hub", "--image"), List.of("agent", "--without-runtime", "--image"))) {
            List<String> command = new ArrayList<>(arguments);
            command.addFirst(Checkout.ROOT.resolve("packaging/package.sh").toString());
            Ran.of(command).failed("expected: agent --image");
        }
    }
}
