package io.wherry.agent.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.AgentConfig;
import io.wherry.agent.JoinFacts;
import io.wherry.agent.Joining;
import io.wherry.agent.hubclient.AgentFacts;
import io.wherry.agent.hubclient.Certificates;
import io.wherry.agent.hubclient.Trouble;
import io.wherry.agent.state.Membership;
import io.wherry.agent.state.StateFolder;
import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import io.wherry.base.Durations;
import io.wherry.base.ExitCode;
import io.wherry.base.WallClock;
import io.wherry.contract.Digest;
import io.wherry.contract.JoinToken;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.JoinFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code wherry-agent join}. */
@Command(
        name = "join",
        description = "Join a hub's fleet with a token from \"wherry token create\".",
        footer = {
            "",
            "The keys are made on this device and never leave it. The token can be used once.",
            "Without a network: join - --request-file FILE, take FILE to the hub (wherry agent admit), and with",
            "what it gives: join - --identity-file FILE --root sha256:…"
        })
final class JoinCommand implements Callable<Integer> {
    private static final int MAX_TOKEN_BYTES = 16 << 10;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    CommandSpec spec;

    @Mixin
    Place place = new Place();

    @Mixin
    SiteOptions site = new SiteOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "TOKEN",
            description = "The join token; \"-\": from standard input, where nobody else can read it.")
    Optional<String> token = Optional.empty();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Read the join token from a file; \"-\": from standard input.")
    Optional<Path> tokenFile = Optional.empty();

    @Option(
            names = "--root",
            paramLabel = "sha256:…",
            description = "Trust domain as printed on paper; must be the token's.")
    Optional<String> root = Optional.empty();

    @Option(
            names = "--request-file",
            paramLabel = "FILE",
            description = "Do not connect: write the question to the hub into a file. It holds the token's secret.")
    Optional<Path> requestFile = Optional.empty();

    @Option(
            names = "--identity-file",
            paramLabel = "FILE",
            description = "Do not connect: take the hub's answer from a file. Needs --root.")
    Optional<Path> identityFile = Optional.empty();

    @Option(
            names = "--unless-joined",
            description =
                    "Where an agent has joined with this folder already, that is well: for the first step of each start.")
    boolean unlessJoined;

    @Option(
            names = "--timeout",
            paramLabel = "T",
            description = "How long to wait for an approval (default: ${DEFAULT-VALUE}).",
            defaultValue = "1h")
    String timeout = "1h";

    @Override
    public Integer call() throws IOException, InterruptedException {
        Duration patience = Durations.parse(timeout);
        requireSense();
        if (unlessJoined && Membership.find(place.data).isPresent()) {
            return ExitCode.OK.code(); // the token may be gone by now
        }
        JoinToken parsed = JoinToken.parse(tokenText());
        if (root.isPresent() && !Digest.parse(root.get()).equals(parsed.trustDomain())) {
            return fail(
                    ExitCode.VERIFICATION_FAILED,
                    "the token is for trust domain " + parsed.trustDomain() + ", and --root says " + root.get()
                            + "; do not use this token");
        }
        Optional<Membership> already = Membership.find(place.data);
        if (already.isPresent()) {
            return fail(
                    ExitCode.BLOCKED,
                    "already joined as \"" + already.get().name() + "\" in " + place.data
                            + "; run wherry-agent leave first, or choose another folder with --data");
        }
        try (StateFolder folder = StateFolder.open(place.data, "joining")) {
            Path file = place.configFile();
            Optional<byte[]> fresh = Files.exists(file) ? Optional.empty() : Optional.of(site.config());
            AgentConfig config = fresh.map(text -> AgentConfig.of(file, text, System.getenv()))
                    .orElseGet(() -> configured(file));
            var certificates = config.hub().caBundle().map(Certificates::ofFile).orElse(List.of());
            Joining joining = new Joining(folder, parsed, certificates, WallClock.system(), System.getenv());
            Runnable accepted = () -> fresh.ifPresent(text -> write(file, text));
            if (identityFile.isPresent()) {
                return take(joining, identityFile.get(), config, accepted);
            }
            AgentFacts facts = JoinFacts.gather(config);
            return requestFile.isPresent()
                    ? request(joining, requestFile.get(), facts, accepted)
                    : ask(joining, facts, accepted, patience);
        }
    }

    private void requireSense() {
        site.requireSense();
        if (requestFile.isPresent() && identityFile.isPresent()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--request-file asks and --identity-file takes the answer: give one of them");
        }
        if (identityFile.isPresent() && root.isEmpty()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--identity-file needs --root: the trust domain as the hub shows it (wherry token create), on another way than the file");
        }
    }

    /** What the site decided by flags is written down with it: the answer belongs to that. */
    private int request(Joining joining, Path file, AgentFacts facts, Runnable accepted) throws IOException {
        accepted.run();
        try {
            DurableFiles.write(
                    file, joining.requestFile(facts).getBytes(UTF_8)); // for its owner alone: the token is in it
        } catch (IOException e) {
            throw new IOException("request file " + file + ": cannot be written: " + Causes.words(e), e);
        }
        out().println(file + ": take it to the hub (wherry agent admit " + file.getFileName() + " -o FILE)");
        err().println("fingerprint of this device: " + joining.fingerprint());
        return ExitCode.OK.code();
    }

    private int take(Joining joining, Path file, AgentConfig config, Runnable accepted) throws IOException {
        if (Files.notExists(file)) {
            return fail(ExitCode.NOT_FOUND, file + ": does not exist (wherry agent admit makes it at the hub)");
        }
        if (!Files.isRegularFile(file)) { // a pipe would keep its reader waiting
            return fail(ExitCode.USAGE, file + ": is no plain file");
        }
        if (Files.size(file) > JoinFile.MAX_CHARS) {
            return fail(ExitCode.VERIFICATION_FAILED, file + ": is too large for an identity file");
        }
        try {
            Joining.Outcome outcome =
                    joining.take(Files.readString(file), config.site().environment(), accepted);
            return ended(outcome, "");
        } catch (BundleFileException e) {
            return fail(ExitCode.VERIFICATION_FAILED, file + ": " + e.getMessage());
        }
    }

    private int ask(Joining joining, AgentFacts facts, Runnable accepted, Duration patience)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean told = false;
        while (true) {
            Joining.Outcome outcome = joining.ask(facts, accepted);
            if (!(outcome instanceof Joining.Outcome.Pending(String fingerprint, var hub))) {
                return ended(outcome, facts.runtime().problem());
            }
            if (!told) {
                err().println("waiting for approval; compare this fingerprint with the hub's: " + fingerprint);
                told = true;
            }
            if (!hub.fingerprint().equals(fingerprint)) {
                return fail(
                        ExitCode.VERIFICATION_FAILED,
                        "the hub shows the fingerprint " + hub.fingerprint()
                                + " for another device than this one; is somebody in between?");
            }
            if (System.nanoTime() + hub.retryAfter().toNanos() > deadline) {
                return fail(
                        ExitCode.TIMEOUT,
                        "no approval within " + timeout
                                + "; run the same command again: the token stays with this device");
            }
            Thread.sleep(hub.retryAfter());
        }
    }

    private int ended(Joining.Outcome outcome, String runtimeProblem) {
        return switch (outcome) {
            case Joining.Outcome.Joined(Membership membership) -> {
                out().println("joined as " + membership.name() + " (agent "
                        + membership.agentId().value() + ")");
                err().println("trust domain " + membership.trustDomain() + "; next: wherry-agent run");
                if (!runtimeProblem.isEmpty()) {
                    err().println("but nothing can be applied here yet: " + runtimeProblem);
                }
                yield ExitCode.OK.code();
            }
            case Joining.Outcome.Pending _ ->
                fail(ExitCode.DENIED, "the hub has not approved this device yet; approve it there, and admit it again");
            case Joining.Outcome.Denied(String reason, String detail) ->
                fail(ExitCode.DENIED, "the hub refused: " + reason + ": " + detail);
            case Joining.Outcome.Unreachable(var why) ->
                fail(
                        why.trouble() == Trouble.HUB_NOT_TRUSTED
                                ? ExitCode.VERIFICATION_FAILED
                                : ExitCode.HUB_UNREACHABLE,
                        why.trouble().code() + ": " + why.why());
            case Joining.Outcome.NotTrusted(String reason, String detail) ->
                fail(
                        ExitCode.VERIFICATION_FAILED,
                        "what the hub sent does not fit the token: " + reason + ": " + detail);
        };
    }

    private String tokenText() throws IOException {
        if (tokenFile.isPresent() == token.isPresent()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "give the token either as TOKEN, as \"-\" for standard input, or by --token-file");
        }
        String named = tokenFile.map(Path::toString).or(() -> token).orElseThrow();
        if (named.equals("-")) {
            return new String(System.in.readNBytes(MAX_TOKEN_BYTES), UTF_8).strip();
        }
        return tokenFile.isPresent() ? text(tokenFile.get()) : named;
    }

    private static String text(Path file) throws IOException {
        if (Files.notExists(file)) {
            throw new IllegalArgumentException(
                    "--token-file: " + file + " is not there (expected: a file with what wherry token create prints)");
        }
        return Files.readString(file).strip();
    }

    /** What stands in a file already is never changed. */
    private AgentConfig configured(Path file) {
        AgentConfig config = place.read();
        site.requireSame(file, config);
        return config;
    }

    /** Once the hub said yes, so that a refusal leaves nothing in the way of the next try. */
    private static void write(Path file, byte[] text) {
        try {
            DurableFiles.writeReadable(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": the configuration cannot be written: " + Causes.words(e), e);
        }
    }

    private int fail(ExitCode code, String message) {
        err().println("wherry-agent join: " + message);
        return code.code();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
