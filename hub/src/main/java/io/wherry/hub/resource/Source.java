package io.wherry.hub.resource;

import static java.util.Objects.requireNonNull;

import io.wherry.base.Durations;
import io.wherry.contract.json.Json;
import io.wherry.contract.registry.ImageReference;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Where content comes from: a Git repository, a repository of a registry, or a place of charts.
 *
 * @param metadata   name, labels
 * @param repository where it is, and what it takes to reach it
 * @param ref        which revision, for stacks that do not say; branch {@code main} unless given. Charts have none: their version stands in the stack
 * @param check      how often and how long to ask
 * @param suspend    true: not checked, nothing new from it
 */
public record Source(Metadata metadata, Repository repository, Ref ref, Check check, boolean suspend)
        implements Resource {
    public static final Ref DEFAULT_REF = new Ref.Branch("main");

    public Source {
        requireNonNull(metadata, "metadata");
        requireNonNull(repository, "repository");
        requireNonNull(ref, "ref");
        requireNonNull(check, "check");
        if (repository.type().holdsCharts()) {
            Spans.require("timeout", check.timeout(), Check.MIN_TIMEOUT, Check.MAX_CHART_TIMEOUT);
        }
    }

    /** What is there. */
    public enum Type {
        GIT,
        /** A Helm repository over HTTP. */
        HELM,
        /** A registry, for charts. */
        OCI,
        /** A repository of a registry whose artifacts hold the files of stacks: {@code type: oci} with {@code ref}. */
        ARTIFACTS;

        /** Whether stacks take charts from it, and not their files. */
        public boolean holdsCharts() {
            return switch (this) {
                case GIT, ARTIFACTS -> false;
                case HELM, OCI -> true;
            };
        }

        /** As it is written. */
        public String word() {
            return this == ARTIFACTS ? OCI.word() : name().toLowerCase(Locale.ROOT);
        }

        private void requireUrl(String url) {
            switch (this) {
                case GIT ->
                    SourceUrl.check(url).ifPresent(problem -> {
                        throw new IllegalArgumentException("url: " + problem);
                    });
                case HELM, OCI -> {
                    ChartFrom.requireUrl(url);
                    Names.require(
                            ChartFrom.isOci(url) == (this == OCI),
                            "url",
                            url,
                            "https://HOST/PATH with type: helm, oci://HOST/PATH with type: oci");
                }
                case ARTIFACTS -> requireRepository(url);
            }
        }
    }

    private static void requireRepository(String url) {
        ChartFrom.requireUrl(url);
        Names.require(ChartFrom.isOci(url), "url", url, "oci://HOST/REPOSITORY with type: oci");
        String name = url.substring("oci://".length());
        String last = name.substring(name.lastIndexOf('/') + 1);
        Names.require(
                name.indexOf('/') > 0 && last.indexOf(':') < 0,
                "url",
                url,
                "oci://HOST/REPOSITORY; what of it is meant stands in ref");
        Names.require(name.startsWith(registry(url, name) + "/"), "url", url, "a host with its domain");
    }

    private static String registry(String url, String name) {
        try {
            return ImageReference.parse(name).registry();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "url: " + url + " (expected: oci://HOST/REPOSITORY, the repository in lower case)", e);
        }
    }

    /**
     * A repository and how to reach it.
     *
     * @param url           of Git {@code https://…}, or the absolute path of a local repository ({@link SourceUrl}); of charts as of
     *                      {@link ChartFrom.Place}
     * @param credentialRef the name of a credential of the vault
     * @param caBundle      certificates in PEM: if given, these authorities alone are trusted for this source
     * @param proxy         {@code http://HOST:PORT} by which it is reached; not of SSH, and not of a local repository
     * @param rules         which server, and whose content, is believed
     */
    public record Repository(
            Type type,
            String url,
            Optional<String> credentialRef,
            Optional<String> caBundle,
            Optional<String> proxy,
            SourceRules rules) {
        /** One of Git. */
        public Repository(String url, Optional<String> credentialRef, Optional<String> caBundle) {
            this(Type.GIT, url, credentialRef, caBundle, Optional.empty());
        }

        /** One that files of stacks may be in, of whatever kind its address is, with nothing but a credential. */
        public static Repository at(String url, Optional<String> credentialRef) {
            Type type = ChartFrom.isOci(url) ? Type.ARTIFACTS : Type.GIT;
            return new Repository(type, url, credentialRef, Optional.empty(), Optional.empty());
        }

        /** Without rules. */
        public Repository(
                Type type,
                String url,
                Optional<String> credentialRef,
                Optional<String> caBundle,
                Optional<String> proxy) {
            this(type, url, credentialRef, caBundle, proxy, SourceRules.NONE);
        }

        /** The same place, with other rules. */
        public Repository with(SourceRules others) {
            return new Repository(type, url, credentialRef, caBundle, proxy, others);
        }

        public Repository {
            type.requireUrl(url);
            credentialRef.ifPresent(name -> Names.requireName("credentialRef", name));
            proxy.ifPresent(ChartFrom::requireProxy);
            if (credentialRef.isPresent() && SourceUrl.isLocal(url)) {
                throw new IllegalArgumentException("credentialRef: " + credentialRef.get()
                        + " (expected: none, a local repository needs no credential)");
            }
            Names.require(
                    proxy.isEmpty() || !(SourceUrl.isLocal(url) || SshUrl.is(url)),
                    "proxy",
                    proxy.orElse(""),
                    "none for " + url + ": a proxy carries https: alone");
            rules.requireFor(type, url);
            if (SshUrl.is(url)) {
                Names.require(
                        credentialRef.isPresent(),
                        "credentialRef",
                        "none",
                        "a credential of type sshKey: a server of SSH lets nobody read without a key");
                Names.require(
                        caBundle.isEmpty(), "caBundle", "given for ssh:", "hostKeys; authorities belong to https:");
            }
        }
    }

    /**
     * When to ask the repository.
     *
     * @param interval 10 s to 24 h; 5 min unless given
     * @param timeout  1 s to 30 min for one check; 60 s unless given
     * @param webhook  name of the credential that the server shows when it has something new; empty: it need not call
     */
    public record Check(Duration interval, Duration timeout, Optional<String> webhook) {
        public static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(5);
        public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

        /** Below that, the polite thing is a webhook. */
        public static final Duration MIN_INTERVAL = Duration.ofSeconds(10);

        public static final Duration MAX_INTERVAL = Duration.ofHours(24);
        public static final Duration MIN_TIMEOUT = Duration.ofSeconds(1);

        /** A first fetch of a very large repository over a slow line. */
        public static final Duration MAX_TIMEOUT = Duration.ofMinutes(30);

        /** The largest chart over a line of 0.5 Mbit/s; other charts may wait for it. */
        public static final Duration MAX_CHART_TIMEOUT = Duration.ofMinutes(5);

        public Check {
            requireInterval(interval);
            Spans.require("timeout", timeout, MIN_TIMEOUT, MAX_TIMEOUT);
            webhook.ifPresent(name -> Names.requireName("webhook", name));
        }

        static Duration requireInterval(Duration interval) {
            return Spans.require("interval", interval, MIN_INTERVAL, MAX_INTERVAL);
        }
    }

    /** The same source, checked or not. */
    public Source suspended(boolean whether) {
        return new Source(metadata, repository, ref, check, whether);
    }

    /**
     * What a stack of this source follows: a tag means a registry's or Git's as the source is the one or the other.
     *
     * @param own what the stack says, if it says something
     */
    public Ref follows(Optional<Ref> own) {
        return switch (own.orElse(ref)) {
            case Ref.Tag tag when type() == Type.ARTIFACTS -> new Ref.OciTag(tag.name(), false);
            case Ref.OciTag tag when type() == Type.GIT -> new Ref.Tag(tag.name());
            case Ref other -> other;
        };
    }

    @Override
    public ResourceKind kind() {
        return ResourceKind.SOURCE;
    }

    public Type type() {
        return repository.type();
    }

    public String url() {
        return repository.url();
    }

    public Duration interval() {
        return check.interval();
    }

    public Duration timeout() {
        return check.timeout();
    }

    public Optional<String> credentialRef() {
        return repository.credentialRef();
    }

    public Optional<String> caBundle() {
        return repository.caBundle();
    }

    @Override
    public Json.Obj spec() {
        Json.Builder spec = Json.object().put("type", type().word()).put("url", url());
        if (!type().holdsCharts()) {
            spec.put("ref", ref.toJson()).put("interval", Durations.format(interval()));
        }
        spec.put("timeout", Durations.format(timeout()))
                .putIf("credentialRef", credentialRef())
                .putIf("caBundle", caBundle())
                .putIf("proxy", repository.proxy());
        repository.rules().put(spec);
        check.webhook()
                .ifPresent(name -> spec.put(
                        "webhook", Json.object().put("credentialRef", name).build()));
        return spec.put("suspend", suspend).build();
    }
}
