package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A device that no network joins to its hub becomes a member by two files. */
class OfflineJoinIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of();

    private static String root = "";

    @BeforeAll
    static void noteTheTrustDomain() throws Exception {
        String told = fleet.operator().does("token", "create").err();
        root = told.substring(told.indexOf("--root ") + "--root ".length())
                .strip()
                .split("\\s")[0];
    }

    private static Path in(String name) {
        return fleet.folder().resolve(name);
    }

    private static Path request(RunningAgent agent, String token) throws Exception {
        Path request = in(agent.name() + ".request");
        assertThat(agent.join(token, "--request-file", request.toString()).ok().err())
                .contains("fingerprint");
        return request;
    }

    @Test
    void aRequestGoesOutAnIdentityComesInAndTheDeviceIsAMember() throws Exception {
        RunningAgent agent = fleet.agent("ice");
        String token = fleet.operator().token("--labels", "site=ice");
        Path request = request(agent, token);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(request)))
                .as("the token is in it")
                .isEqualTo("rw-------");
        agent.says("status").failed(ExitCode.NOT_FOUND, "wherry-agent join");
        Path identity = in("ice.identity");

        fleet.operator().does("agent", "admit", request.toString(), "-o", identity.toString());
        String once = Files.readString(identity);
        fleet.operator().does("agent", "admit", request.toString(), "-o", identity.toString());
        assertThat(Files.readString(identity)).as("the same answer").isEqualTo(once);

        agent.join(token, "--identity-file", identity.toString()).failed(ExitCode.USAGE, "--root");
        agent.join(
                        token,
                        "--identity-file",
                        identity.toString(),
                        "--root",
                        root.replace("sha256:", "sha256:0").substring(0, 71))
                .failed(ExitCode.VERIFICATION_FAILED, "do not use this token");
        RunningAgent other = fleet.agent("other");
        request(other, fleet.operator().token());
        other.join(token, "--identity-file", identity.toString(), "--root", root)
                .failed(ExitCode.VERIFICATION_FAILED, "OtherKey");
        Path damaged = Files.writeString(in("damaged"), once.replaceFirst("\\n([A-Za-z0-9+/]{8})", "\nAAAAAAAA"));
        agent.join(token, "--identity-file", damaged.toString(), "--root", root)
                .failed(ExitCode.VERIFICATION_FAILED, "is damaged");

        assertThat(agent.join(token, "--identity-file", identity.toString(), "--root", root)
                        .ok()
                        .out())
                .contains("joined as ice");
        agent.start();
        fleet.operator().does("wait", "agent", "ice", "--for", "connected", "--timeout", "4m");
        assertThat(fleet.operator()
                        .does("audit", "list", "--object", "Agent/ice")
                        .out())
                .contains("agent.join");
    }

    @Test
    void whereAPersonMustApproveTheRequestIsAdmittedAfterwards() throws Exception {
        RunningAgent agent = fleet.agent("guarded");
        String token = fleet.operator().token("--approval");
        Path request = request(agent, token);
        Path identity = in("guarded.identity");

        Said waits = fleet.operator().says("agent", "admit", request.toString(), "-o", identity.toString());

        assertThat(waits.exit()).isEqualTo(ExitCode.BLOCKED.code());
        assertThat(identity).doesNotExist();
        String fingerprint =
                waits.out().substring(waits.out().lastIndexOf(' ') + 1).strip();
        fleet.operator().does("agent", "approve", "guarded", "--fingerprint", fingerprint);
        fleet.operator().does("agent", "admit", request.toString(), "-o", identity.toString());
        agent.join(token, "--identity-file", identity.toString(), "--root", root)
                .ok();
    }

    @Test
    void filesThatAreNoRequestsAreNotSent() throws Exception {
        Path wrong = Files.writeString(in("wrong"), "hello\n");
        fleet.operator()
                .says("agent", "admit", wrong.toString(), "-o", in("none").toString())
                .failed(ExitCode.VERIFICATION_FAILED, "wrong", "BEGIN WHERRY JOIN REQUEST");
        fleet.operator()
                .says(
                        "agent",
                        "admit",
                        in("nowhere").toString(),
                        "-o",
                        in("none").toString())
                .failed(ExitCode.NOT_FOUND, "nowhere");
        assertThat(in("none")).doesNotExist();
    }
}
