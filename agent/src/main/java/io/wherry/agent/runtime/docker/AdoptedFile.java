package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.base.DurableFiles;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where it is kept what a stack has taken over: a file beside its project directory, written durably before anything is done with those objects. No file:
 * nothing was taken over.
 */
final class AdoptedFile {
    private final Path file;

    private AdoptedFile(Path file) {
        this.file = file;
    }

    static AdoptedFile of(Deployment.Identity identity) {
        Path directory = identity.directory().toAbsolutePath().normalize();
        return new AdoptedFile(directory.resolveSibling(directory.getFileName() + ".adopted.json"));
    }

    /** @throws RuntimeUnavailable if it is there and cannot be read: without it nobody knows whose the objects are */
    Adopted read() {
        try {
            return Files.exists(file) ? Adopted.parse(JsonReader.object(Files.readAllBytes(file))) : Adopted.NONE;
        } catch (IOException e) {
            throw new RuntimeUnavailable(
                    RuntimeReason.FILE_UNWRITABLE, file + ": cannot be read: " + e.getMessage(), e);
        } catch (JsonException | IllegalArgumentException e) {
            throw new RuntimeUnavailable(
                    RuntimeReason.FILE_UNWRITABLE,
                    file + ": damaged: " + e.getMessage()
                            + ". Put it back from a copy, or remove it: what was taken over is then somebody else's again",
                    e);
        }
    }

    /** Replaces it, durably; nothing happens where it says the same. @throws IOException naming the file */
    void write(Adopted adopted) throws IOException {
        if (adopted.equals(read())) {
            return;
        }
        Path folder = file.getParent();
        if (adopted.isEmpty()) {
            Files.deleteIfExists(file);
            if (folder != null) {
                DurableFiles.syncDirectory(folder);
            }
            return;
        }
        if (folder != null) {
            Files.createDirectories(folder);
        }
        DurableFiles.write(file, JsonWriter.pretty(adopted.toJson()).getBytes(UTF_8));
    }
}
