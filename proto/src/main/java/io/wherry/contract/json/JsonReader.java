package io.wherry.contract.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.wherry.base.Causes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Reads JSON strictly, in two tempers: signed documents of the contract, and ordinary documents (requests, Compose models). */
public final class JsonReader {
    /** Depth of a signed document: the deepest the contract defines is 9; more is an attack on a recursive parser. */
    public static final int MAX_STATEMENT_DEPTH = 16;

    /** Depth of an ordinary document: Compose models with long {@code x-} trees stay far below. */
    public static final int MAX_DOCUMENT_DEPTH = 64;

    /** RFC 8785 keeps whole numbers exact only below 2^53. */
    private static final long MAX_INTEGER = (1L << 53) - 1;

    private static final JsonFactory STATEMENTS = factory(MAX_STATEMENT_DEPTH);
    private static final JsonFactory DOCUMENTS = factory(MAX_DOCUMENT_DEPTH);

    private JsonReader() {}

    private static JsonFactory factory(int depth) {
        return JsonFactory.builder()
                // Names come from strangers: neither the JVM's table of strings nor the factory's shall remember them.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(depth)
                        .maxNumberLength(64)
                        .maxStringLength(16 << 20)
                        .maxNameLength(4096)
                        .build())
                .build();
    }

    /**
     * Reads a signed document: one object in UTF-8; no byte-order mark, duplicate key, fraction, exponent, -0, number from 2^53, lone
     * surrogate, trailing byte or depth above {@link #MAX_STATEMENT_DEPTH}.
     *
     * @throws JsonException naming what was wrong
     */
    public static Json.Obj statement(byte[] bytes, int maxBytes) {
        if (bytes.length > maxBytes) {
            throw new JsonException("document: " + bytes.length + " bytes (expected: at most " + maxBytes + ")");
        }
        if (bytes.length == 0 || bytes[0] != '{') {
            throw new JsonException(
                    "document: does not begin with { (expected: one JSON object, no byte-order mark, no blank before it)");
        }
        return asObject(read(STATEMENTS, bytes, true));
    }

    /** Reads an ordinary document. @throws JsonException naming what was wrong */
    public static Json document(byte[] bytes) {
        return read(DOCUMENTS, bytes, false);
    }

    /** Reads an ordinary document that must be an object. @throws JsonException naming what was wrong */
    public static Json.Obj object(byte[] bytes) {
        return asObject(document(bytes));
    }

    private static Json.Obj asObject(Json value) {
        return value instanceof Json.Obj object
                ? object
                : JsonException.raise("document: not an object (expected: one JSON object)");
    }

    private static Json read(JsonFactory factory, byte[] bytes, boolean strict) {
        Utf8.check(bytes);
        try (JsonParser parser = factory.createParser(bytes)) {
            if (parser.nextToken() == null) {
                throw new JsonException("document: empty (expected: a JSON value)");
            }
            Json value = value(parser, strict, new Texts());
            if (parser.nextToken() != null) {
                throw new JsonException("document: more than one value (expected: nothing after the first)");
            }
            if (strict && bytes[bytes.length - 1] != '}') {
                throw new JsonException("document: trailing bytes (expected: nothing after the closing brace)");
            }
            return value;
        } catch (IOException e) {
            throw new JsonException("document: not valid JSON: " + words(e), e);
        }
    }

    private static Json value(JsonParser parser, boolean strict, Texts texts) throws IOException {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> object(parser, strict, texts);
            case START_ARRAY -> array(parser, strict, texts);
            case VALUE_STRING -> texts.value(text(parser.getText()));
            case VALUE_NUMBER_INT -> integer(parser, strict);
            case VALUE_NUMBER_FLOAT -> {
                if (strict) {
                    throw new JsonException(
                            "number: " + parser.getText() + " (expected: a whole number without fraction or exponent)");
                }
                yield new Json.Dec(parser.getDecimalValue());
            }
            case VALUE_TRUE -> new Json.Bool(true);
            case VALUE_FALSE -> new Json.Bool(false);
            case VALUE_NULL -> new Json.Null();
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new JsonException("document: " + token + " (expected: a value)");
        };
    }

    private static Json integer(JsonParser parser, boolean strict) throws IOException {
        String digits = parser.getText();
        if (digits.equals("-0")) {
            throw new JsonException("number: -0 (expected: 0)");
        }
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            if (strict) {
                throw new JsonException("number: " + digits + " (expected: below 2^53)");
            }
            return new Json.Dec(parser.getDecimalValue());
        }
        long number = parser.getLongValue();
        if (strict && (number > MAX_INTEGER || number < -MAX_INTEGER)) {
            throw new JsonException("number: " + digits + " (expected: below 2^53)");
        }
        return new Json.Int(number);
    }

    private static Json object(JsonParser parser, boolean strict, Texts texts) throws IOException {
        SequencedMap<String, Json> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = texts.name(text(parser.currentName()));
            parser.nextToken();
            fields.put(key, value(parser, strict, texts));
        }
        return new Json.Obj(fields);
    }

    private static Json array(JsonParser parser, boolean strict, Texts texts) throws IOException {
        List<Json> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(parser, strict, texts));
        }
        return new Json.Arr(items);
    }

    /** Escapes can spell half a surrogate pair; such a text has no UTF-8 form, so two readers could disagree about it. */
    private static String text(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new JsonException("text: lone surrogate at " + i + " (expected: whole Unicode characters)");
            }
        }
        return text;
    }

    /** What is wrong and where. The parser's own message also speaks of its settings. */
    private static String words(IOException e) {
        if (!(e instanceof JsonProcessingException syntax) || syntax.getOriginalMessage() == null) {
            return Causes.words(e);
        }
        String what = syntax.getOriginalMessage()
                .lines()
                .findFirst()
                .orElse("")
                .replaceAll(" ?\\((start marker at )?\\[Source: [^\\]]*]\\)", "");
        JsonLocation at = syntax.getLocation();
        return at == null ? what : what + " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }
}
