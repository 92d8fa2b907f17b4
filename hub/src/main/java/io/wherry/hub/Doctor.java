package io.wherry.hub;

import io.wherry.base.Causes;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.api.IdentityFiles;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.db.DataFolderInUse;
import io.wherry.hub.db.DataFolderLock;
import io.wherry.hub.db.Database;
import io.wherry.hub.fleet.CaKeys;
import io.wherry.hub.fleet.Review;
import io.wherry.hub.fleet.ReviewRepository;
import io.wherry.hub.registry.ImageEngine;
import io.wherry.hub.release.Keys;
import io.wherry.hub.render.worker.Confinement;
import io.wherry.hub.render.worker.HelmProgram;
import io.wherry.hub.render.worker.KustomizeProgram;
import io.wherry.hub.vault.KeyEncryptionKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks at everything a hub needs, without changing anything, also while one runs. */
final class Doctor {
    /** Below that, the next mirror or bundle may not fit. */
    private static final long LEAST_FREE_BYTES = 1L << 30;

    /** Time enough to plan a change of the authority at every site. */
    private static final Duration CA_WARNING = Duration.ofDays(365);

    /** Who renews by a program does it a month before; a week before the end that has failed. */
    private static final Duration CERTIFICATE_WARNING = Duration.ofDays(7);

    private final DataFolder folder;
    private final InstantSource clock;
    private final List<Finding> findings = new ArrayList<>();
    private boolean readable;

    Doctor(DataFolder folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    List<Finding> examine(Supplier<HubConfig> config) {
        if (!Files.isDirectory(folder.path())) {
            return List.of(Finding.problem(
                    "data folder",
                    folder.path() + " does not exist (wherry-hub init --data " + folder.path() + " --hostname HOST)"));
        }
        look("data folder", this::folder);
        look("disk", this::disk);
        look("keys", this::keys);
        look("CA certificate", this::authority);
        look("database", this::database);
        readable = findings.getLast().good();
        if (readable) { // what is not whole says nothing
            look("agents", this::agents);
            look("audit log", this::auditLog);
        }
        boolean running = running();
        look("configuration", () -> {
            HubConfig read = config.get();
            findings.add(Finding.ok("configuration", "hostnames " + String.join(", ", read.hostnames())));
            look("vault key", () -> vaultKey(folder.vaultKey(read)));
            read.tls().ifPresent(files -> look("operators' certificate", () -> certificate(files)));
            read.engineSocket().ifPresent(socket -> look("image engine", () -> imageEngine(socket)));
            look("kustomize", this::kustomize);
            look("helm", this::helm);
            ports(read, running);
            return Finding.ok("hub", running ? "is running" : "is not running");
        });
        return List.copyOf(findings);
    }

    private void look(String subject, Supplier<Finding> examination) {
        try {
            findings.add(examination.get());
        } catch (RuntimeException e) {
            findings.add(Finding.problem(subject, String.valueOf(e.getMessage()).replace('\n', ';')));
        }
    }

    private Finding folder() {
        try {
            Optional<String> open = folder.openToOthers();
            if (open.isPresent()) {
                return Finding.problem("data folder", open.get());
            }
            if (Files.notExists(folder.config())) {
                return Finding.problem("data folder", folder.path() + " is not initialised (wherry-hub init)");
            }
            return Finding.ok("data folder", folder.path() + ", for the owner alone");
        } catch (IOException e) {
            return Finding.problem("data folder", Causes.named(e));
        }
    }

    private Finding disk() {
        try {
            long free = Files.getFileStore(folder.path()).getUsableSpace();
            String text = (free >> 20) + " MiB free";
            return free < LEAST_FREE_BYTES
                    ? Finding.problem(
                            "disk",
                            text + " (at least " + (LEAST_FREE_BYTES >> 20) + " MiB; make room on " + folder.path()
                                    + ")")
                    : Finding.ok("disk", text);
        } catch (IOException e) {
            return Finding.problem("disk", Causes.named(e));
        }
    }

    private static Finding imageEngine(Path socket) {
        try (ImageEngine engine = new ImageEngine(socket)) {
            engine.requireAnswers();
            return Finding.ok("image engine", socket.toString());
        } catch (RegistryException e) {
            return Finding.problem("image engine", e.getMessage() + " (" + e.hint() + ")");
        } catch (IOException e) {
            return Finding.problem("image engine", Causes.named(e));
        }
    }

    /** Only stacks of one format need it, so that it may be missing. */
    private Finding kustomize() {
        return Finding.ok(
                "kustomize",
                switch (KustomizeProgram.find()) {
                    case KustomizeProgram.Found(KustomizeProgram program) ->
                        program.version() + " (" + program.command().getFirst() + "), " + limits();
                    case KustomizeProgram.Missing(String why) ->
                        why + ": stacks of the format kustomize are refused (" + KustomizeProgram.HINT + ")";
                });
    }

    /** Those of the hub, which as a service may set fewer than whoever asks; where none ran, those of whoever asks. */
    private String limits() {
        return Optional.of(folder.database())
                .filter(file -> readable)
                .flatMap(RenderingLimits::noted)
                .map(words -> "run by the hub " + words)
                .orElseGet(() -> "run from here " + Confinement.here().words());
    }

    private Finding helm() {
        return Finding.ok(
                "helm",
                switch (HelmProgram.find()) {
                    case HelmProgram.Found(HelmProgram program) ->
                        program.version() + " (" + program.program() + "), " + limits();
                    case HelmProgram.Missing(String why) ->
                        why + ": stacks of the format helm are refused (" + HelmProgram.HINT + ")";
                });
    }

    private Finding keys() {
        Keys keys = Keys.open(folder.path());
        TrustRoot root = keys.trustRoot();
        findings.add(clock(root.issuedAt()));
        return Finding.ok(
                "keys",
                "trust domain " + keys.trustDomain() + ", root version " + root.version() + ", epoch " + root.epoch());
    }

    private Finding clock(Instant issued) {
        Instant now = clock.instant();
        return now.isBefore(issued)
                ? Finding.problem(
                        "clock",
                        "says " + now + ", before the trust root was made on " + issued
                                + " (set the clock; is NTP running?)")
                : Finding.ok("clock", now.toString());
    }

    private Finding authority() {
        CaKeys authority = CaKeys.read(folder.caKey(), folder.caCertificate());
        Instant end = authority.certificate().getNotAfter().toInstant();
        return clock.instant().plus(CA_WARNING).isAfter(end)
                ? Finding.problem("CA certificate", "ends on " + end + " (plan a new authority by a new trust root)")
                : Finding.ok("CA certificate", "valid to " + end);
    }

    private static Finding vaultKey(Path file) {
        KeyEncryptionKey.open(file, new SecureRandom());
        return Finding.ok("vault key", file + " is readable");
    }

    private Finding certificate(HubConfig.TlsFiles files) {
        Instant end = IdentityFiles.read(files.certificate(), files.key())
                .chain()
                .getFirst()
                .getNotAfter()
                .toInstant();
        return clock.instant().plus(CERTIFICATE_WARNING).isAfter(end)
                ? Finding.problem("operators' certificate", files.certificate() + " ends on " + end + " (renew it)")
                : Finding.ok("operators' certificate", files.certificate() + ", valid to " + end);
    }

    private Finding database() {
        Path file = folder.database();
        List<String> problems = Files.exists(file)
                ? Database.problems(file)
                : List.of(file + " does not exist (restore it from the backup)");
        return problems.isEmpty()
                ? Finding.ok("database", file + " is whole")
                : Finding.problem("database", String.join("; ", problems));
    }

    private static long held(List<Review> reviews, Review.Cause cause) {
        return reviews.stream().filter(review -> review.cause() == cause).count();
    }

    private Finding agents() {
        List<Review> reviews =
                Database.look(folder.database(), ReviewRepository::list).orElse(List.of());
        long behind = held(reviews, Review.Cause.BEHIND);
        if (behind > 0) {
            return Finding.problem(
                    "agents",
                    behind
                            + " know a later state than this data folder and are offered nothing (if it was put back by hand:"
                            + " stop the hub, wherry-hub keys new-epoch --data " + folder.path() + ", start it)");
        }
        long copied = held(reviews, Review.Cause.COPIED);
        if (copied > 0) {
            return Finding.problem(
                    "agents",
                    copied
                            + " poll from two copies of one state folder and are offered nothing (wherry get agents names them)");
        }
        return Finding.ok(
                "agents",
                reviews.isEmpty()
                        ? "none is held"
                        : reviews.size() + " are held since the restore (wherry agent review --all)");
    }

    private Finding auditLog() {
        return Database.look(folder.database(), AuditLog::damage)
                .map(damage -> damage.map(what -> Finding.problem(
                                "audit log", what + " (wherry audit export, and compare with an earlier export)"))
                        .orElseGet(() -> Finding.ok("audit log", "its records are those that were signed")))
                .orElseGet(() -> Finding.ok("audit log", "not looked at: the database is of another version"));
    }

    private boolean running() {
        try (DataFolderLock _ = DataFolderLock.take(folder.path())) {
            return false;
        } catch (DataFolderInUse e) {
            return true;
        }
    }

    private void ports(HubConfig config, boolean running) {
        port("operators' port", config.listen().operators(), running);
        port("agents' port", config.listen().agents(), running);
        port("health port", config.listen().health(), running);
    }

    private void port(String subject, ListenAddress address, boolean running) {
        if (running || address.port() == 0) {
            findings.add(Finding.ok(subject, address + (running ? ", for the running hub" : ", any free port")));
            return;
        }
        try (ServerSocket socket = new ServerSocket(address.port(), 1, InetAddress.getByName(address.host()))) {
            findings.add(Finding.ok(subject, address + (socket.isBound() ? " is free" : "")));
        } catch (IOException e) {
            findings.add(Finding.problem(
                    subject,
                    address + " cannot be opened: " + Causes.named(e) + " (ss -ltnp shows who has it; listen.* in "
                            + folder.config() + " names another)"));
        }
    }
}
