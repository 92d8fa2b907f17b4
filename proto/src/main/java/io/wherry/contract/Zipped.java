package io.wherry.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** JSON as gzip, for questions to sites and their answers: objects of a cluster say the same words over and over. */
public final class Zipped {
    private Zipped() {}

    public static byte[] of(Json.Obj json) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(JsonWriter.compact(json).getBytes(UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("gzip: failed (expected: never, in memory)", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads it back.
     *
     * @param mostBytes unpacked: whoever sent it may have packed anything
     * @throws JsonException if it is larger, no gzip, or no JSON object
     */
    public static Json.Obj read(byte[] bytes, int mostBytes) {
        try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            byte[] plain = gzip.readNBytes(mostBytes + 1);
            if (plain.length > mostBytes) {
                throw new JsonException("unpacked: more than " + mostBytes + " bytes");
            }
            return JsonReader.object(plain);
        } catch (IOException e) {
            throw new JsonException("not gzip: " + e.getMessage());
        }
    }
}
