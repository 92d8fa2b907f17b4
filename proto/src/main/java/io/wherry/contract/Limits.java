package io.wherry.contract;

import java.time.Duration;

/**
 * The limits of the contract, checked before anything is parsed or stored (docs/reference/bundle-format.md#limits).
 *
 * <p>A writer keeps them too: a document above one of them would be refused by every reader.
 */
public final class Limits {
    /** 512 KiB of payload: an assignment of 256 stacks with 1 KiB of variables each, twice over; fits a gRPC message of 1 MiB in base64. */
    public static final int STATEMENT_BYTES = 512 << 10;

    /** 256 KiB of payload: 256 stacks with their images and differences; three still fit one report. */
    public static final int RECEIPT_BYTES = 256 << 10;

    /** 700 KiB: {@link #STATEMENT_BYTES} in base64 is 699,052 bytes; the rest holds {@link #SIGNATURES} and the frame. */
    public static final int ENVELOPE_BYTES = 700 << 10;

    /** 350 KiB: {@link #RECEIPT_BYTES} in base64 is 349,528 bytes; the rest holds the signature and the frame. */
    public static final int RECEIPT_ENVELOPE_BYTES = 350 << 10;

    /** 8 KiB: a checkpoint is below 1 KiB; the rest holds {@link #SIGNATURES}. */
    public static final int CHECKPOINT_ENVELOPE_BYTES = 8 << 10;

    /** 8 KiB: an acknowledgement is below 1 KiB; the rest holds {@link #SIGNATURES}. */
    public static final int ACKNOWLEDGEMENT_ENVELOPE_BYTES = 8 << 10;

    /** 16: more than any approval rule asks for; each costs a verification, so a list without end would be a cheap attack. */
    public static final int SIGNATURES = 16;

    /** 72 bytes: the longest DER of an ECDSA P-256 signature (two integers of 33 bytes, 2 bytes each before them, 2 for the sequence). */
    public static final int SIGNATURE_BYTES = 72;

    /** 256: more stacks than one site runs; bounds what one assignment makes an agent do. */
    public static final int ENTRIES = 256;

    /** 1 MiB: 4,096 layers at 200 bytes each and their annotations. */
    public static final int MANIFEST_BYTES = 1 << 20;

    /** 4,096 blobs: a stack with more files wants an image. */
    public static final int LAYERS = 4096;

    /** 4,096 names: what a stack can stop declaring at once; a larger removal is done in steps. */
    public static final int DELETE_PERMISSIONS = 4096;

    /** 64 MiB: what a site on a 2 Mbit/s link fetches in about five minutes. Images do not count. */
    public static final long BUNDLE_BYTES = 64L << 20;

    /** 16 MiB: files of the Git tree in one bundle (design: "limit 16 MiB a stack"); more belongs into an image or a volume. */
    public static final long FILES_BYTES = 16L << 20;

    /** 4 MiB: the Compose model of one stack; the largest public examples are below 200 KiB. */
    public static final long MODEL_BYTES = 4L << 20;

    /**
     * 16 MiB: the objects of one Kubernetes stack; 10,000 of the usual 1.5 KiB, or the definitions of some large operators. A cluster's own
     * store holds 2 GiB.
     */
    public static final long OBJECTS_BYTES = 16L << 20;

    /** 100,000: manifests in a set of bundles, one per distinct value set of a stack. */
    public static final long BUNDLE_SET = 100_000;

    /** 64 steps: an RFC 6962 proof over 2^53 leaves has 53. */
    public static final int PROOF_STEPS = 64;

    /** 256: variables of one entry, and site variables of one release. */
    public static final int VARIABLES = 256;

    /** 4,096 characters: the value of one variable; more is a file. */
    public static final int VARIABLE_CHARS = 4096;

    /** 16: logins for registries of one entry. */
    public static final int REGISTRY_LOGINS = 16;

    /** 64: sealed secrets of one entry. */
    public static final int SEALED_SECRETS = 64;

    /** What a site answers to a question what runs there: a Compose file of some hundred services. */
    public static final int EXPORT_BYTES = 512 << 10;

    /** 256 KiB: the model in a plan's question to a site, beside the assignment in one message of the hub; the largest public examples are smaller. */
    public static final int COMPARE_BYTES = 256 << 10;

    /** 256 KiB: a question to a site, packed; with that the 4 MiB of JSON of a stack of 2,000 objects. */
    public static final int QUESTION_BYTES = 256 << 10;

    /** The largest model and some names. */
    public static final int QUESTION_PLAIN_BYTES = (int) OBJECTS_BYTES + (1 << 20);

    /** 4 MiB: an answer to a question, unpacked; packed it has {@link #EXPORT_BYTES}. */
    public static final int ANSWER_PLAIN_BYTES = 4 << 20;

    /** 64 KiB: plaintext of one secret and the 16 bytes of its tag; a certificate chain with its key is below 16 KiB. */
    public static final int SEALED_BYTES = (64 << 10) + 16;

    /** 16: windows of one policy for the beginning of new content, and policies with windows that one entry keeps. */
    public static final int SYNC_WINDOWS = 16;

    /** 16: addresses of hubs in an assignment or a join token. */
    public static final int HUBS = 16;

    /** 64: names in {@code crit}, {@code understands} and {@code requires}, each at most {@link #FEATURE_CHARS}. */
    public static final int FEATURES = 64;

    /** 64 characters: the name of a feature, and a reason code. */
    public static final int FEATURE_CHARS = 64;

    /** 64: environments of a release, and of the release role of a root. */
    public static final int ENVIRONMENTS = 64;

    /** 63 characters: names follow DNS labels, so that they fit host names, labels and file names. */
    public static final int NAME_CHARS = 63;

    /** 1,024 characters: one sentence for a person. */
    public static final int SENTENCE_CHARS = 1024;

    /** 2,048 characters: an address, a reference or a path of a source. */
    public static final int LOCATION_CHARS = 2048;

    /** 1,024 characters: a path in the project directory; Linux allows 4,096 for the whole of it. */
    public static final int PATH_CHARS = 1024;

    /** 64: differences told per stack; the first ones explain the rest. */
    public static final int DIFFERENCES = 64;

    /** 64: gaps told per stack; a stack that stops more services than that is down as a whole. */
    public static final int GAPS = 64;

    /** 256: services of a stack whose images a receipt names. */
    public static final int IMAGES = 256;

    /** Images that a bundle file brings for one agent. */
    public static final int CARRIED_IMAGES = 256;

    /** A blob of a container image: what the header of a tar can say. */
    public static final long IMAGE_BLOB_BYTES = (8L << 30) - 1;

    /** 64: keys of one trust root. */
    public static final int KEYS = 64;

    /** 64: envelopes of a root chain in one call; a longer chain comes in pieces. */
    public static final int ROOT_CHAIN = 64;

    /** 400 days: the longest an assignment is valid; for sites that get a file once a year. */
    public static final Duration VALIDITY = Duration.ofDays(400);

    /** 2^53 - 1: RFC 8785 keeps whole numbers exact only up to here. */
    public static final long INTEGER = (1L << 53) - 1;

    private Limits() {}
}
