package io.wherry.hub;

import io.wherry.base.Causes;
import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.registry.RegistryCredentials;
import io.wherry.contract.registry.RegistryException;
import io.wherry.contract.registry.RegistryTrust;
import io.wherry.hub.agentapi.Delegates;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.registry.ArtifactClient;
import io.wherry.hub.registry.ChartClient;
import io.wherry.hub.registry.EngineImages;
import io.wherry.hub.registry.ImageEngine;
import io.wherry.hub.registry.ImageResolver;
import io.wherry.hub.registry.ImageSource;
import io.wherry.hub.registry.RegistryClient;
import io.wherry.hub.source.GitCredential;
import io.wherry.hub.source.GitCredentials;
import io.wherry.hub.status.LiveProgress;
import io.wherry.hub.status.LiveProgress.Progress;
import io.wherry.hub.status.ReportIntake;
import io.wherry.hub.vault.Credential;
import io.wherry.hub.vault.CredentialValue;
import io.wherry.hub.vault.Credentials;
import io.wherry.hub.vault.Use;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The few lines that fit one part of the hub to another which must not know it. */
final class FleetParts {
    private FleetParts() {}

    /** What sources may send to Git servers: a credential of the vault, to its own host. */
    static GitCredentials gitCredentials(Credentials vault) {
        return (name, host) -> switch (vault.use(name, host)) {
            case Use.Granted(CredentialValue.Token(var token)) -> Optional.of(new GitCredential.Token(token.reveal()));
            case Use.Granted(CredentialValue.Basic(String user, var password)) ->
                Optional.of(new GitCredential.Basic(user, password.reveal()));
            case Use.Granted(CredentialValue.SshKey(var key)) -> Optional.of(new GitCredential.SshKey(key));
            case Use.Granted(CredentialValue.Registry login) -> Optional.empty(); // for images alone
            case Use.Granted(CredentialValue.Plain secret) -> Optional.empty(); // never granted for a host
            case Use.Granted(CredentialValue.Webhook secret) -> Optional.empty(); // likewise
            case Use.Refused refused -> Optional.empty();
        };
    }

    private static Optional<GitCredential.Web> registryCredential(Credentials vault, String name, String host) {
        return vault.use(name, host) instanceof Use.Granted(CredentialValue.Registry(String user, var password))
                ? Optional.of(new GitCredential.Basic(user, password.reveal()))
                : gitCredentials(vault).forHost(name, host).flatMap(GitCredential::web);
    }

    /** What may be shown to image registries: the vault's credential for that very host. */
    static RegistryCredentials registryCredentials(Credentials vault) {
        return host -> {
            List<Credential> all = vault.list().stream()
                    .filter(credential -> credential.isFor(host) && !credential.isForSsh())
                    .toList();
            // Several logins for the stacks' pulls may be there; the hub's own is the one that is for no stack.
            List<String> names = all.stream()
                    .filter(credential -> all.size() == 1 || !credential.isForRegistry())
                    .map(Credential::name)
                    .toList();
            if (names.isEmpty() && !all.isEmpty()) {
                throw new RegistryException(
                        "registry " + host + ": the hub has several logins for it, each for stacks alone: "
                                + String.join(
                                        ", ", all.stream().map(Credential::name).toList()),
                        "make one for the hub: wherry credential create NAME --type basic --host " + host);
            }
            if (names.size() > 1) {
                throw new RegistryException(
                        "registry " + host + ": the hub has several credentials for it: " + String.join(", ", names),
                        "keep one: wherry credential delete NAME");
            }
            return names.stream()
                    .findFirst()
                    .flatMap(name -> registryCredential(vault, name, host))
                    .map(credential -> credential.header(false));
        };
    }

    /** Pulls images, trusting whom the configuration says. */
    static ImageResolver images(HubConfig config, Credentials vault) {
        try {
            return new ImageResolver(
                    new RegistryClient(RegistryTrust.of(config.registriesCa()), registryCredentials(vault)));
        } catch (IOException e) {
            throw new HubException(
                    "registries.caFile: " + Causes.words(e)
                            + " (expected: a PEM file with the authorities' certificates, which the hub's user may read)",
                    e);
        }
    }

    /** Fetches charts of repositories and registries. */
    static ChartClient charts(HubConfig config, Credentials vault) {
        try {
            return new ChartClient(
                    RegistryTrust.of(config.registriesCa()),
                    registryCredentials(vault),
                    (name, host) -> named(vault, name, host));
        } catch (IOException e) {
            throw new HubException("registries.caFile: " + Causes.words(e), e); // said before by images()
        }
    }

    /** Reaches registries for artifacts that hold files of stacks. */
    static ArtifactClient artifacts(HubConfig config, Credentials vault) {
        try {
            return new ArtifactClient(
                    RegistryTrust.of(config.registriesCa()),
                    registryCredentials(vault),
                    (name, host) -> named(vault, name, host));
        } catch (IOException e) {
            throw new HubException("registries.caFile: " + Causes.words(e), e); // said before by images()
        }
    }

    private static String named(Credentials vault, String name, String host) throws RegistryException {
        if (vault.use(name, host) instanceof Use.Refused(var _, String detail)) {
            throw new RegistryException("credential " + name + ": " + detail, "wherry get credentials");
        }
        return registryCredential(vault, name, host)
                .map(credential -> credential.header(false))
                .orElseThrow(() -> new RegistryException(
                        "credential " + name + ": is none for a host",
                        "wherry credential create NAME --type basic --host " + host));
    }

    /** Before the registries, an engine on this machine is asked. */
    static EngineImages engineImages(Path socket, DataFolder folder, ImageSource registries, InstantSource clock) {
        try {
            return EngineImages.open(new ImageEngine(socket), folder.engineImages(), registries, clock);
        } catch (IOException e) {
            throw new HubException(
                    folder.engineImages() + ": " + Causes.words(e)
                            + " (expected: a folder of the hub's user, for what the engine gives)",
                    e);
        }
    }

    /** To whom an assignment is bound: the agent's key. */
    static Function<AgentId, Optional<Digest>> keyHashes(AgentRepository agents) {
        return id -> agents.find(id).map(agent -> agent.keyHash());
    }

    static Delegates.Reports reports(ReportIntake intake, LiveProgress progress) {
        return new Delegates.Reports() {
            @Override
            public List<Digest> receipts(AgentId agent, List<byte[]> envelopes) {
                return intake.acceptAll(agent, envelopes).stream()
                        .map(ReportIntake.Accepted::digest)
                        .toList();
            }

            @Override
            public void progress(AgentId agent, List<Delegates.StackProgress> all) {
                all.forEach(one -> progress.note(
                        agent, one.stack(), new Progress(one.generation(), one.phase(), one.reason(), message(one))));
            }
        };
    }

    private static String message(Delegates.StackProgress progress) {
        if (progress.totalBytes() == 0) {
            return progress.message();
        }
        String bytes = (progress.doneBytes() >> 10) + " of " + (progress.totalBytes() >> 10) + " KiB";
        return progress.message().isEmpty() ? bytes : progress.message() + " (" + bytes + ")";
    }
}
