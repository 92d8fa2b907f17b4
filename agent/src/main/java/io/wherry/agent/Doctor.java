package io.wherry.agent;

import io.wherry.agent.hubclient.AgentFacts;
import io.wherry.agent.hubclient.Delivered;
import io.wherry.agent.hubclient.DeviceCertificate;
import io.wherry.agent.hubclient.EnvironmentProxy;
import io.wherry.agent.hubclient.Trouble;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.runtime.kubernetes.images.RegistryPlace;
import io.wherry.agent.runtime.kubernetes.images.SiteRegistry;
import io.wherry.agent.state.Ballast;
import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a technician wants to know first: is it us, the line, or the hub? */
public final class Doctor {
    private Doctor() {}

    /** @param exitCode what the command ends with if this is the first problem */
    public record Finding(String what, boolean good, String detail, ExitCode exitCode) {
        static Finding good(String what, String detail) {
            return new Finding(what, true, detail, ExitCode.OK);
        }

        static Finding problem(String what, ExitCode exitCode, String detail) {
            return new Finding(what, false, detail, exitCode);
        }
    }

    /** Of an agent that does not run: asks runtime and hub itself. */
    public static List<Finding> of(Agent agent) {
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.good("state folder", agent.folder().root() + ", owner and mode are right"));
        findings.add(disk(agent.folder().root()));
        findings.add(runtime(agent.facts().runtimeFacts()));
        findings.add(certificate(agent.certificate(), agent.clock().instant()));
        engine(agent.config(), System.getenv()).ifPresent(findings::add);
        registry(agent.config()).ifPresent(findings::add);
        findings.add(proxy(System.getenv()));
        findings.add(hub(agent));
        findings.add(Finding.problem(
                "service", ExitCode.FAILED, "no agent runs on this folder; start it: wherry-agent run"));
        return findings;
    }

    /** Of a running one: what it says of itself. */
    public static List<Finding> ofRunning(Path data, AgentConfig config, Json.Obj runtime, Json.Obj status) {
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.good("service", "agent " + status.string("name") + " runs"));
        findings.add(disk(data));
        findings.add(runtime(new AgentFacts.RuntimeFacts(
                runtime.string("kind"),
                runtime.string("id"),
                runtime.string("version"),
                runtime.string("platform"),
                runtime.string("problem"))));
        engine(config, System.getenv()).ifPresent(findings::add);
        registry(config).ifPresent(findings::add);
        findings.add(proxy(System.getenv()));
        findings.add(hubOfRunning(status.object("hub")));
        status.findObject("assignment")
                .filter(a -> a.bool("expired"))
                .ifPresent(a -> findings.add(Finding.problem(
                        "assignment",
                        ExitCode.BLOCKED,
                        "expired at " + a.string("expiresAt")
                                + ": nothing new is applied until the hub sends a fresh one")));
        return findings;
    }

    private static Finding hubOfRunning(Json.Obj hub) {
        String problem = hub.string("problem");
        if (hub.findString("tried").isEmpty()) {
            return Finding.good("hub", "asked for the first time just now; try again in a moment");
        }
        return problem.isEmpty()
                ? Finding.good("hub", "answered " + hub.findString("answered").orElse("not yet"))
                : Finding.problem("hub", hubExit(problem), problem);
    }

    /** @param problem {@code REASON: message}; a reason that is no trouble on the way is the hub's own: it refuses this agent */
    public static ExitCode hubExit(String problem) {
        if (problem.startsWith(Trouble.HUB_NOT_TRUSTED.code())) {
            return ExitCode.VERIFICATION_FAILED;
        }
        return Stream.of(Trouble.values()).anyMatch(trouble -> problem.startsWith(trouble.code()))
                ? ExitCode.HUB_UNREACHABLE
                : ExitCode.DENIED;
    }

    private static Finding disk(Path data) {
        try {
            long free = Files.getFileStore(data).getUsableSpace();
            String detail = (free >> 20) + " MiB free at " + data;
            return free >= Ballast.SIZE_BYTES
                    ? Finding.good("disk", detail)
                    : Finding.problem("disk", ExitCode.FAILED, detail + "; free some space");
        } catch (IOException e) {
            return Finding.problem("disk", ExitCode.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private static Finding runtime(AgentFacts.RuntimeFacts facts) {
        return facts.problem().isEmpty()
                ? Finding.good("runtime", facts.kind() + " " + facts.version() + " on " + facts.platform())
                : Finding.problem("runtime", runtimeExit(facts.problem()), facts.problem());
    }

    /** @param problem {@code REASON: message} */
    public static ExitCode runtimeExit(String problem) {
        if (problem.startsWith(RuntimeReason.RUNTIME_FORBIDDEN.code())) {
            return ExitCode.DENIED;
        }
        return problem.startsWith(RuntimeReason.RUNTIME_CHANGED.code()) ? ExitCode.BLOCKED : ExitCode.FAILED;
    }

    private static Finding certificate(DeviceCertificate certificate, Instant now) {
        boolean valid = !now.isBefore(certificate.notBefore()) && now.isBefore(certificate.notAfter());
        String detail = "valid from " + certificate.notBefore() + " to " + certificate.notAfter();
        return valid
                ? Finding.good("certificate", detail)
                : Finding.problem(
                        "certificate",
                        ExitCode.DENIED,
                        detail + ", and this site's clock says " + now + "; is the clock right? If so: join anew");
    }

    private static Optional<Finding> engine(AgentConfig config, Map<String, String> environment) {
        return config.site().isKubernetes()
                ? Optional.empty()
                : Optional.of(engine(config.site().docker().host(), environment));
    }

    /** Whoever has DOCKER_HOST set sees another engine in {@code docker ps} than the agent works on. */
    static Finding engine(String used, Map<String, String> environment) {
        String other = environment.getOrDefault("DOCKER_HOST", "");
        return other.isEmpty() || other.equals(used)
                ? Finding.good("engine", used)
                : Finding.problem(
                        "engine",
                        ExitCode.USAGE,
                        "DOCKER_HOST is " + other + " here, and the agent works on " + used
                                + " (it reads docker.host of its configuration; or unset DOCKER_HOST)");
    }

    /** Where images of bundle files go, if that is a registry. */
    private static Optional<Finding> registry(AgentConfig config) {
        return config.site().isKubernetes()
                ? config.site().cluster().registry().map(Doctor::registry)
                : Optional.empty();
    }

    private static Finding registry(RegistryPlace place) {
        try {
            return Finding.good("images", new SiteRegistry(place).check());
        } catch (RuntimeUnavailable e) {
            String problem = e.reason().code() + ": " + e.getMessage();
            return Finding.problem("images", runtimeExit(problem), problem);
        }
    }

    private static Finding proxy(Map<String, String> environment) {
        try {
            return EnvironmentProxy.of(environment)
                    .proxy()
                    .map(via -> Finding.good("proxy", "HTTPS_PROXY is " + via))
                    .orElseGet(() -> Finding.good("proxy", "none"));
        } catch (IllegalArgumentException e) {
            return Finding.problem("proxy", ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private static Finding hub(Agent agent) {
        return switch (agent.hub().report(List.of())) {
            case Delivered.Accepted _ ->
                Finding.good("hub", agent.links().address().orElse("") + " answers and knows this agent");
            case Delivered.Unreachable(var trouble, String why, var _) ->
                Finding.problem("hub", hubExit(trouble.code()), trouble.code() + ": " + why);
            case Delivered.Refused(String reason, String detail) ->
                Finding.problem("hub", ExitCode.DENIED, "refuses this agent: " + reason + ": " + detail);
        };
    }
}
