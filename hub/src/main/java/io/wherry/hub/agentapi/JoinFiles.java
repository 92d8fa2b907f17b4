package io.wherry.hub.agentapi;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.JoinFile;
import io.wherry.hub.fleet.EnrolOutcome;
import io.wherry.hub.fleet.EnrolReason;
import io.wherry.hub.fleet.Enrolment;
import java.util.List;
import java.util.function.Supplier;

/** The same question and answer as the call {@code Enrol}, carried by hand. An operator stands for the connection. */
public final class JoinFiles {
    /** For the audit log, in the place of an address. */
    private static final String BY_FILE = "file";

    private final Enrolment enrolment;
    private final Supplier<List<byte[]>> roots;

    /** @param roots the chain of trust roots, version 1 first */
    public JoinFiles(Enrolment enrolment, Supplier<List<byte[]>> roots) {
        this.enrolment = enrolment;
        this.roots = roots;
    }

    /** What became of a request. The same one again gets the same answer. */
    public sealed interface Admission {
        /** @param identity the file for the site */
        record Admitted(String agent, String identity) implements Admission {}

        /** A person must compare the fingerprints and approve first. */
        record Waits(String agent, String fingerprint) implements Admission {}

        /** A person said no, for good. */
        record Denied() implements Admission {}

        record Refused(EnrolReason reason, String detail) implements Admission {}
    }

    /**
     * Takes a request.
     *
     * @param file its text
     * @throws BundleFileException if it is damaged, or no such file
     */
    public Admission admit(String file) {
        io.wherry.contract.v1.EnrolRequest request;
        try {
            request = io.wherry.contract.v1.EnrolRequest.parseFrom(JoinFile.read(JoinFile.Kind.REQUEST, file));
        } catch (InvalidProtocolBufferException e) {
            throw new BundleFileException("holds no request to join", e);
        }
        return switch (enrolment.enrol(Wire.request(request, BY_FILE))) {
            case EnrolOutcome.Enrolled enrolled ->
                new Admission.Admitted(
                        enrolled.agent().name(),
                        JoinFile.write(
                                JoinFile.Kind.IDENTITY,
                                Wire.reply(enrolled, roots.get()).toByteArray()));
            case EnrolOutcome.Pending pending ->
                new Admission.Waits(pending.agent().name(), pending.agent().fingerprint());
            case EnrolOutcome.Denied() -> new Admission.Denied();
            case EnrolOutcome.Refused(EnrolReason reason, String detail) -> new Admission.Refused(reason, detail);
        };
    }
}
