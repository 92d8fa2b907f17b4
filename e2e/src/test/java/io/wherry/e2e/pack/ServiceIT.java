package io.wherry.e2e.pack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        SharedFolder.fill(shared);
        SharedFolder.addClock(shared);
        for (String program : List.of("hub", "agent")) {
            Files.copy(Packages.of(program), shared.resolve(program + ".tar.gz"));
        }
        machine = new SystemdMachine(shared);
        machine.does(
                "for p in hub agent; do mkdir /opt/$p; tar -xzf /shared/$p.tar.gz -C /opt/$p --strip-components=1; done");
        machine.does("docker load -i /shared/image.tar");
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
        String installed = "/usr/lib/wherry-hub/install.sh --hostname ";
        assertThat(machine.does(HUB))
                .contains("making the start-up caches", "starts when it is initialised", installed);
        assertThat(machine.does(installed + "localhost")).contains("wherry-hub 0.1.0 runs", "delete that file");
        machine.does("systemctl is-active wherry-hub");
        machine.does("systemctl show -P StatusText wherry-hub | grep -qx 'serves localhost'");
        machine.does("runuser -u wherry-hub -- wherry-hub doctor");
        machine.does("sh /usr/lib/wherry-hub/lib/train.sh --check"); // the JVM takes the caches where they are now
        machine.does(
                "wherry login https://localhost:8443 --token-file /var/lib/wherry-hub/admin-token --ca-file /var/lib/wherry-hub/ca.crt");
        machine.does("rm /var/lib/wherry-hub/admin-token");
        // What root made there, the service could not read.
        for (String command : List.of("serve", "keys rotate --role hub", "keys new-epoch", "init --hostname other")) {
            machine.run("wherry-hub " + command + " --data /var/lib/wherry-hub")
                    .failed("runuser -u wherry-hub -- wherry-hub ...");
        }
        machine.does("wherry apply -f /shared/app.yaml && wherry token create --labels site=one >/root/token");
    }

    /** As the page says it, with what root makes belonging to the hub's user. */
    @Test
    @Order(2)
    void theHubComesBackFromABackupThatRootRestores() throws Exception {
        machine.does("install -d -m 700 -o wherry-hub /var/backups/wherry");
        machine.does("runuser -u wherry-hub -- wherry-hub backup -o /var/backups/wherry/hub.backup");
        machine.does("systemctl stop wherry-hub && rm -r /var/lib/wherry-hub");
        machine.does("systemd-tmpfiles --create /usr/lib/tmpfiles.d/wherry-hub.conf");
        assertThat(machine.does("wherry-hub restore /var/backups/wherry/hub.backup --data /var/lib/wherry-hub"))
                .contains("  systemctl start wherry-hub\n");
        assertThat(machine.does("find /var/lib/wherry-hub ! -user wherry-hub")).isEmpty();
        machine.does("systemctl start wherry-hub && wherry get agents && rm -r /var/backups/wherry");
    }

    @Test
    @Order(3)
    void aBadStartChangesNothing() throws Exception {
        machine.does(
                "cp -R /opt/agent /opt/damaged && echo >>/opt/damaged/lib/wherry-agent.options && cp -R /opt/agent /opt/more && touch /opt/more/lib/agent/more.jar");
        machine.run("/opt/damaged/install.sh").failed("wherry-agent.options: FAILED", "the package is damaged");
        machine.run("/opt/more/install.sh").failed("does not list", "more.jar");
        machine.run("setpriv --reuid=1 --clear-groups " + AGENT).failed("must run as root");
        machine.run(AGENT + " --token wjt1.secret").failed("everybody on this machine");
        machine.run(AGENT + " --token-file /root").failed("token file /root: not there, empty, or no file");
        machine.does("groupmod -n engine docker");
        machine.run(AGENT).failed("no group \"docker\"", "install the Docker engine first");
        machine.does("groupmod -n docker engine");
        machine.does("install -d -m 755 /var/lib/wherry-agent");
        machine.run(AGENT).failed("belongs to root", "chown -R wherry-agent: /var/lib/wherry-agent");
        machine.does(
                "chown 4242 /var/lib/wherry-agent"); // as one that an earlier installation left, whose user is gone
        machine.run(AGENT).failed("has the mode 755", "chmod 700 /var/lib/wherry-agent");
        machine.does("rmdir /var/lib/wherry-agent");
        assertThat(machine.traces("agent")).isEmpty();
    }

    @Test
    @Order(4)
    void theAgentJoinsAndIsWellInItsSandbox() throws Exception {
        String installed = "/usr/lib/wherry-agent/install.sh --token -";
        assertThat(machine.does(AGENT)).contains("starts when it has joined", installed);
        assertThat(machine.does(installed + " --name site-1 </root/token"))
                .contains("joined as site-1", "wherry-agent 0.1.0 runs (daemon)");
        machine.does("systemctl is-active wherry-agent");
        machine.until("wherry-agent doctor");
        assertThat(machine.does("stat -c '%U %a' /run/wherry-agent/control.sock /var/lib/wherry-agent"))
                .isEqualTo("wherry-agent 660\nwherry-agent 700");
        assertThat(machine.does("stat -c %U /proc/$(systemctl show -P MainPID wherry-agent)"))
                .isEqualTo("wherry-agent");
        machine.does("grep -q wherry-agent.aot /proc/$(systemctl show -P MainPID wherry-agent)/maps");
        machine.does("sh /usr/lib/wherry-agent/lib/train.sh --check");
    }

    /** The engine mounts a file of the repository by the path that the agent wrote it to. */
    @Test
    @Order(5)
    void aStackRunsWithItsFiles() throws Exception {
        machine.does("wherry wait stack app --timeout 4m");
        assertThat(machine.does("docker exec app-web-1 wget -qO- http://127.0.0.1/"))
                .isEqualTo("carried");
        machine.does("docker port app-web-1 | grep 127.0.0.1:18080");
    }

    @Test
    @Order(6)
    void aRestartLeavesTheWorkloadAlone() throws Exception {
        String container = container();
        String before = process();
        machine.does("systemctl restart wherry-agent");
        assertThat(process()).isNotEqualTo(before);
        machine.until("wherry-agent doctor");
        assertThat(container()).isEqualTo(container);
    }

    @Test
    @Order(7)
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
    @Order(8)
    void installingAgainUpgradesAndKeepsTheState() throws Exception {
        String member = machine.does("cat /var/lib/wherry-agent/agent.json");
        String container = container();
        String before = process();
        assertThat(machine.does(AGENT)).contains("runs (daemon)").doesNotContain("making the start-up caches");
        machine.does("grep -q wherry-agent.aot /proc/$(systemctl show -P MainPID wherry-agent)/maps");
        assertThat(process()).isNotEqualTo(before);
        assertThat(machine.does("cat /var/lib/wherry-agent/agent.json")).isEqualTo(member);
        machine.until("wherry-agent doctor");
        assertThat(container()).isEqualTo(container);
    }

    @Test
    @Order(9)
    void aVersionThatCannotReadTheStateIsRefusedBeforeAnythingChanges() throws Exception {
        String before = process();
        machine.does(
                "cd /var/lib/wherry-agent && cp -p floors.json /root/ && sed -i 's/\"version\":1/\"version\":2/' floors.json");
        machine.run(AGENT).failed("floors.json: version 2", "install that version again", "nothing was changed");
        assertThat(process()).isEqualTo(before);
        machine.does("test ! -e /usr/lib/wherry-agent.new && cp -p /root/floors.json /var/lib/wherry-agent/");
    }

    @Test
    @Order(10)
    void aTimerDoesTheSameWork() throws Exception {
        assertThat(machine.does(AGENT + " --mode timer")).contains("runs (timer)");
        machine.run("systemctl is-active wherry-agent.service").failed("inactive");
        machine.does("systemctl is-active wherry-agent.timer && systemctl is-enabled wherry-agent.timer");
        machine.until("test \"$(systemctl show -P ActiveState wherry-agent-once)\" = inactive");
        machine.does(
                "systemctl start wherry-agent-once && test \"$(systemctl show -P Result wherry-agent-once)\" = success");
    }

    @Test
    @Order(11)
    void removalKeepsStateAndWorkloadsAndTheNextInstallationGoesOnWithThem() throws Exception {
        String member = machine.does("cat /var/lib/wherry-agent/agent.json");
        String container = container();
        assertThat(machine.does("/usr/lib/wherry-agent/install.sh --remove")).doesNotContain("can still be activated");
        assertThat(machine.traces("agent")).containsExactly("/var/lib/wherry-agent");
        assertThat(container()).isEqualTo(container);
        machine.does(AGENT + " --mode daemon");
        assertThat(machine.does("cat /var/lib/wherry-agent/agent.json")).isEqualTo(member);
        machine.until("wherry-agent doctor");
    }

    /** S17: what it has mounted lies in memory, and is there again before the engine starts it. */
    @Test
    @Order(12)
    void aRebootWithoutAgentHubAndClockBringsAWorkloadUpWithItsSecret() throws Exception {
        String reading = "docker exec vault-keeper-1 cat /run/secrets/door";
        machine.does("printf swordfish >/root/door && wherry credential create door --type secret --stack vault"
                + " --value-file /root/door && rm /root/door && wherry apply -f /shared/vault.yaml");
        machine.does("wherry wait stack vault --timeout 4m");
        assertThat(machine.does(reading)).isEqualTo("swordfish");
        machine.does("systemctl disable --now wherry-agent wherry-hub");
        machine.does("mkdir /etc/systemd/system/wherry-agent-secrets.service.d && printf '[Service]\\nEnvironment="
                + "LD_PRELOAD=/shared/libfaketime.so.1 \"FAKETIME=1970-01-02 00:00:00\" FAKETIME_DONT_FAKE_MONOTONIC=1"
                + " NO_FAKE_STAT=1\\n' >/etc/systemd/system/wherry-agent-secrets.service.d/clock.conf");

        machine.reboot();

        machine.until(reading + " | grep -qx swordfish");
        machine.does("journalctl -b -u wherry-agent-secrets | grep 'unsealed vault/door'");
        machine.run("systemctl is-active wherry-agent wherry-hub").failed("inactive");
        machine.does("rm -r /etc/systemd/system/wherry-agent-secrets.service.d && systemctl daemon-reload");
        machine.does("systemctl enable --now wherry-hub && systemctl enable --now wherry-agent");
        machine.until("wherry-agent doctor");
    }

    @Test
    @Order(13)
    void thePurgeOfTheAgentLeavesNothing() throws Exception {
        machine.does(AGENT + " --remove --purge --remove-workloads");
        assertThat(machine.does("docker ps -aq")).isEmpty();
        assertThat(machine.traces("agent")).isEmpty();
    }

    /** The cluster does not run, so that the agent can say just that: it has read the kubeconfig as its user, from within its sandbox. */
    @Test
    @Order(14)
    void anAgentOfAClusterNeedsNoEngineAndItsUserReadsACopyOfTheKubeconfig() throws Exception {
        machine.does("groupmod -n engine docker && wherry token create >/root/token");
        machine.does("""
                umask 077 && cat >/root/k3s.yaml <<'END'
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:6443"}}]
                users: [{name: u, user: {token: canary}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                current-context: c
                END
                """);
        String install = AGENT + " --token-file /root/token --name site-2 --runtime kubernetes";
        machine.run(AGENT + " --runtime kubernetes").failed("go with a token");
        machine.run(AGENT + " --token-file /root/token --kubeconfig /root/k3s.yaml")
                .failed("--kubeconfig goes with --runtime kubernetes");
        machine.run(install + " --kubeconfig /root/none").failed("kubeconfig /root/none: not there");
        assertThat(machine.traces("agent")).isEmpty();

        assertThat(machine.does(install + " --kubeconfig /root/k3s.yaml"))
                .contains("wherry-agent in no other group", "joined as site-2", "https://127.0.0.1:6443")
                .doesNotContain("canary");

        assertThat(machine.does("id -nG wherry-agent; stat -c '%U %G %a' /etc/wherry/kubeconfig"))
                .isEqualTo("wherry-agent\nroot wherry-agent 640");
        machine.until("wherry-agent doctor | grep 'RuntimeUnreachable.*Does the cluster.s API server run'");
        machine.does("grep -q wherry-agent-kubernetes.aot /proc/$(systemctl show -P MainPID wherry-agent)/maps");
        machine.does(AGENT + " && wherry-agent status"); // an upgrade knows what it is
        machine.does(AGENT + " --remove --purge && test ! -e /etc/wherry && groupmod -n docker engine");
    }

    @Test
    @Order(15)
    void nothingOfOursStays() throws Exception {
        assertThat(machine.traces("agent")).isEmpty();
        machine.does(HUB + " --remove --purge");
        assertThat(machine.traces("hub")).isEmpty();
        machine.does("! command -v wherry");
        assertThat(machine.does("systemctl --failed --no-legend")).isEmpty();
    }

    private String process() throws Exception {
        return machine.does("systemctl show -P MainPID wherry-agent");
    }

    private String container() throws Exception {
        return machine.does("docker inspect -f '{{.Id}} {{.State.StartedAt}}' app-web-1");
    }
}
