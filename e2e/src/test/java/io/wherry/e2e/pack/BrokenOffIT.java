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

/** Installations and removals that do not get to their end, on a machine with two agents that runs on meanwhile. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BrokenOffIT {
    private static final String AGENT = "'/opt/an agent/install.sh'";

    /** What an upgrade calls from its copy on, in its order; the command that it is killed at is counted among these. */
    private static final List<String> STEPS = List.of("sync", "mv", "ln", "systemctl", "cp");

    /** More than an upgrade has of them. */
    private static final int MOST_STEPS = 60;

    private static final String KILLED = "/root/killed/";

    @TempDir
    static Path shared;

    private SystemdMachine machine;

    @BeforeAll
    void twoAgentsOfOneMachine() throws Exception {
        SharedFolder.fill(shared);
        Files.copy(Packages.of("hub"), shared.resolve("hub.tar.gz"));
        // A third to copy, fifty times.
        Files.copy(Packages.of("agent", "--without-runtime"), shared.resolve("agent.tar.gz"));
        machine = new SystemdMachine(shared);
        for (String program : List.of("hub", "agent")) {
            String folder = "'/opt/an " + program + "'";
            machine.does("mkdir " + folder + " && tar -xzf /shared/" + program + ".tar.gz -C " + folder
                    + " --strip-components=1");
            training(folder, "exit 0"); // the caches are another test's
        }
        machine.does("mkdir -p /usr/lib/jvm && cp -R '/opt/an hub/runtime' /usr/lib/jvm/java-25");
        machine.does("'/opt/an hub/install.sh' --hostname localhost");
        machine.does("wherry login https://localhost:8443 --token-file /var/lib/wherry-hub/admin-token"
                + " --ca-file /var/lib/wherry-hub/ca.crt");
        machine.does("wherry token create >/root/token && " + AGENT + " --token-file /root/token --name line-1");
        machine.does("wherry token create | runuser -u wherry-agent -- wherry-agent join - --name line-2"
                + " --data /var/lib/wherry-agent/line-2");
        machine.does("systemctl enable --now wherry-agent@line-2");
        dying();
    }

    @AfterAll
    void takeTheMachineAway() throws Exception {
        if (machine != null) {
            machine.close();
        }
    }

    /** Each attempt goes on where the one before was killed, one step later. */
    @Test
    @Order(1)
    void oneThatIsKilledAtEachOfItsStepsIsFinishedByTheSameCommand() throws Exception {
        int step = 1;
        while (killedAt(step, AGENT).exit() != 0) {
            assertThat(++step).isLessThan(MOST_STEPS);
        }
        assertThat(step).as("steps at which it was killed").isGreaterThan(2 * STEPS.size());
        allRun();
        machine.does("test ! -e /usr/lib/wherry-agent.new -a ! -e /usr/lib/wherry-agent.old"
                + " -a ! -e /run/wherry-agent.stopped");
    }

    /** With the connection of whoever began it: there is nobody else who could start the agent again. */
    @Test
    @Order(2)
    void oneThatLosesItsConnectionLeavesNothingStandingStill() throws Exception {
        String process = process();
        machine.does("cp -R '/opt/an agent' /opt/cut");
        training("/opt/cut", "kill -HUP $PPID");
        machine.run("/opt/cut/install.sh").failed("the programs are as before, and what ran runs on");
        assertThat(process()).isEqualTo(process);
        allRun();

        training("/opt/cut", "exit 0");
        machine.does("sed -i 's/^install_units$/kill -HUP $$/' /opt/cut/install.sh");
        sums("/opt/cut");
        machine.run("/opt/cut/install.sh").failed("what ran before is started again. Run the same command again");
        allRun();
    }

    /** New programs must be on the disk before they take the place of the old ones: what a power cut leaves is one of both. */
    @Test
    @Order(3)
    void theNewProgramsAreOnTheDiskBeforeTheyAreSwitchedTo() throws Exception {
        machine.does("rm -f /root/steps && " + at(0) + AGENT);
        assertThat(machine.does("grep -E '^(sync|mv) ' /root/steps").lines())
                .as("the copy, then its caches, then both are switched to")
                .containsExactly(
                        "sync -f /usr/lib/wherry-agent.new",
                        "sync -f /usr/lib/wherry-agent.new",
                        "mv /usr/lib/wherry-agent /usr/lib/wherry-agent.old",
                        "mv /usr/lib/wherry-agent.new /usr/lib/wherry-agent");
    }

    @Test
    @Order(4)
    void whatCannotBeFinishedIsNotBegun() throws Exception {
        String process = process();
        machine.run("flock /usr/lib " + AGENT).failed("another installation of a Wherry program is at work");
        machine.does("mount --bind /etc /etc && mount -o remount,bind,ro /etc");
        machine.run(AGENT).failed("/etc cannot be written: is its file system mounted read-only?");
        machine.does("umount /etc");
        machine.does("mount -t tmpfs -o size=8m tmpfs /usr/local && mkdir /usr/local/lib && cp -R /opt/cut /opt/full"
                + " && sed -i 's|^HOME_FOLDER=.*|HOME_FOLDER=/usr/local/lib/wherry-agent|' /opt/full/install.sh");
        sums("/opt/full");
        machine.run("/opt/full/install.sh").failed("No space left on device", "nothing was changed");
        machine.does("umount /usr/local");
        assertThat(process()).isEqualTo(process);
    }

    @Test
    @Order(5)
    void theStateOfTheOtherAgentStaysWhenTheFirstOneLeaves() throws Exception {
        String other = machine.does("cat /var/lib/wherry-agent/line-2/agent.json");
        machine.does("systemctl stop wherry-agent && runuser -u wherry-agent -- wherry-agent leave");
        assertThat(machine.does("cat /var/lib/wherry-agent/line-2/agent.json")).isEqualTo(other);
        machine.does("systemctl is-active wherry-agent@line-2");
    }

    @Test
    @Order(6)
    void halfAnInstallationIsRemoved() throws Exception {
        int step = 1;
        while (machine.run("test -e /usr/lib/wherry-agent").exit() == 0) { // until it was killed between the two moves
            killedAt(step, AGENT);
            assertThat(++step).isLessThan(MOST_STEPS);
        }
        machine.run(AGENT + " --remove --remove-workloads").failed("nothing else knows what it runs");
        machine.does(AGENT + " --remove --purge");
        assertThat(machine.traces("agent")).isEmpty();
        machine.does("! command -v wherry-agent");
        machine.run(AGENT + " --remove").failed("no wherry-agent is installed here");
    }

    private String process() throws Exception {
        return machine.does("systemctl show -P MainPID wherry-agent");
    }

    private void allRun() throws Exception {
        machine.until("systemctl is-active wherry-agent wherry-agent@line-2");
        machine.until("wherry-agent doctor --data /var/lib/wherry-agent/line-2 && wherry-agent doctor");
    }

    /** Makes commands that do what the real ones do, note it, and kill their process group at the call that a variable says. */
    private void dying() throws Exception {
        machine.does("mkdir " + KILLED + " && cat >" + KILLED + """
                step <<'END'
                #!/bin/sh
                name=${0##*/}
                echo "$name $*" >>/root/steps
                [ "$(wc -l </root/steps)" != "$KILL_AT" ] || kill -KILL 0
                PATH=${PATH#*:} exec "$name" "$@"
                END
                """);
        machine.does("cd " + KILLED + " && chmod 755 step && for step in " + String.join(" ", STEPS)
                + "; do ln -s step $step; done");
    }

    private Ran killedAt(int step, String command) throws Exception {
        return machine.run("rm -f /root/steps; " + at(step) + command);
    }

    private static String at(int step) {
        return "KILL_AT=" + step + " PATH=" + KILLED + ":$PATH setsid --wait ";
    }

    private void training(String folder, String script) throws Exception {
        machine.does("echo '" + script + "' >" + folder + "/lib/train.sh");
        sums(folder);
    }

    private void sums(String folder) throws Exception {
        machine.does("cd " + folder + " && find . -type f ! -name SHA256SUMS | xargs -d '\\n' sha256sum >/root/sums"
                + " && mv /root/sums SHA256SUMS");
    }
}
