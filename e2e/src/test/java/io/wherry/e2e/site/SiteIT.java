package io.wherry.e2e.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code wherry-agent} as a process: its ports, its folder, its engine, its leaving. */
class SiteIT {
    @RegisterExtension
    static final Hub hub = new Hub();

    private @Nullable Machine machine;

    @AfterEach
    void stop() throws Exception {
        if (machine != null) {
            machine.stop();
        }
    }

    /** One that has joined and runs. */
    private Machine running(String site) throws Exception {
        Machine made = Machine.of(hub.folder(), site);
        machine = made;
        made.join(hub.token(site)).ok();
        made.start();
        hub.wherry("wait", "agent", site, "--for", "connected", "--timeout", "180s")
                .ok();
        return made;
    }

    /** One stack that is healthy there. @return the project's name on the engine */
    private static String deployed(Machine site) throws Exception {
        String stack = hub.assign(site.name);
        Ran wait = hub.wherry("wait", "stack", stack, "--for", "healthy", "--timeout", "180s");
        assertThat(wait.exit()).as(wait + "\n" + site.log()).isZero();
        return stack;
    }

    private static String container(String stack) throws Exception {
        return hub.docker("inspect", "-f", "{{.Id}} {{.State.Running}}", stack + "-web-1");
    }

    private static List<String> ss(String... flags) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of("ss"));
        command.addAll(List.of(flags));
        return Ran.command(hub.folder(), Map.of(), command).ok().out().lines().toList();
    }

    /** S21. */
    @Test
    void listensOnNoTcpOrUdpPortWhileItWorks() throws Exception {
        Machine site = running("portless");
        deployed(site);
        String agent = "pid=" + site.pid() + ",";

        List<String> listening = ss("-tulpnH");
        assertThat(listening).anyMatch(line -> line.contains("pid=" + hub.pid() + ",")); // what listens is seen
        assertThat(listening).noneMatch(line -> line.contains(agent));
        assertThat(ss("-tpnH", "state", "established")).anyMatch(line -> line.contains(agent)); // it called out
        assertThat(ss("-xlpnH")).anyMatch(line -> line.contains("control.sock") && line.contains(agent));
    }

    @Test
    void itsDoctorIsContentAndSaysWhatItLookedAt() throws Exception {
        Machine site = running("sound");
        deployed(site);

        Ran doctor = site.agent("doctor").ok();

        assertThat(doctor.out().lines()).allMatch(line -> line.startsWith("ok "));
        assertThat(doctor.out()).contains("service: agent sound runs", "disk: ", "runtime: docker ", "hub: answered ");
    }

    @Test
    void aSecondOneOnTheSameFolderIsRefusedByTheNameOfTheFirst() throws Exception {
        Machine site = running("single");
        String first = "in use by agent \"single\" (process " + site.pid() + ")";

        for (String[] command :
                new String[][] {{"run"}, {"run", "--once"}, {"leave"}, {"leave", "--remove-workloads"}}) {
            Ran second = site.agent(command).ended(ExitCode.BLOCKED);
            assertThat(second.err()).contains(first, site.data.toString(), "--data");
        }

        site.agent("status").ok(); // the first is not bothered
        hub.wherry("wait", "agent", "single", "--for", "connected").ok();
    }

    @Test
    void leavesItsWorkloadsBehindUnlessAsked() throws Exception {
        Machine site = running("leaver");
        String stack = deployed(site);
        String before = container(stack);
        site.stop();

        Ran left = site.agent("leave").ok();

        assertThat(left.err()).contains("wherry agent retire leaver");
        assertThat(container(stack)).isEqualTo(before).endsWith(" true");
        assertThat(site.data.resolve("identity.key")).doesNotExist();
        assertThat(site.data.resolve("agent.json")).doesNotExist();
        assertThat(site.agent("status").ended(ExitCode.NOT_FOUND).err()).contains("wherry-agent join");
        assertThat(site.agent("leave").ended(ExitCode.NOT_FOUND).err()).contains("no agent has joined");
    }

    @Test
    void takesItsWorkloadsAlongWhenAskedAndNeverTheirData() throws Exception {
        Machine site = running("mover");
        String stack = deployed(site);
        site.stop();

        site.agent("leave", "--remove-workloads").ok();

        assertThat(container(stack)).isEmpty();
        assertThat(hub.docker("network", "ls", "-q", "--filter", "name=" + stack))
                .isEmpty();
        assertThat(hub.docker("volume", "inspect", "-f", "{{.Name}}", stack + "_data"))
                .isEqualTo(stack + "_data");
        assertThat(site.data.resolve("identity.key")).doesNotExist();
    }

    /** To the agent an engine is another one when it has another id than the one written down; here the writing is changed instead of the engine. */
    @Test
    void touchesNothingOnAnotherEngineBeforeAPersonAcceptsIt() throws Exception {
        Machine site = running("replaced");
        String stack = deployed(site);
        site.stop();
        assertThat(Files.readString(site.data.resolve("runtime.json")))
                .contains(hub.docker("network", "inspect", "-f", "{{.Id}}", "none"));
        Files.writeString(site.data.resolve("runtime.json"), "{\"id\":\"" + "0".repeat(64) + "\"}");
        hub.docker("rm", "-f", stack + "-web-1");
        site.start();

        hub.until(
                "the hub shows why",
                () -> hub.wherry("describe", "stack", stack).out().contains("RuntimeChanged"),
                site::log);
        assertThat(hub.wherry("describe", "agent", "replaced").ok().out())
                .contains("RuntimeReady", "RuntimeChanged", "wherry-agent resume --accept-runtime");
        assertThat(site.agent("doctor").ended(ExitCode.BLOCKED).out()).contains("RuntimeChanged");
        assertThat(site.agent("status").ok().out()).contains("RuntimeChanged", "Pending");
        site.agent("sync").ok();
        Thread.sleep(3000); // three site cycles would not be long enough to prove it; that they were asked for is
        assertThat(container(stack)).isEmpty();

        Ran accepted = site.agent("resume", "--accept-runtime").ok();

        assertThat(accepted.err()).contains("is accepted");
        hub.until("it is set up anew", () -> container(stack).endsWith(" true"), site::log);
        hub.wherry("wait", "stack", stack, "--for", "healthy", "--timeout", "180s")
                .ok();
        site.agent("doctor").ok();
        assertThat(site.agent("resume", "--accept-runtime").ok().err()).contains("known already");
    }
}
