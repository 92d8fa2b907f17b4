package io.wherry.base.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads YAML strictly: UTF-8 only, no key twice, no tag but {@code !reset}, {@code !override} and {@code !!str}, bounded in size, depth and
 * in what its aliases expand to. Every node and every problem knows its place.
 */
public final class Yaml {
    /** Of a file of people: {@link YamlLimits#DEFAULT}. */
    public static final int MAX_BYTES = YamlLimits.DEFAULT.bytes();

    private Yaml() {}

    /**
     * The one document of a file. An empty file is a null scalar.
     *
     * @param file the name for positions
     * @throws YamlException with every problem, if the bytes are not one document of strict YAML
     */
    public static YamlNode parse(String file, byte[] bytes) {
        List<YamlNode> documents = parseAll(file, bytes);
        if (documents.size() > 1) {
            throw new YamlException(new Problem(
                    documents.get(1).at(), "a second document begins here", "split it into files of its own"));
        }
        return documents.isEmpty() ? new YamlNode.Scalar("", true, "", new Position(file, 1, 1)) : documents.getFirst();
    }

    /**
     * All documents of a file, separated by {@code ---}; none if it is empty.
     *
     * @throws YamlException with every problem, if the bytes are not strict YAML
     */
    public static List<YamlNode> parseAll(String file, byte[] bytes) {
        return parseAll(file, bytes, YamlLimits.DEFAULT);
    }

    /** As {@link #parseAll(String, byte[])}, with limits of its own. */
    public static List<YamlNode> parseAll(String file, byte[] bytes, YamlLimits limits) {
        if (bytes.length > limits.bytes()) {
            throw new YamlException(new Problem(
                    Position.of(file), bytes.length + " bytes are too many", "at most " + limits.bytes() + " bytes"));
        }
        String text = decode(file, bytes);
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setCodePointLimit(limits.bytes())
                .build();
        try {
            return documents(file, text, settings, limits);
        } catch (MarkedYamlEngineException e) {
            throw new YamlException(syntaxProblem(file, text, e));
        } catch (ReaderException e) {
            throw new YamlException(new Problem(
                    placeOf(file, text, e.getPosition()),
                    String.format("character U+%04X is not allowed in YAML", e.getCodePoint()),
                    "write it as an escape in double quotes"));
        } catch (YamlEngineException e) {
            throw new YamlException(Problem.of(Position.of(file), oneLine(String.valueOf(e.getMessage()))));
        }
    }

    private static List<YamlNode> documents(String file, String text, LoadSettings settings, YamlLimits limits) {
        try {
            return read(file, text, settings, limits);
        } catch (MarkedYamlEngineException e) {
            if (String.valueOf(e.getProblem()).contains(EmptyBlocks.COMPLAINT)) {
                return read(file, EmptyBlocks.emptied(settings, text), settings, limits);
            }
            throw e;
        }
    }

    private static List<YamlNode> read(String file, String text, LoadSettings settings, YamlLimits limits) {
        var events = new ParserImpl(settings, new StreamReader(settings, text));
        return new NodeReader(file, events, limits).documents();
    }

    private static String decode(String file, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            String text = UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(in)
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            String before = new String(bytes, 0, in.position(), UTF_8);
            throw new YamlException(new Problem(
                    placeOf(file, before, before.length()), "a byte that is not UTF-8", "save the file as UTF-8"));
        }
    }

    private static Problem syntaxProblem(String file, String text, MarkedYamlEngineException e) {
        Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
        Position at = mark.map(m -> new Position(file, m.getLine() + 1, m.getColumn() + 1))
                .orElse(Position.of(file));
        Optional<Position> tab = tabInIndentation(text, at);
        if (tab.isPresent()) {
            return new Problem(tab.get(), "a tab in the indentation", "YAML indents with blanks only");
        }
        String context = e.getContext() == null ? "" : oneLine(e.getContext()) + ": ";
        return Problem.of(at, context + oneLine(String.valueOf(e.getProblem())));
    }

    /** A tab is invisible and the usual cause of an error on its line or just below it: name it instead of its consequence. */
    private static Optional<Position> tabInIndentation(String text, Position at) {
        String[] lines = text.split("\n", -1);
        for (int line = Math.min(at.line(), lines.length); line >= Math.max(1, at.line() - 1); line--) {
            String written = lines[line - 1];
            for (int column = 0;
                    column < written.length() && Character.isWhitespace(written.charAt(column));
                    column++) {
                if (written.charAt(column) == '\t') {
                    return Optional.of(new Position(at.file(), line, column + 1));
                }
            }
        }
        return Optional.empty();
    }

    private static Position placeOf(String file, String text, int index) {
        String before = text.substring(0, Math.min(index, text.length()));
        int lineStart = before.lastIndexOf('\n') + 1;
        return new Position(
                file, (int) before.chars().filter(c -> c == '\n').count() + 1, before.length() - lineStart + 1);
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
