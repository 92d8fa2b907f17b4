package io.wherry.agent.bundlefile;

import io.wherry.agent.report.Outbox;
import io.wherry.agent.runtime.Runtime;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.BlobStore;
import io.wherry.agent.state.StateException;
import io.wherry.agent.trust.Adopter;
import io.wherry.base.Causes;
import io.wherry.base.Progress;
import io.wherry.contract.Assignment;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.file.BundleFile;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.verify.Adoption;
import io.wherry.contract.verify.RootChain;
import io.wherry.contract.verify.Roots;
import io.wherry.contract.verify.VerifyReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Takes a bundle file as if its content had come over the link: the same verifier, floors and store. A file is judged whole before anything of it counts.
 *
 * <p>It is read through once, and then what is needed of it: images go from the medium to the engine, each hashed again on its way, and take no room here.
 * Once it is adopted neither medium nor network is needed.
 */
public final class BundleFiles {
    private final AgentState state;
    private final BlobStore blobs;
    private final Adopter adopter;
    private final Runtime runtime;
    private final FileReceipts receipts;
    private final List<String> understood;

    /**
     * @param runtime    is given the images of a file, and asked for those that a file leaves out
     * @param understood features of that runtime
     */
    public BundleFiles(
            AgentState state,
            BlobStore blobs,
            Adopter adopter,
            Runtime runtime,
            Outbox outbox,
            List<String> understood) {
        this.state = state;
        this.blobs = blobs;
        this.adopter = adopter;
        this.runtime = runtime;
        this.receipts = new FileReceipts(state, outbox);
        this.understood = List.copyOf(understood);
    }

    FileVerdict verify(Path file) {
        return verify(file, Progress.NONE);
    }

    FileVerdict apply(Path file) {
        return apply(file, Progress.NONE);
    }

    /** Says whether it would be accepted. Changes nothing. @throws StateException if file or disk cannot be read */
    public synchronized FileVerdict verify(Path file, Progress progress) {
        return consider(file, false, progress);
    }

    /** Adopts its assignment, durably, with all content in the store. @throws StateException if file or disk cannot be read */
    public synchronized FileVerdict apply(Path file, Progress progress) {
        return consider(file, true, progress);
    }

    private FileVerdict consider(Path path, boolean apply, Progress progress) {
        try (BundleFile file = BundleFile.open(path, progress)) {
            return judge(path, file, apply, progress);
        } catch (BundleFileException e) {
            return refused(FileReason.FILE_DAMAGED, path + ": " + e.getMessage());
        } catch (RuntimeUnavailable e) {
            return new FileVerdict.Refused(
                    e.reason().code(), "the images of " + path + " cannot be given to this site: " + e.getMessage());
        } catch (IOException e) {
            throw StateException.disk(
                    "bundle file " + path + ": cannot be read, and nothing changed: " + Causes.words(e), e);
        }
    }

    private FileVerdict judge(Path path, BundleFile file, boolean apply, Progress progress) throws IOException {
        if (file.delivery().kind() != Delivery.Kind.BUNDLES) {
            return refused(
                    FileReason.FILE_FOR_OTHERS,
                    path + ": is " + file.delivery().kind() + "; it goes to the hub: wherry bundle import-receipts");
        }
        String own = state.membership().agentId().value();
        List<Descriptor> mine = file.delivery()
                .documents(Delivery.ASSIGNMENT)
                .filter(document ->
                        document.annotation(Delivery.AGENT).filter(own::equals).isPresent())
                .toList();
        if (mine.size() != 1) {
            return refused(
                    FileReason.FILE_FOR_OTHERS,
                    path + ": has " + mine.size() + " assignments for this agent, "
                            + state.membership().name() + " (" + own + "); it is for "
                            + file.delivery()
                                    .documents(Delivery.ASSIGNMENT)
                                    .flatMap(document -> document
                                            .annotation(Delivery.AGENT_NAME)
                                            .or(() -> document.annotation(Delivery.AGENT))
                                            .stream())
                                    .limit(5)
                                    .collect(Collectors.joining(", "))
                            + ". Export one for it: wherry bundle export --agent "
                            + state.membership().name());
        }
        byte[] envelope = file.read(mine.getFirst().digest(), Limits.ENVELOPE_BYTES);
        TrustRoot root = newestRoot(file);
        return switch (adopter.judge(envelope, root)) {
            case Adoption.Refused(var reason, String detail, var _) ->
                new FileVerdict.Refused(reason.code(), detail + cure(reason));
            case Adoption.Adopted(Assignment assignment, Digest digest, var _) ->
                content(new FileVerdict.Accepted(assignment, digest, true), file, envelope, apply, progress);
            case Adoption.Unchanged() -> {
                Envelope known = Envelope.parse(envelope);
                Assignment assignment = Assignment.parse(JsonReader.statement(known.payload(), Limits.STATEMENT_BYTES));
                yield content(
                        new FileVerdict.Accepted(assignment, known.digest(), false), file, envelope, apply, progress);
            }
        };
    }

    /** Of what is the file's own fault; the other reasons say themselves what to do. */
    private String cure(VerifyReason reason) {
        return reason == VerifyReason.SEQUENCE_TOO_OLD
                ? "; the file is older than what this agent has, export it anew: wherry bundle export --agent "
                        + state.membership().name()
                : "";
    }

    /** The root that the file's chain leads to from the one this agent trusts; that one where the chain leads nowhere. */
    private TrustRoot newestRoot(BundleFile file) throws IOException {
        return RootChain.extend(Optional.of(state.root()), state.membership().trustDomain(), chain(file))
                        instanceof Roots.Trusted(TrustRoot newest, var _)
                ? newest
                : state.root();
    }

    private void followRoots(BundleFile file) throws IOException {
        TrustRoot newest = newestRoot(file);
        List<byte[]> chain = chain(file);
        int known = Math.toIntExact(state.root().version());
        if (newest.version() > known && chain.size() >= newest.version()) {
            state.follow(chain.subList(known, Math.toIntExact(newest.version())), newest);
        }
    }

    /** As the file has it: from version 1 on. */
    private static List<byte[]> chain(BundleFile file) throws IOException {
        List<byte[]> chain = new ArrayList<>();
        for (Descriptor root : file.delivery()
                .documents(Delivery.ROOT)
                .limit(Limits.ROOT_CHAIN)
                .toList()) {
            chain.add(file.read(root.digest(), Limits.ENVELOPE_BYTES));
        }
        return chain;
    }

    private FileVerdict content(
            FileVerdict.Accepted accepted, BundleFile file, byte[] envelope, boolean apply, Progress progress)
            throws IOException {
        FileContent content = FileContent.of(file, blobs, understood);
        try {
            content.collect(accepted.assignment());
            FileImages images = FileImages.of(accepted.assignment(), file, runtime);
            if (!apply) {
                return accepted.with(receipts.consider(file, newestRoot(file), false));
            }
            images.load(progress); // takes minutes, and harms nothing should the file be refused after all
        } catch (BundleFileException e) {
            return refused(FileReason.FILE_INCOMPLETE, String.valueOf(e.getMessage()));
        }
        return adopt(accepted, content, file, envelope);
    }

    private FileVerdict adopt(FileVerdict.Accepted accepted, FileContent content, BundleFile file, byte[] envelope)
            throws IOException {
        synchronized (blobs) { // housekeeping deletes what no adopted assignment names, also what was here a moment ago
            try {
                content.requireStillHere();
            } catch (BundleFileException e) {
                return refused(FileReason.FILE_INCOMPLETE, String.valueOf(e.getMessage()));
            }
            content.store();
            followRoots(file);
            return switch (adopter.consider(envelope)) {
                case Adoption.Refused(var reason, String detail, var _) ->
                    new FileVerdict.Refused(
                            reason.code(), detail); // the hub was quicker: a newer one came over the link meanwhile
                case Adoption.Adopted _, Adoption.Unchanged _ ->
                    accepted.with(receipts.consider(file, state.root(), true));
            };
        }
    }

    private static FileVerdict refused(FileReason reason, String detail) {
        return new FileVerdict.Refused(reason.code(), detail);
    }
}
