package io.wherry.e2e.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.e2e.Checkout;
import io.wherry.e2e.docker.TestImages;
import io.wherry.e2e.git.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The life of hub and agent as services on one machine, from the first installation to the last trace. One story in its order, for a machine and the
 * caches that an installation makes cost more than all steps together.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServiceIT {
    private static final String AGENT = "/opt/agent/install.sh";
    private static final String HUB = "/opt/hub/install.sh";

    @TempDir
    static Path shared;

    private SystemdMachine machine;

    @BeforeAll
    void unpackOnAMachine() throws Exception {
        Files.setPosixFilePermissions(
                shared, PosixFilePermissions.fromString("rwxr-xr-x")); // the hub's user reads here
        for (String program : List.of("hub", "agent")) {
            Path archive = pack(program);
            Files.copy(archive, shared.resolve(program + ".tar.gz"));
        }
        Files.write(
                shared.resolve("image.tar"),
                TestImages.archive(TestImages.BUSYBOX_1, Json.object().build()));
        Repository app = Repository.create("app", shared.resolve("app.git"), shared.resolve("clone"));
        app.commit(Map.of("compose.yaml", """
                        services:
                          web:
                            image: %s
                            command: [httpd, -f, -p, "80", -h, /www]
                            stop_signal: SIGKILL
                            ports: ["127.0.0.1:18080:80"]
                            volumes: ["./www:/www:ro"]
                        """.formatted(TestImages.BUSYBOX_1), "www/index.html", "carried\n"), "app");
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
        machine = new SystemdMachine(shared);
        machine.does(
                "for p in hub agent; do mkdir /opt/$p; tar -xzf /shared/$p.tar.gz -C /opt/$p --strip-components=1; done");
        machine.does("docker load -i /shared/image.tar");
    }

    /** What a person does after a build: no argument, no flag. */
    private static Path pack(String program) throws Exception {
        String said = Ran.of(
                        List.of(Checkout.ROOT.resolve("packaging/package.sh").toString(), program))
                .ok();
        return Path.of(said.lines().reduce((_, last) -> last).orElseThrow());
    }

    @AfterAll
    void takeTheMachineAway() throws Exception {
        if (machine != null) {
            machine.close();
        }
    }

    @Test
    @Order(1)
    void theHubServesAfterItsInstallation() throws Exception {
        machine.does("echo WHERRY_SOURCES_LOCAL_DIRECTORIES=/shared >/etc/default/wherry-hub");
        assertThat(machine.does(HUB + " --hostname localhost"))
                .contains("making the start-up cache", "wherry-hub 0.1.0 runs");
        machine.does("systemctl is-active wherry-hub");
        machine.does("systemctl show -P StatusText wherry-hub | grep -qx 'serves localhost'");
        machine.does("runuser -u wherry-hub -- wherry-hub doctor");
        machine.does("test -s /usr/lib/wherry-hub/lib/hub/wherry-hub.aot -a -s /usr/lib/wherry-hub/lib/hub/wherry.aot");
        machine.does(
                "wherry login https://localhost:8443 --token-file /var/lib/wherry-hub/admin-token --ca-file /var/lib/wherry-hub/ca.crt");
        machine.does("wherry apply -f /shared/app.yaml && wherry token create --labels site=one >/root/token");
    }

    @Test
    @Order(2)
    void aBadStartChangesNothing() throws Exception {
        machine.does(
                "cp -R /opt/agent /opt/damaged && echo >>/opt/damaged/lib/wherry-agent.options && cp -R /opt/agent /opt/more && touch /opt/more/lib/agent/more.jar");
        machine.run("/opt/damaged/install.sh").failed("wherry-agent.options: FAILED", "the package is damaged");
        machine.run("/opt/more/install.sh").failed("does not list", "more.jar");
        machine.run("setpriv --reuid=1 --clear-groups " + AGENT).failed("must run as root");
        machine.run(AGENT + " --token wjt1.secret").failed("everybody on this machine");
        machine.does("groupmod -n engine docker");
        machine.run(AGENT).failed("no group \"docker\"", "install the Docker engine first");
        machine.does("groupmod -n docker engine");
        machine.does("install -d -m 755 /var/lib/wherry-agent");
        machine.run(AGENT).failed("belongs to root", "chown -R wherry-agent: /var/lib/wherry-agent");
        machine.does("rmdir /var/lib/wherry-agent");
        assertThat(traces("agent")).isEmpty();
    }

    @Test
    @Order(3)
    void theAgentJoinsAndIsWellInItsSandbox() throws Exception {
        assertThat(machine.does(AGENT + " --token-file /root/token --name site-1"))
                .contains("joined as site-1", "wherry-agent 0.1.0 runs (daemon)");
        machine.does("systemctl is-active wherry-agent");
        machine.until("wherry-agent doctor");
        assertThat(machine.does("stat -c '%U %a' /run/wherry-agent/control.sock /var/lib/wherry-agent"))
                .isEqualTo("wherry-agent 660\nwherry-agent 700");
        assertThat(machine.does("stat -c %U /proc/$(systemctl show -P MainPID wherry-agent)"))
                .isEqualTo("wherry-agent");
        machine.does("grep -q wherry-agent.aot /proc/$(systemctl show -P MainPID wherry-agent)/maps");
    }

    /** The engine mounts a file of the repository by the path that the agent wrote it to. */
    @Test
    @Order(4)
    void aStackRunsWithItsFiles() throws Exception {
        machine.does("wherry wait stack app --timeout 1m");
        assertThat(machine.does("docker exec app-web-1 wget -qO- http://127.0.0.1/"))
                .isEqualTo("carried");
        machine.does("docker port app-web-1 | grep 127.0.0.1:18080");
    }

    @Test
    @Order(5)
    void aRestartLeavesTheWorkloadAlone() throws Exception {
        String container = container();
        String before = process();
        machine.does("systemctl restart wherry-agent");
        assertThat(process()).isNotEqualTo(before);
        machine.until("wherry-agent doctor");
        assertThat(container()).isEqualTo(container);
    }

    @Test
    @Order(6)
    void aHungAgentIsStartedAgain() throws Exception {
        machine.does(
                "mkdir -p /etc/systemd/system/wherry-agent.service.d && printf '[Service]\\nWatchdogSec=6s\\nTimeoutAbortSec=1s\\nRestartSec=100ms\\n' "
                        + ">/etc/systemd/system/wherry-agent.service.d/fast.conf && systemctl daemon-reload && systemctl restart wherry-agent");
        String before = process();
        machine.does("kill -STOP " + before);
        machine.until(
                "test $(systemctl show -P NRestarts wherry-agent) -ge 1 && systemctl is-active --quiet wherry-agent");
        assertThat(process()).isNotEqualTo(before);
        machine.does("journalctl -u wherry-agent | grep -q 'Watchdog timeout'");
        machine.does("rm -r /etc/systemd/system/wherry-agent.service.d && systemctl daemon-reload");
    }

    @Test
    @Order(7)
    void installingAgainUpgradesAndKeepsTheState() throws Exception {
        String member = machine.does("cat /var/lib/wherry-agent/agent.json");
        String container = container();
        String before = process();
        assertThat(machine.does(AGENT)).contains("runs (daemon)");
        assertThat(process()).isNotEqualTo(before);
        assertThat(machine.does("cat /var/lib/wherry-agent/agent.json")).isEqualTo(member);
        machine.until("wherry-agent doctor");
        assertThat(container()).isEqualTo(container);
    }

    @Test
    @Order(8)
    void aVersionThatCannotReadTheStateIsRefusedBeforeAnythingChanges() throws Exception {
        String before = process();
        machine.does(
                "cd /var/lib/wherry-agent && cp -p floors.json /root/ && sed -i 's/\"version\":1/\"version\":2/' floors.json");
        machine.run(AGENT).failed("floors.json: version 2", "install that version again", "nothing was changed");
        assertThat(process()).isEqualTo(before);
        machine.does("test ! -e /usr/lib/wherry-agent.new && cp -p /root/floors.json /var/lib/wherry-agent/");
    }

    @Test
    @Order(9)
    void aTimerDoesTheSameWork() throws Exception {
        assertThat(machine.does(AGENT + " --mode timer")).contains("runs (timer)");
        machine.run("systemctl is-active wherry-agent.service").failed("inactive");
        machine.does("systemctl is-active wherry-agent.timer && systemctl is-enabled wherry-agent.timer");
        machine.until("test \"$(systemctl show -P ActiveState wherry-agent-once)\" = inactive");
        machine.does(
                "systemctl start wherry-agent-once && test \"$(systemctl show -P Result wherry-agent-once)\" = success");
    }

    @Test
    @Order(10)
    void removalKeepsStateAndWorkloadsAndTheNextInstallationGoesOnWithThem() throws Exception {
        String member = machine.does("cat /var/lib/wherry-agent/agent.json");
        String container = container();
        machine.does("/usr/lib/wherry-agent/install.sh --remove");
        assertThat(traces("agent")).containsExactly("/var/lib/wherry-agent");
        assertThat(container()).isEqualTo(container);
        machine.does(AGENT + " --mode daemon");
        assertThat(machine.does("cat /var/lib/wherry-agent/agent.json")).isEqualTo(member);
        machine.until("wherry-agent doctor");
    }

    @Test
    @Order(11)
    void thePurgeLeavesNothing() throws Exception {
        machine.does(AGENT + " --remove --purge --remove-workloads");
        assertThat(machine.does("docker ps -aq")).isEmpty();
        assertThat(traces("agent")).isEmpty();
        machine.does(HUB + " --remove --purge");
        assertThat(traces("hub")).isEmpty();
        machine.does("! command -v wherry");
        assertThat(machine.does("systemctl --failed --no-legend")).isEmpty();
    }

    private String process() throws Exception {
        return machine.does("systemctl show -P MainPID wherry-agent");
    }

    private String container() throws Exception {
        return machine.does("docker inspect -f '{{.Id}} {{.State.StartedAt}}' app-web-1");
    }

    /** Everything on the machine that bears the program's name, but for the unpacked package and what systemd writes down. */
    private List<String> traces(String program) throws Exception {
        String files = machine.does(
                "find / -xdev \\( -path /opt -o -path /proc -o -path /sys -o -path /shared -o -path /var/lib/docker -o -path /var/log \\) -prune -o "
                        + "-name 'wherry-" + program + "*' -print; find /run -name 'wherry-" + program
                        + "*' -print; for base in passwd group; do getent $base wherry-"
                        + program + " || true; done");
        return Stream.of(files.split("\n")).filter(line -> !line.isBlank()).toList();
    }
}
