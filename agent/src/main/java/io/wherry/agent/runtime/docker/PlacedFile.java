package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.file.TarWriter;
import io.wherry.contract.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A file that is put into a container before it starts, as Compose does: it has the owner and the mode that the service asks for, which a file that is
 * mounted from the project directory cannot have, since the agent is not root.
 *
 * @param path   in the container, without its first slash
 * @param access as the service asks; 0444 and root where it says nothing
 */
record PlacedFile(String path, TarWriter.Access access, byte[] content) {
    private static final int READ_BY_ALL = 0444;

    /** Those of a service, in the order of the model. @throws ModelException naming a grant that cannot be carried out */
    static List<PlacedFile> of(ComposeModel model, ComposeService service) {
        List<PlacedFile> files = new ArrayList<>();
        for (Json.Obj grant : service.raw().objects("configs")) {
            ConfigFiles.placed(grant, model.configs())
                    .ifPresent(config -> files.add(
                            of("services." + service.name() + ".configs." + grant.string("source"), grant, config)));
        }
        return files;
    }

    /** Whether a service has any, without reading them. */
    static boolean isIn(ComposeModel model, ComposeService service) {
        return service.raw().objects("configs").stream()
                .anyMatch(grant -> ConfigFiles.placed(grant, model.configs()).isPresent());
    }

    private static PlacedFile of(String where, Json.Obj grant, Json.Obj config) {
        String path = grant.findString("target").orElse(grant.string("source")).replaceFirst("^/+", "");
        if (path.isEmpty()
                || path.length() > TarWriter.MAX_NAME_BYTES
                || !US_ASCII.newEncoder().canEncode(path)) {
            throw ModelException.invalid(
                    where + ".target: " + path + " (expected: 1 to " + TarWriter.MAX_NAME_BYTES + " ASCII characters)");
        }
        TarWriter.Access access = new TarWriter.Access(
                number(where + ".mode", grant.findString("mode").orElse(Integer.toOctalString(READ_BY_ALL)), 8, 07777),
                number(where + ".uid", grant.findString("uid").orElse("0"), 10, TarWriter.MAX_OWNER),
                number(where + ".gid", grant.findString("gid").orElse("0"), 10, TarWriter.MAX_OWNER));
        return new PlacedFile(path, access, config.string("content").getBytes(UTF_8));
    }

    private static int number(String where, String text, int radix, int most) {
        int number = text.matches(radix == 8 ? "[0-7]{1,8}" : "[0-9]{1,8}") ? Integer.parseInt(text, radix) : -1;
        if (number < 0 || number > most) {
            throw ModelException.invalid(
                    where + ": " + text + " (expected: 0 to " + Integer.toString(most, radix) + ")");
        }
        return number;
    }

    /** All of them as the engine takes them. */
    static byte[] archive(List<PlacedFile> files) {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        TarWriter tar = new TarWriter(archive);
        try {
            for (PlacedFile file : files) {
                tar.entry(file.path, file.access, file.content);
            }
            tar.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory: it cannot be
        }
        return archive.toByteArray();
    }
}
