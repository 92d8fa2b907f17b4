package io.wherry.contract;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonWriter;
import java.util.List;

/**
 * The frame of all signed documents: in-toto Statement, version 1 (docs/reference/bundle-format.md#statement).
 *
 * <p>Subjects are never empty and repeat what the predicate says, so that tools which know only in-toto see what a statement is about.
 */
public final class Statement {
    public static final String TYPE = "https://in-toto.io/Statement/v1";

    private static final String PREDICATES = "https://wherry.io/";
    public static final String RELEASE = PREDICATES + "release/v1";
    public static final String ASSIGNMENT = PREDICATES + "assignment/v1";
    public static final String RECEIPT = PREDICATES + "receipt/v1";
    public static final String ACKNOWLEDGEMENT = PREDICATES + "acknowledgement/v1";
    public static final String CHECKPOINT = PREDICATES + "checkpoint/v1";
    public static final String TRUST_ROOT = PREDICATES + "trust-root/v1";
    public static final String TRANSFER = PREDICATES + "transfer/v1";

    private Statement() {}

    /**
     * What a statement is about.
     *
     * @param name   {@code agent/ID}, {@code stack/ID}, {@code log/ORIGIN}, {@code key/ID}, or what a transfer file brings
     * @param digest a digest that the predicate holds too
     */
    record Subject(String name, Digest digest) {
        Json toJson() {
            return Json.object()
                    .put("name", name)
                    .put("digest", Json.object().put("sha256", digest.hex()).build())
                    .build();
        }

        static Subject parse(Json.Obj subject) {
            Json.Obj digest = subject.object("digest");
            if (digest.fields().size() != 1) {
                throw new JsonException("subject.digest: several (expected: sha256 alone)");
            }
            return new Subject(subject.string("name"), new Digest(digest.string("sha256")));
        }
    }

    /** The canonical bytes (RFC 8785): what is signed, and whose SHA-256 is the document's name. */
    static byte[] bytes(String predicateType, List<Subject> subjects, Json.Obj predicate) {
        return JsonWriter.canonical(Json.object()
                .put("_type", TYPE)
                .put("predicateType", predicateType)
                .put(
                        "subject",
                        new Json.Arr(subjects.stream().map(Subject::toJson).toList()))
                .put("predicate", predicate)
                .build());
    }

    /** The predicate type a statement claims. @throws JsonException if it is no in-toto Statement, version 1 */
    public static String predicateType(Json.Obj statement) {
        String type = statement.string("_type");
        if (!type.equals(TYPE)) {
            throw new JsonException("_type: " + type + " (expected: " + TYPE + ")");
        }
        return statement.string("predicateType");
    }

    /** The predicate of the type the call site expects. @throws JsonException for any other */
    static Json.Obj predicate(Json.Obj statement, String expectedType) {
        String type = predicateType(statement);
        if (!type.equals(expectedType)) {
            throw new JsonException("predicateType: " + type + " (expected: " + expectedType + ")");
        }
        return statement.object("predicate");
    }

    /** @throws JsonException if the subjects are not exactly those that follow from the predicate */
    static void checkSubjects(Json.Obj statement, List<Subject> expected) {
        List<Subject> subjects;
        try {
            subjects = statement.objects("subject").stream().map(Subject::parse).toList();
        } catch (IllegalArgumentException e) {
            throw new JsonException("subject: " + e.getMessage(), e);
        }
        if (!subjects.equals(expected)) {
            throw new JsonException("subject: " + subjects + " (expected: what the predicate says, " + expected + ")");
        }
    }
}
