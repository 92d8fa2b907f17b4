package io.wherry.hub.transfer;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import io.wherry.contract.Digest;
import io.wherry.contract.TransferList.NamedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Files into a folder: each under a temporary name first, synced, then renamed. */
final class FileImport {
    private final TransferFile file;
    private final ImportRequest request;
    private final List<NamedFile> wanted = new ArrayList<>();

    FileImport(TransferFile file, ImportRequest request) {
        this.file = file;
        this.request = request;
    }

    List<Item> look() throws IOException {
        List<Item> items = new ArrayList<>();
        for (NamedFile named : file.list().files()) {
            String thing = "file/" + named.name();
            Item item = request.files().isEmpty()
                    ? new Item(thing, Item.Change.SKIPPED, "no --files was given")
                    : judged(thing, named, request.files().get().resolve(named.name()));
            if (item.isWork()) {
                wanted.add(named);
            }
            items.add(item);
        }
        return items;
    }

    private Item judged(String thing, NamedFile named, Path target) throws IOException {
        Optional<Digest> there = digest(target);
        if (there.isPresent() && there.get().equals(named.content())) {
            return Item.unchanged(thing);
        }
        if (!file.brings(named.content())) {
            return new Item(
                    thing,
                    Item.Change.REFUSED,
                    "was brought by an earlier file, which " + target + " does not have: import that first");
        }
        if (there.isEmpty()) {
            return new Item(thing, Item.Change.CREATED, "");
        }
        return request.force().contains(named.name())
                ? new Item(thing, Item.Change.FORCED, "another one was there")
                : new Item(
                        thing,
                        Item.Change.REFUSED,
                        target + " is another one; it would be lost: --force " + named.name());
    }

    /** Of what is there; something that is no plain file has a digest that no file has. */
    private static Optional<Digest> digest(Path target) throws IOException {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(target + ": is no plain file");
        }
        try (InputStream in = Files.newInputStream(target)) {
            return Optional.of(Digest.of(in));
        }
    }

    void carryOut() throws IOException {
        if (wanted.isEmpty()) {
            return;
        }
        Path folder = request.files().orElseThrow().toAbsolutePath();
        Files.createDirectories(folder);
        for (NamedFile named : wanted) {
            Path part = folder.resolve("." + named.name() + ".part");
            try (InputStream in = file.open(named.content());
                    FileChannel channel = FileChannel.open(part, CREATE, TRUNCATE_EXISTING, WRITE)) {
                in.transferTo(Channels.newOutputStream(channel));
                channel.force(true);
            } catch (RuntimeException e) {
                Files.deleteIfExists(part);
                throw e;
            } catch (IOException e) {
                Files.deleteIfExists(part);
                throw new IOException(folder.resolve(named.name()) + ": " + Causes.words(e), e);
            }
            DurableFiles.move(part, folder.resolve(named.name()));
        }
    }
}
