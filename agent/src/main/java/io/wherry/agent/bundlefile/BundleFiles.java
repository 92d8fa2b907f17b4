package io.wherry.agent.bundlefile;

import io.wherry.agent.runtime.Runtime;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.BlobStore;
import io.wherry.agent.state.StateException;
import io.wherry.agent.state.StateFolder;
import io.wherry.agent.trust.Adopter;
import io.wherry.contract.Assignment;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.BundleFileReader;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.verify.Adoption;
import io.wherry.contract.verify.RootChain;
import io.wherry.contract.verify.Roots;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Takes a bundle file as if its content had come over the link: the same verifier, floors and store. A file is judged whole before anything of it counts.
 *
 * <p>It is read once, into the state folder. What follows needs neither medium nor network.
 */
public final class BundleFiles {
    private static final int BUFFER_BYTES = 1 << 20;

    private final StateFolder folder;
    private final AgentState state;
    private final BlobStore blobs;
    private final Adopter adopter;
    private final Runtime runtime;

    /** @param runtime is given the images of a file, and asked for those that a file leaves out */
    public BundleFiles(StateFolder folder, AgentState state, BlobStore blobs, Adopter adopter, Runtime runtime) {
        this.folder = folder;
        this.state = state;
        this.blobs = blobs;
        this.adopter = adopter;
        this.runtime = runtime;
    }

    /** Says whether it would be accepted. Changes nothing. @throws StateException if file or disk cannot be read */
    public synchronized FileVerdict verify(Path file) {
        return consider(file, false);
    }

    /** Adopts its assignment, durably, with all content in the store. @throws StateException if file or disk cannot be read */
    public synchronized FileVerdict apply(Path file) {
        return consider(file, true);
    }

    private FileVerdict consider(Path file, boolean apply) {
        if (Files.exists(file) && !Files.isRegularFile(file)) { // a pipe would keep the agent waiting
            return refused(FileReason.FILE_DAMAGED, file + ": is no plain file");
        }
        try (Spool spool = Spool.open(folder);
                InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
            return judge(file, BundleFileReader.read(in, spool), spool, apply);
        } catch (BundleFileException e) {
            return refused(FileReason.FILE_DAMAGED, file + ": " + e.getMessage());
        } catch (RuntimeUnavailable e) {
            return new FileVerdict.Refused(
                    e.reason().code(), "the images of " + file + " need the engine: " + e.getMessage());
        } catch (IOException e) {
            throw StateException.disk(
                    "bundle file " + file + ": cannot be read into " + folder.root() + ", and nothing changed: " + e,
                    e);
        }
    }

    private FileVerdict judge(Path file, Delivery delivery, Spool spool, boolean apply) throws IOException {
        if (delivery.kind() != Delivery.Kind.BUNDLES) {
            return refused(
                    FileReason.FILE_FOR_OTHERS,
                    file + ": is " + delivery.kind() + "; it goes to the hub: wherry bundle import-receipts");
        }
        String own = state.membership().agentId().value();
        List<Descriptor> mine = delivery.documents(Delivery.ASSIGNMENT)
                .filter(document ->
                        document.annotation(Delivery.AGENT).filter(own::equals).isPresent())
                .toList();
        if (mine.size() != 1) {
            return refused(
                    FileReason.FILE_FOR_OTHERS,
                    file + ": has " + mine.size() + " assignments for this agent, "
                            + state.membership().name() + " (" + own + "); it is for "
                            + delivery.documents(Delivery.ASSIGNMENT)
                                    .flatMap(document -> document
                                            .annotation(Delivery.AGENT_NAME)
                                            .or(() -> document.annotation(Delivery.AGENT))
                                            .stream())
                                    .limit(5)
                                    .collect(Collectors.joining(", "))
                            + ". Export one for it: wherry bundle export --agent "
                            + state.membership().name());
        }
        byte[] envelope = spool.read(mine.getFirst().digest(), Limits.ENVELOPE_BYTES);
        TrustRoot root = newestRoot(delivery, spool);
        return switch (adopter.judge(envelope, root)) {
            case Adoption.Refused(var reason, String detail, var _) -> new FileVerdict.Refused(reason.code(), detail);
            case Adoption.Adopted(Assignment assignment, Digest digest, var _) ->
                content(new FileVerdict.Accepted(assignment, digest, true), delivery, spool, envelope, apply);
            case Adoption.Unchanged() -> {
                Envelope known = Envelope.parse(envelope);
                Assignment assignment = Assignment.parse(JsonReader.statement(known.payload(), Limits.STATEMENT_BYTES));
                yield content(
                        new FileVerdict.Accepted(assignment, known.digest(), false), delivery, spool, envelope, apply);
            }
        };
    }

    /** The root that the file's chain leads to from the one this agent trusts; that one where the chain leads nowhere. */
    private TrustRoot newestRoot(Delivery delivery, Spool spool) throws IOException {
        return RootChain.extend(Optional.of(state.root()), state.membership().trustDomain(), chain(delivery, spool))
                        instanceof Roots.Trusted(TrustRoot newest, var _)
                ? newest
                : state.root();
    }

    private void followRoots(Delivery delivery, Spool spool) throws IOException {
        TrustRoot newest = newestRoot(delivery, spool);
        List<byte[]> chain = chain(delivery, spool);
        int known = Math.toIntExact(state.root().version());
        if (newest.version() > known && chain.size() >= newest.version()) {
            state.follow(chain.subList(known, Math.toIntExact(newest.version())), newest);
        }
    }

    /** As the file has it: from version 1 on. */
    private static List<byte[]> chain(Delivery delivery, Spool spool) throws IOException {
        List<byte[]> chain = new ArrayList<>();
        for (Descriptor root :
                delivery.documents(Delivery.ROOT).limit(Limits.ROOT_CHAIN).toList()) {
            chain.add(spool.read(root.digest(), Limits.ENVELOPE_BYTES));
        }
        return chain;
    }

    private FileVerdict content(
            FileVerdict.Accepted accepted, Delivery delivery, Spool spool, byte[] envelope, boolean apply)
            throws IOException {
        FileContent content = FileContent.of(delivery, spool, blobs);
        Optional<FileVerdict> incomplete = incomplete(content, accepted);
        if (incomplete.isPresent()) {
            return incomplete.get();
        }
        try {
            FileImages images = FileImages.of(accepted.assignment(), spool, runtime);
            if (!apply) {
                return accepted;
            }
            images.load(); // takes minutes, and harms nothing should the file be refused after all
        } catch (BundleFileException e) {
            return refused(FileReason.FILE_INCOMPLETE, String.valueOf(e.getMessage()));
        }
        return adopt(accepted, content, delivery, spool, envelope);
    }

    private Optional<FileVerdict> incomplete(FileContent content, FileVerdict.Accepted accepted) throws IOException {
        try {
            content.collect(accepted.assignment());
            return Optional.empty();
        } catch (BundleFileException e) {
            return Optional.of(refused(FileReason.FILE_INCOMPLETE, String.valueOf(e.getMessage())));
        }
    }

    private FileVerdict adopt(
            FileVerdict.Accepted accepted, FileContent content, Delivery delivery, Spool spool, byte[] envelope)
            throws IOException {
        synchronized (blobs) { // housekeeping deletes what no adopted assignment names, also what was here a moment ago
            Optional<FileVerdict> incomplete = incomplete(content, accepted);
            if (incomplete.isPresent()) {
                return incomplete.get();
            }
            content.store();
            followRoots(delivery, spool);
            return switch (adopter.consider(envelope)) {
                case Adoption.Refused(var reason, String detail, var _) ->
                    new FileVerdict.Refused(
                            reason.code(), detail); // the hub was quicker: a newer one came over the link meanwhile
                case Adoption.Adopted _, Adoption.Unchanged _ -> accepted;
            };
        }
    }

    private static FileVerdict refused(FileReason reason, String detail) {
        return new FileVerdict.Refused(reason.code(), detail);
    }
}
