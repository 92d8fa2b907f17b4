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
 * The life of the Debian packages of hub and agent, and of the agent's archive without a runtime, on one machine. One story in its order, like {@link
 * ServiceIT}, which tells that of the archives with a runtime.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PackagesIT {
    private static final String APT = "DEBIAN_FRONTEND=noninteractive apt-get -y ";
    private static final String INSTALL = APT + "install --allow-downgrades ";
    private static final String ANY = "/opt/any/install.sh";

    /** A Java 25 that is none of the package's. */
    private static final String JAVA = "/usr/lib/jvm/java-25";

    @TempDir
    static Path shared;

    @TempDir
    static Path trees;

    private SystemdMachine machine;

    @BeforeAll
    void aMachineAndThePackages() throws Exception {
        SharedFolder.fill(shared);
        for (String program : List.of("hub", "agent")) {
            Path deb = Packages.of(program, "--deb");
            Files.copy(deb, shared.resolve(program + ".deb"));
            Packages.newer(deb, trees.resolve(program), shared.resolve(program + "-newer.deb"));
        }
        Files.copy(Packages.of("agent", "--without-runtime"), shared.resolve("any.tar.gz"));
        machine = new SystemdMachine(shared);
        machine.does("mkdir /opt/any && tar -xzf /shared/any.tar.gz -C /opt/any --strip-components=1");
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
    void theHubServesAfterTheTwoLinesThatItsPackageNames() throws Exception {
        machine.does("echo WHERRY_SOURCES_LOCAL_DIRECTORIES=/shared >/etc/default/wherry-hub");
        assertThat(machine.does(INSTALL + "/shared/hub.deb")).contains("wherry-hub starts when it is initialised");
        machine.does("systemctl is-enabled wherry-hub && ! systemctl is-active wherry-hub");
        machine.does(
                "cd / && runuser -u wherry-hub -- wherry-hub init --data /var/lib/wherry-hub --hostname localhost && systemctl start wherry-hub");
        machine.does("runuser -u wherry-hub -- wherry-hub doctor");
        machine.does("test -s /usr/lib/wherry-hub/lib/hub/wherry-hub.aot -a -s /usr/lib/wherry-hub/lib/hub/wherry.aot");
        machine.does(
                "wherry login https://localhost:8443 --token-file /var/lib/wherry-hub/admin-token --ca-file /var/lib/wherry-hub/ca.crt");
        machine.does("wherry apply -f /shared/app.yaml");
        machine.does("for t in 1 2; do wherry token create --labels site=one >/root/token-$t; done");
    }

    /** What the sentences say is done word by word, and helps. */
    @Test
    @Order(2)
    void aFolderOfAnotherOwnerOrModeIsRefusedBeforeAnythingIsUnpacked() throws Exception {
        machine.does("install -d -m 750 /var/lib/wherry-agent");
        String mend =
                "systemd-sysusers --inline 'u wherry-agent - - /var/lib/wherry-agent' && chown -R wherry-agent: /var/lib/wherry-agent";
        machine.run(INSTALL + "/shared/agent.deb").failed("belongs to root (0)", mend, "nothing was changed");
        assertThat(machine.traces("agent")).containsExactly("/var/lib/wherry-agent");
        machine.does(mend);
        machine.run(INSTALL + "/shared/agent.deb")
                .failed("has the mode 750", "chmod 700 /var/lib/wherry-agent", "nothing was changed");
        machine.does("chmod 700 /var/lib/wherry-agent && ! command -v wherry-agent");
    }

    @Test
    @Order(3)
    void theAgentJoinsAndIsWellAfterTheLinesThatItsPackageNames() throws Exception {
        machine.does("groupmod -n engine docker");
        assertThat(machine.does(INSTALL + "/shared/agent.deb"))
                .contains("no group \"docker\" yet", "usermod -aG docker wherry-agent", "starts when it has joined");
        machine.does("groupmod -n docker engine && usermod -aG docker wherry-agent");
        machine.does("systemctl is-enabled wherry-agent wherry-agent-secrets && ! systemctl is-active wherry-agent");
        machine.does(
                "cd / && runuser -u wherry-agent -- wherry-agent join - --name site-1 </root/token-1 && systemctl start wherry-agent");
        machine.until("wherry-agent doctor");
        machine.does("grep -q wherry-agent.aot /proc/$(systemctl show -P MainPID wherry-agent)/maps");
        machine.does("wherry wait stack app --timeout 4m");
        machine.run(ANY).failed("installed as a Debian package here; upgrade or remove it with apt");
    }

    @Test
    @Order(4)
    void theAgentsUpgradeKeepsStateAndWorkload() throws Exception {
        String member = member();
        String container = container();
        String before = process("agent");
        machine.does(INSTALL + "/shared/agent-newer.deb");
        assertThat(standing("agent")).isEqualTo("install ok installed " + Packages.NEWER);
        assertThat(process("agent")).isNotEqualTo(before);
        machine.until("wherry-agent doctor");
        machine.does("grep -q wherry-agent.aot /proc/$(systemctl show -P MainPID wherry-agent)/maps");
        assertThat(member()).isEqualTo(member);
        assertThat(container()).isEqualTo(container);
    }

    @Test
    @Order(5)
    void anAgentThatCannotReadTheStateIsRefusedBeforeAnythingChanges() throws Exception {
        String process = process("agent");
        String files = files("agent");
        machine.does(
                "cd /var/lib/wherry-agent && cp -p floors.json /root/ && sed -i 's/\"version\":1/\"version\":2/' floors.json");
        machine.run(INSTALL + "/shared/agent.deb")
                .failed("floors.json: version 2, and wherry-agent 0.1.0 reads up to 1", "nothing was changed");
        machine.does("cp -p /root/floors.json /var/lib/wherry-agent/");
        assertThat(standing("agent")).isEqualTo("install ok installed " + Packages.NEWER);
        assertThat(files("agent")).isEqualTo(files);
        assertThat(process("agent")).isEqualTo(process);
        machine.does("wherry-agent doctor");
    }

    /** A hub of before cannot go on with a database that a newer one has migrated. */
    @Test
    @Order(6)
    void theHubsUpgradeMigratesAndItsDowngradeIsRefusedBeforeAnythingChanges() throws Exception {
        String before = process("hub");
        assertThat(machine.does(INSTALL + "/shared/hub-newer.deb")).contains("going on without the start-up caches");
        machine.does("! ls /usr/lib/wherry-hub/lib/hub/*.aot");
        String process = process("hub");
        assertThat(process).isNotEqualTo(before);
        machine.does("runuser -u wherry-hub -- wherry-hub doctor && wherry get agents | grep site-1");
        String files = files("hub");
        machine.run(INSTALL + "/shared/hub.deb")
                .failed(
                        "hub.db: version " + Packages.NEWER_DATABASE + ", and wherry-hub 0.1.0 reads up to ",
                        "nothing was changed");
        assertThat(standing("hub")).isEqualTo("install ok installed " + Packages.NEWER);
        assertThat(files("hub")).isEqualTo(files);
        assertThat(process("hub")).isEqualTo(process);
    }

    /** What the sentences say is done word by word, and helps. */
    @Test
    @Order(7)
    void theUnitsRefuseAFolderOfAnotherOwnerOrMode() throws Exception {
        for (String program : List.of("agent", "hub")) {
            String unit = "wherry-" + program;
            String folder = "/var/lib/" + unit;
            machine.does("chmod 750 " + folder);
            machine.run("systemctl restart " + unit).failed("failed");
            machine.until(
                    "journalctl -u " + unit + " | grep 'mode rwxr-x--- lets others in.*chmod 700 " + folder + "'");
            machine.does("chmod 700 " + folder + " && chown root " + folder);
            machine.run("systemctl restart " + unit).failed("failed");
            String mend = "chown -R " + machine.does("id -u " + unit) + " " + folder;
            machine.until("journalctl -u " + unit + " | grep 'owned by user id 0.*" + mend + "'");
            assertThat(machine.does("stat -c %U " + folder)).isEqualTo("root");
            machine.does(mend + " && systemctl restart " + unit);
        }
        machine.until("runuser -u wherry-hub -- wherry-hub doctor && wherry-agent doctor");
    }

    @Test
    @Order(8)
    void removalKeepsStateAndWorkloadAndTheNextInstallationGoesOnWithThem() throws Exception {
        String member = member();
        String container = container();
        machine.does("systemctl disable wherry-agent && systemctl enable --now wherry-agent.timer");
        machine.does(APT + "remove wherry-agent && ! command -v wherry-agent && ! systemctl cat wherry-agent");
        machine.does("test ! -e /usr/lib/wherry-agent -a ! -e /run/wherry-agent");
        assertThat(machine.does("find /etc/systemd -name 'wherry-agent*'")).isEmpty();
        assertThat(container()).isEqualTo(container);
        machine.does(INSTALL + "/shared/agent.deb"); // an older version that can read the state
        machine.until("wherry-agent doctor");
        machine.does("systemctl is-enabled wherry-agent && systemctl is-active wherry-agent");
        assertThat(member()).isEqualTo(member);
        assertThat(container()).isEqualTo(container);
    }

    @Test
    @Order(9)
    void thePurgeOfTheAgentLeavesNothing() throws Exception {
        machine.does("mkdir -p /usr/lib/jvm && cp -R /usr/lib/wherry-agent/runtime " + JAVA);
        machine.does(
                "cd / && systemctl stop wherry-agent && runuser -u wherry-agent -- wherry-agent leave --remove-workloads");
        machine.does(APT + "purge wherry-agent");
        assertThat(machine.does("docker ps -aq")).isEmpty();
        assertThat(machine.traces("agent")).isEmpty();
    }

    @Test
    @Order(10)
    void anArchiveWithoutARuntimeWantsAJava25() throws Exception {
        machine.does("mv " + JAVA + " /root/java");
        machine.run(ANY).failed("has no Java of its own", "no Java 25 below /usr/lib/jvm", "linux-");
        machine.does("cp -R /root/java " + JAVA + " && sed -i 's/^JAVA_VERSION=.*/JAVA_VERSION=\"21.0.9\"/' " + JAVA
                + "/release");
        machine.run(ANY).failed(JAVA + " is Java 21.0.9", "no Java 25 below /usr/lib/jvm");
        assertThat(machine.traces("agent")).isEmpty();
        machine.does("cp /root/java/release " + JAVA + "/");
    }

    @Test
    @Order(11)
    void itJoinsAndIsWellByTheJavaOfTheMachine() throws Exception {
        assertThat(machine.does(ANY + " --token-file /root/token-2 --name site-2"))
                .contains("joined as site-2", "wherry-agent 0.1.0 runs (daemon)");
        machine.until("wherry-agent doctor");
        machine.does("readlink /proc/$(systemctl show -P MainPID wherry-agent)/exe | grep " + JAVA);
        machine.does("grep -q wherry-agent.aot /proc/$(systemctl show -P MainPID wherry-agent)/maps");
        machine.run(INSTALL + "/shared/agent.deb")
                .failed("installed here by install.sh", "/usr/lib/wherry-agent/install.sh --remove");
        machine.does("wherry-agent doctor");
    }

    @Test
    @Order(12)
    void nothingOfOursStays() throws Exception {
        machine.does("/usr/lib/wherry-agent/install.sh --remove --purge --remove-workloads");
        assertThat(machine.traces("agent")).isEmpty();
        machine.does(APT + "purge wherry-hub");
        assertThat(machine.traces("hub")).isEmpty();
        machine.does("! command -v wherry");
        assertThat(machine.does("systemctl --failed --no-legend")).isEmpty();
    }

    private String process(String program) throws Exception {
        return machine.does("systemctl show -P MainPID wherry-" + program);
    }

    private String container() throws Exception {
        return machine.does("docker inspect -f '{{.Id}} {{.State.StartedAt}}' app-web-1");
    }

    private String member() throws Exception {
        return machine.does("cat /var/lib/wherry-agent/agent.json");
    }

    /** What dpkg holds of a package. */
    private String standing(String program) throws Exception {
        return machine.does("dpkg-query -W -f '${Status} ${Version}' wherry-" + program);
    }

    /** All that is installed of a program, with the caches that were made at its installation. */
    private String files(String program) throws Exception {
        return machine.does("find /usr/lib/wherry-" + program + " /usr/lib/systemd/system/wherry-" + program
                + "* -type f | sort | xargs sha256sum | sha256sum");
    }
}
