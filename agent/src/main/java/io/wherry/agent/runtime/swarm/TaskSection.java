package io.wherry.agent.runtime.swarm;

import io.wherry.agent.runtime.docker.Capabilities;
import io.wherry.agent.runtime.docker.ConfigSection;
import io.wherry.agent.runtime.docker.KnownFields;
import io.wherry.agent.runtime.docker.ModelException;
import io.wherry.agent.runtime.docker.Units;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the tasks of a service are made of: the {@code ContainerSpec} of its {@code TaskTemplate}, as {@code docker stack deploy} writes it. */
final class TaskSection {
    private static final String SECRETS_FOLDER = "/run/secrets/";

    /** The engine's own, written down so that a look at the service finds what was asked for. */
    private static final Duration STOP_GRACE = Duration.ofSeconds(10);

    private static final int READ_BY_ALL = 0444;

    private TaskSection() {}

    /**
     * @param image as the swarm shall know it
     * @param files names of configs and secrets in the swarm, by {@code configs/KEY} and {@code secrets/KEY}
     */
    static Json.Obj of(
            String name, Json.Obj service, String image, String project, Map<String, String> files, List<Json> mounts) {
        String path = "services." + name;
        Json.Builder spec = Json.object().put("Image", image);
        Map<String, String> labels = new TreeMap<>(Raw.textsOf(service, "labels"));
        labels.put(StackLabels.NAMESPACE, project);
        spec.put("Labels", labels);
        put(spec, "Command", Raw.list(service, "entrypoint"));
        put(spec, "Args", Raw.list(service, "command"));
        service.findString("hostname").ifPresent(hostname -> spec.put("Hostname", hostname));
        put(spec, "Env", ConfigSection.environment(service));
        service.findString("working_dir").ifPresent(folder -> spec.put("Dir", folder));
        service.findString("user").ifPresent(user -> spec.put("User", user));
        spec.put("TTY", service.boolOr("tty", false));
        spec.put("OpenStdin", service.boolOr("stdin_open", false));
        spec.put("ReadOnly", service.boolOr("read_only", false));
        if (service.find("init").isPresent()) {
            spec.put("Init", service.bool("init"));
        }
        service.findString("isolation").ifPresent(isolation -> spec.put("Isolation", isolation));
        service.findString("stop_signal").ifPresent(signal -> spec.put("StopSignal", signal));
        spec.put(
                "StopGracePeriod",
                service.findString("stop_grace_period")
                        .map(grace -> Units.duration(path + ".stop_grace_period", grace))
                        .orElse(STOP_GRACE)
                        .toNanos());
        Raw.nested(service, "healthcheck")
                .ifPresent(check -> spec.put("Healthcheck", ConfigSection.healthCheck(path, check)));
        put(
                spec,
                "Hosts",
                Raw.list(service, "extra_hosts").stream().map(TaskSection::host).toList());
        spec.put("DNSConfig", dns(service));
        spec.put("Sysctls", Raw.textsOf(service, "sysctls"));
        Capabilities.put(service, spec, "CapabilityAdd", "CapabilityDrop");
        spec.put("Ulimits", ulimits(path, service));
        spec.put("Mounts", Raw.array(mounts));
        spec.put("Secrets", grants(path, service, "secrets", "Secret", files));
        spec.put("Configs", grants(path, service, "configs", "Config", files));
        return spec.build();
    }

    private static void put(Json.Builder spec, String field, List<String> texts) {
        if (!texts.isEmpty()) {
            spec.put(field, texts);
        }
    }

    /** {@code name=address} in the model, {@code address name} for a swarm. */
    private static String host(String entry) {
        String[] parts = entry.split("[=:]", 2);
        if (parts.length < 2) {
            throw ModelException.invalid("extra_hosts: " + entry + " (expected: NAME=ADDRESS)");
        }
        return parts[1] + " " + parts[0];
    }

    private static Json.Obj dns(Json.Obj service) {
        Json.Builder dns = Json.object();
        put(dns, "Nameservers", Raw.list(service, "dns"));
        put(dns, "Search", Raw.list(service, "dns_search"));
        put(dns, "Options", Raw.list(service, "dns_opt"));
        return dns.build();
    }

    private static Json.Arr ulimits(String path, Json.Obj service) {
        List<Json> ulimits = new ArrayList<>();
        Raw.nested(service, "ulimits").ifPresent(all -> all.fields().forEach((name, value) -> {
            boolean both = value instanceof Json.Obj;
            long soft = both ? all.object(name).integer("soft") : Units.whole(path + ".ulimits." + name, value);
            ulimits.add(Json.object()
                    .put("Name", name)
                    .put("Soft", soft)
                    .put("Hard", both ? all.object(name).integer("hard") : soft)
                    .build());
        }));
        return Raw.array(ulimits);
    }

    /** Without the ids, which are known only when the objects are made. */
    private static Json.Arr grants(
            String path, Json.Obj service, String section, String kind, Map<String, String> files) {
        List<Json.Obj> grants = new ArrayList<>();
        for (Json.Obj grant : Raw.objects(service, section)) {
            KnownFields.check(path + "." + section, grant, KnownFields.FILE_GRANT);
            String source = grant.string("source");
            String target = grant.findString("target").orElse(source);
            Json.Obj file = Json.object()
                    .put("Name", target.startsWith(SECRETS_FOLDER) ? target.substring(SECRETS_FOLDER.length()) : target)
                    .put("UID", grant.findString("uid").orElse("0"))
                    .put("GID", grant.findString("gid").orElse("0"))
                    .put("Mode", grant.findString("mode").map(TaskSection::mode).orElse((long) READ_BY_ALL))
                    .build();
            String name = files.get(section + "/" + source);
            if (name == null) {
                throw ModelException.invalid(path + "." + section + ": " + source + " is not defined in the model");
            }
            grants.add(Json.object().put("File", file).put(kind + "Name", name).build());
        }
        grants.sort(Comparator.comparing(grant -> grant.string(kind + "Name")));
        return Raw.array(grants);
    }

    private static long mode(String octal) {
        try {
            return Long.parseLong(octal, 8);
        } catch (NumberFormatException e) {
            throw ModelException.invalid("mode: " + octal + " (expected: octal digits, as 0444)");
        }
    }
}
