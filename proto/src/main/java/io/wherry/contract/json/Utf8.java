package io.wherry.contract.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;

/** Refuses bytes that are not UTF-8: a lenient decoder would put U+FFFD in their place and two documents would read alike. */
final class Utf8 {
    private Utf8() {}

    static void check(byte[] bytes) {
        try {
            UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            throw new JsonException("document: not UTF-8 (expected: UTF-8 without a byte-order mark)", e);
        }
    }
}
