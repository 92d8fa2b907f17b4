package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * An answer to a list, read item by item: a thousand objects as one tree are ten times their bytes, and most of it is thrown away at once. Only where
 * items begin and end is looked for here; each of them is read by the strict reader, and so is what is around them.
 */
final class ListPage {
    private static final String ITEMS = "\"items\"";

    private final byte[] bytes;
    private final Consumer<Json.Obj> each;
    private final ByteArrayOutputStream around = new ByteArrayOutputStream();
    private int at;
    private int depth;

    private ListPage(byte[] bytes, Consumer<Json.Obj> each) {
        this.bytes = bytes;
        this.each = each;
    }

    /**
     * Hands on each of {@code items}, in order.
     *
     * @return the list without its items
     * @throws JsonException if it is no list
     */
    static Json.Obj read(byte[] answer, Consumer<Json.Obj> each) {
        return new ListPage(answer, each).read();
    }

    private Json.Obj read() {
        int copied = 0;
        boolean items = false; // whether the value that follows is that of "items"
        while (at < bytes.length) {
            byte here = bytes[at];
            if (here == '"') {
                int from = at;
                skipText();
                items = depth == 1 && ITEMS.equals(new String(bytes, from, at - from, UTF_8));
                continue;
            }
            if (here == '[' && items && depth == 1) {
                around.write(bytes, copied, at + 1 - copied);
                at++;
                readItems();
                copied = at;
                items = false;
                continue;
            }
            depth += here == '{' || here == '[' ? 1 : here == '}' || here == ']' ? -1 : 0;
            items &= here == ':' || here == ' ' || here == '\n' || here == '\r' || here == '\t';
            at++;
        }
        around.write(bytes, copied, bytes.length - copied);
        return JsonReader.object(around.toByteArray());
    }

    /** From behind the opening bracket to the closing one. */
    private void readItems() {
        int from = at;
        int inner = 0;
        for (; at < bytes.length; at++) {
            byte here = bytes[at];
            if (here == '"') {
                skipText();
                at--;
            } else if (here == '{' || here == '[') {
                if (inner++ == 0) {
                    from = at;
                }
            } else if (here == ']' && inner == 0) {
                return;
            } else if (here == '}' || here == ']') {
                if (--inner == 0) {
                    each.accept(JsonReader.object(Arrays.copyOfRange(bytes, from, at + 1)));
                }
            }
        }
        throw new JsonException("items: the list does not end (expected: a closing bracket)");
    }

    /** From an opening quotation mark to behind the closing one, or to the end. */
    private void skipText() {
        at++;
        while (at < bytes.length && bytes[at] != '"') {
            at += bytes[at] == '\\' ? 2 : 1;
        }
        at = Math.min(at + 1, bytes.length);
    }
}
