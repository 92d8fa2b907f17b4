package io.wherry.hub.audit;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The three streams; each record is in exactly one. */
public enum AuditStream {
    /** What people and their keys did. */
    USER("user"),
    /** What was refused or waived. */
    POLICY("policy"),
    /** What moved from sources to sites. */
    SYNC("sync");

    private final String word;

    AuditStream(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    public static Optional<AuditStream> find(String word) {
        return Arrays.stream(values())
                .filter(stream -> stream.word.equals(word))
                .findFirst();
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(AuditStream::word).toList();
    }
}
