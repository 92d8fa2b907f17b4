package io.wherry.agent.state;

import io.wherry.agent.runtime.BroughtImage;
import io.wherry.agent.runtime.ImageLedger;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/** The images that this agent brought: file {@code images.json}. */
public final class ImageRecords implements ImageLedger {
    static final String FILE = "images.json";

    private static final long VERSION = 1;

    /** A hundred stacks with ten images of five releases each; the file has a megabyte then. The oldest is forgotten first, and its image stays. */
    private static final int MAX_IMAGES = 5000;

    private static final Logger LOG = System.getLogger(ImageRecords.class.getName());

    private final Path file;
    private final DurableStore store;
    private List<BroughtImage> images;

    public ImageRecords(StateFolder folder, DurableStore store) {
        this.file = folder.resolve(FILE);
        this.store = store;
        this.images = Files.exists(file) ? read(file) : List.of();
    }

    /** What cannot be read is forgotten: its images stay on the runtime, which harms nobody but the disk. */
    private static List<BroughtImage> read(Path file) {
        try {
            Json.Obj json = JsonReader.object(DurableStore.read(file));
            if (json.integer("version") != VERSION) {
                throw new IllegalArgumentException(
                        "version: " + json.integer("version") + " (expected: " + VERSION + ")");
            }
            return json.objects("images").stream().map(ImageRecords::image).toList();
        } catch (JsonException | IllegalArgumentException | DateTimeParseException e) {
            LOG.log(
                    Level.ERROR,
                    file + ": cannot be read: " + e.getMessage()
                            + "; old images that were brought before now stay until a person removes them");
            return List.of();
        }
    }

    private static BroughtImage image(Json.Obj json) {
        return new BroughtImage(
                json.findString("stack").map(StackId::parse),
                json.string("name"),
                json.string("id"),
                json.string("before"),
                Instant.parse(json.string("usedAt")));
    }

    private static Json json(BroughtImage image) {
        return Json.object()
                .putIf("stack", image.stack().map(StackId::value))
                .put("name", image.name())
                .put("id", image.id())
                .put("before", image.before())
                .put("usedAt", image.usedAt().toString())
                .build();
    }

    @Override
    public synchronized List<BroughtImage> all() {
        return images;
    }

    @Override
    public synchronized void put(BroughtImage image) {
        List<BroughtImage> next = without(image);
        next.add(image);
        write(next.size() <= MAX_IMAGES ? next : next.subList(next.size() - MAX_IMAGES, next.size()));
    }

    @Override
    public synchronized void remove(BroughtImage image) {
        List<BroughtImage> next = without(image);
        if (next.size() < images.size()) {
            write(next);
        }
    }

    private List<BroughtImage> without(BroughtImage image) {
        return new ArrayList<>(
                images.stream().filter(one -> !one.isSameAs(image)).toList());
    }

    private void write(List<BroughtImage> next) {
        Json.Obj json = Json.object()
                .put("version", VERSION)
                .put(
                        "images",
                        new Json.Arr(next.stream().map(ImageRecords::json).toList()))
                .build();
        store.write(file, JsonWriter.canonical(json));
        images = List.copyOf(next);
    }
}
