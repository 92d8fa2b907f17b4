package io.wherry.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Entry;
import io.wherry.contract.EntryOptions;
import io.wherry.contract.Envelope;
import io.wherry.contract.Layer;
import io.wherry.contract.Manifest;
import io.wherry.contract.Release;
import io.wherry.contract.StackId;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A Compose stack of what such stacks commonly hold, as a hub signs it, for the agent's class cache. Its port is any that is free: the agent looks whether one that
 * is named is in use on this machine.
 */
final class TrainingStack {
    /** In which what is started is healthy at once, or something is wrong here. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final String MODEL = """
            {"name": "NAME",
             "networks": {"default": {"ipam": {}, "name": "NAME_default"}},
             "volumes": {"data": {"name": "NAME_data"}},
             "configs": {"settings": {"file": "./settings.conf", "name": "NAME_settings"}},
             "services": {
              "store": {
               "image": "example.org/store:1", "command": null, "entrypoint": null,
               "configs": [{"source": "settings", "target": "/etc/settings"}],
               "healthcheck": {"interval": "10s", "test": ["CMD", "check"]},
               "labels": {"role": "store"}, "networks": {"default": null},
               "cap_drop": ["ALL"], "read_only": true, "restart": "unless-stopped", "tmpfs": ["/tmp"]},
              "web": {
               "image": "example.org/web:1", "command": ["serve", "--verbose"], "entrypoint": null,
               "depends_on": {"store": {"condition": "service_healthy", "required": true}},
               "deploy": {"placement": {}, "resources": {"limits": {"cpus": 0.5, "memory": "67108864"}}},
               "environment": {"GREETING": "hello", "LOG_LEVEL": "info"},
               "healthcheck": {"interval": "10s", "retries": 3, "test": ["CMD", "check"]},
               "logging": {"driver": "json-file", "options": {"max-size": "1m"}},
               "networks": {"default": null},
               "ports": [{"mode": "ingress", "protocol": "tcp", "target": 80}],
               "restart": "unless-stopped",
               "volumes": [
                {"source": "data", "target": "/data", "type": "volume", "volume": {}},
                {"bind": {"create_host_path": true}, "read_only": true, "source": "./settings.conf",
                 "target": "/etc/web.conf", "type": "bind"}]}}}
            """;

    private final StackId id = StackId.random(new SecureRandom());
    private final byte[] file = "colour = blue\n".getBytes(US_ASCII);
    private final String name;
    private final byte[] model;
    private final byte[] manifest;
    private final Envelope release;

    TrainingStack(String name, Digest trustDomain, EcdsaSigner signer) {
        this.name = name;
        this.model = JsonWriter.canonical(
                JsonReader.object(MODEL.replace("NAME", name).getBytes(US_ASCII)));
        this.manifest = new Manifest(
                        List.of(
                                Layer.compose(Digest.of(model), model.length),
                                Layer.file("settings.conf", false, Digest.of(file), file.length)),
                        List.of())
                .toBytes();
        this.release = Envelope.sign(
                Release.anywhere(trustDomain, id, name, 1, bundle()).toStatement(), signer);
    }

    Entry entry() {
        return new Entry(
                id,
                name,
                1,
                Entry.State.PRESENT,
                release.digest(),
                Optional.of(bundle()),
                new TreeMap<>(),
                List.of(),
                Optional.empty(),
                new EntryOptions(
                        name,
                        Duration.ZERO,
                        LIMIT,
                        true,
                        true,
                        false,
                        LIMIT,
                        EntryOptions.OnUnhealthy.ROLLBACK,
                        List.of(),
                        Optional.empty(),
                        false,
                        List.of()));
    }

    /** What its entry names, by digest. */
    Map<Digest, byte[]> content() {
        return Map.of(
                release.digest(), release.toJson(),
                Digest.of(manifest), manifest,
                Digest.of(model), model,
                Digest.of(file), file);
    }

    private BundleRef bundle() {
        return new BundleRef(Digest.of(manifest), manifest.length + (long) model.length + file.length);
    }
}
