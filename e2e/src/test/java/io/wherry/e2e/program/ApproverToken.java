package io.wherry.e2e.program;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** A token of SoftHSM with an approver's key, made by the commands of the how-to. */
final class ApproverToken {
    private static final String MODULE = "/usr/lib/softhsm/libsofthsm2.so";
    private static final String PIN = "314159";

    private final Programs programs;
    private final Path folder;
    private final Path pin;

    ApproverToken(Path home) throws Exception {
        folder = Files.createDirectory(home.resolve("token"));
        Files.createDirectory(folder.resolve("store"));
        programs = new Programs(
                home,
                java.util.Map.of(
                        "SOFTHSM2_CONF",
                        Files.writeString(
                                        folder.resolve("softhsm2.conf"),
                                        "directories.tokendir = " + folder.resolve("store") + "\n")
                                .toString()));
        pin = Files.setPosixFilePermissions(
                Files.writeString(folder.resolve("pin"), PIN), PosixFilePermissions.fromString("rw-------"));
        programs.run("softhsm2-util", "--init-token", "--free", "--label", "card", "--so-pin", "00000000", "--pin", PIN)
                .ok();
        Path configuration = Files.writeString(
                folder.resolve("bob.cfg"), "name = bob\nlibrary = " + MODULE + "\nslotListIndex = 0\n");
        programs.run(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        "NONE",
                        "-storetype",
                        "PKCS11",
                        "-storepass:file",
                        pin.toString(),
                        "-addprovider",
                        "SunPKCS11",
                        "-providerarg",
                        configuration.toString(),
                        "-alias",
                        "bob",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=bob",
                        "-validity",
                        "36500")
                .ok();
    }

    /** Its public half, as a file. */
    Path publicKey() throws Exception {
        Path file = folder.resolve("bob.pub");
        bundle("public-key", "-o", file.toString()).ok();
        return file;
    }

    Said signs(Path release) throws Exception {
        return bundle("sign", release.toString(), "--yes");
    }

    private Said bundle(String command, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("wherry", "bundle", command));
        arguments.addAll(List.of("--pkcs11", MODULE, "--token", "card", "--key-label", "bob"));
        arguments.addAll(List.of("--pin-file", pin.toString()));
        arguments.addAll(List.of(more));
        return programs.run(arguments);
    }

    /** The release signed with the PIN typed on a terminal; gives what the terminal showed. */
    String signsOnATerminal(Path release) throws Exception {
        String screen = folder.resolve("screen").toString();
        String shown = "for i in $(seq 1200); do grep -q \"$1\" " + screen + " && break; sleep 0.1; done; echo \"$2\"";
        String typed = "answer() { " + shown + "; }; { answer 'PIN of token' " + PIN + "; answer 'go on' y; }"
                + " | timeout 120 script -qefc '" + Programs.path("wherry") + " bundle sign " + release + " --pkcs11 "
                + MODULE + " --token card --key-label bob' " + screen + " >" + screen + ".copy";
        Files.writeString(folder.resolve("screen"), "");
        programs.run("sh", "-c", typed).ok();
        return Files.readString(folder.resolve("screen"));
    }
}
