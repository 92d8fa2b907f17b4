package io.wherry.base.yaml;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.scanner.ScannerImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.tokens.ScalarToken;
import org.snakeyaml.engine.v2.tokens.Token;

/**
 * Blanks in block scalars that hold nothing else:
 *
 * <pre>
 * a: |-
 *       ⟵ some blanks
 * b: 1
 * </pre>
 *
 * YAML, kubectl and docker compose take {@code a} for empty, and templates of Helm write it often ({@code nindent} of nothing); the scanner of SnakeYAML Engine takes the line of {@code b} for the
 * first of {@code a}, and complains that it is indented less.
 */
final class EmptyBlocks {
    /** What the scanner says of it. */
    static final String COMPLAINT = "the leading empty lines contain more spaces";

    private static final Pattern HEADER = Pattern.compile("(?:.*[ :-])?[|>][+-]?[ \\t]*(?: #.*)?\\r?");

    private EmptyBlocks() {}

    /**
     * The text without those blanks; every line stays in its place.
     *
     * @throws org.snakeyaml.engine.v2.exceptions.YamlEngineException if something else is wrong with it
     */
    static String emptied(LoadSettings settings, String text) {
        String[] lines = text.split("\n", -1);
        Set<Integer> candidates = new TreeSet<>();
        for (int i = 0; i + 1 < lines.length; i++) {
            if (isBlank(lines[i + 1]) && HEADER.matcher(lines[i]).matches()) {
                candidates.add(i);
            }
        }
        // What only looks like a header may stand in another block, whose blanks count: the scanner tells them apart,
        // once the blanks of all of them are gone.
        ScannerImpl scanner = new ScannerImpl(settings, new StreamReader(settings, without(lines, candidates)));
        Set<Integer> empty = new TreeSet<>();
        while (scanner.hasNext()) {
            Token token = scanner.next();
            if (token instanceof ScalarToken scalar && isEmptyBlock(scalar)) {
                token.getStartMark().ifPresent(mark -> empty.add(mark.getLine()));
            }
        }
        candidates.retainAll(empty);
        return without(lines, candidates);
    }

    /** Of blanks alone, or of none; the last character may be of a line end of Windows. */
    private static boolean isBlank(String line) {
        return line.chars().allMatch(c -> c == ' ' || c == '\r');
    }

    private static boolean isEmptyBlock(ScalarToken scalar) {
        return (scalar.getStyle() == ScalarStyle.LITERAL || scalar.getStyle() == ScalarStyle.FOLDED)
                && scalar.getValue().isBlank();
    }

    private static String without(String[] lines, Set<Integer> headers) {
        String[] emptied = lines.clone();
        for (int header : headers) {
            for (int i = header + 1; i < lines.length && isBlank(lines[i]); i++) {
                emptied[i] = "";
            }
        }
        return String.join("\n", emptied);
    }
}
