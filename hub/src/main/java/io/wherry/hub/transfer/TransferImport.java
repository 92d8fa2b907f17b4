package io.wherry.hub.transfer;

import io.wherry.base.ExitCode;
import io.wherry.base.Progress;
import io.wherry.base.ShutdownHook;
import io.wherry.contract.TransferList;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.source.GitPeerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Gives what a verified file brings to the servers inside: first it looks at all of them, then it writes. Images and files go before repositories, since
 * a hub that watches these deploys what they name.
 */
public final class TransferImport implements AutoCloseable {
    private final TransferFile file;
    private final ImportRequest request;
    private final Path room;
    private final ShutdownHook.Armed tidied;
    private final FileImport files;
    private final Optional<ImageImport> images;
    private final List<RepositoryImport> repositories = new ArrayList<>();

    private TransferImport(TransferFile file, ImportRequest request, Access access, InstantSource clock, Path room) {
        this.file = file;
        this.request = request;
        this.room = room;
        this.tidied = Folders.tidied(room);
        this.files = new FileImport(file, request);
        this.images = request.registry().map(host -> new ImageImport(file, access.registry(), host));
        for (TransferList.Repository repository : file.list().repositories()) {
            String place = request.repositories().get(repository.name());
            if (place != null) {
                RepositoryArgument.requireReached(place);
                repositories.add(new RepositoryImport(file, repository, access.repository(place), place, room, clock));
            }
        }
    }

    /**
     * Prepares an import.
     *
     * @param file verified; stays the caller's to close
     * @throws TransferException if the request names what the file does not have, or there is no room
     */
    public static TransferImport of(TransferFile file, ImportRequest request, Access access, InstantSource clock) {
        requireKnown(file.list(), request);
        try {
            return new TransferImport(file, request, access, clock, Files.createTempDirectory("wherry-transfer"));
        } catch (IOException e) {
            throw TransferException.failed(
                    "no temporary folder can be made: " + TransferException.words(e), "is there room?", e);
        }
    }

    private static void requireKnown(TransferList list, ImportRequest request) {
        if (!request.hasTarget()) {
            throw TransferException.usage(
                    "where to?", "give --repo-target NAME=URL_OR_DIR, --registry HOST or --files DIR");
        }
        request.files()
                .filter(folder -> Files.exists(folder) && !Files.isDirectory(folder))
                .ifPresent(file -> {
                    throw TransferException.usage(
                            "--files " + file + ": is no folder", "name the folder that the files go into");
                });
        Set<String> known = new TreeSet<>();
        list.repositories().forEach(repository -> known.add(repository.name()));
        for (String name : new TreeSet<>(request.repositories().keySet())) {
            if (!known.contains(name)) {
                throw new TransferException(
                        ExitCode.NOT_FOUND,
                        "--repo-target " + name + ": the file has no repository of that name",
                        "it has: " + (known.isEmpty() ? "none" : String.join(", ", known)),
                        null);
            }
        }
        Set<String> forcible = new HashSet<>();
        list.repositories()
                .forEach(repository ->
                        repository.refs().forEach(ref -> forcible.add(repository.name() + "@" + ref.name())));
        list.files().forEach(named -> forcible.add(named.name()));
        for (String force : new TreeSet<>(request.force())) {
            if (!forcible.contains(force)) {
                throw new TransferException(
                        ExitCode.NOT_FOUND,
                        "--force " + force + ": the file has no such ref or file",
                        "give NAME@refs/heads/BRANCH, or the name of a file",
                        null);
            }
        }
    }

    /**
     * What an import would do. Writes nothing outside of its own temporary folder.
     *
     * @throws TransferException if a target cannot be reached
     */
    public List<Item> look(Progress progress) {
        return explained(() -> {
            List<Item> items = new ArrayList<>(files.look());
            if (images.isPresent()) {
                progress.at("looking at the registry");
                items.addAll(images.get().look());
            } else {
                file.list()
                        .images()
                        .forEach(image -> items.add(
                                new Item("image/" + image.name(), Item.Change.SKIPPED, "no --registry was given")));
            }
            for (RepositoryImport repository : repositories) {
                progress.at("repository " + repository.name() + ": unpacking and comparing");
                items.addAll(repository.look(request.force()));
            }
            for (TransferList.Repository repository : file.list().repositories()) {
                if (!request.repositories().containsKey(repository.name())) {
                    items.add(new Item(
                            "repository/" + repository.name(),
                            Item.Change.SKIPPED,
                            "no --repo-target " + repository.name() + "= was given"));
                }
            }
            return items;
        });
    }

    /**
     * Does what {@link #look} found. May be done again: what is there is left alone.
     *
     * @throws TransferException if a target fails or changed meanwhile; what was written before stays, and is good
     */
    public void carryOut(Progress progress) {
        explained(() -> {
            progress.at("writing files");
            files.carryOut();
            if (images.isPresent()) {
                images.get().carryOut(progress);
            }
            for (RepositoryImport repository : repositories) {
                progress.at("repository " + repository.name() + ": pushing");
                repository.carryOut();
            }
            return List.of();
        });
    }

    @FunctionalInterface
    private interface Work {
        List<Item> items() throws IOException;
    }

    private static List<Item> explained(Work work) {
        String stays = "; what was imported before stays, and the import may be repeated";
        try {
            return work.items();
        } catch (BundleFileException e) {
            throw TransferException.refused(
                    "the file is not what it was at first: " + e.getMessage(), "copy it to another medium" + stays);
        } catch (RegistryException e) {
            throw TransferException.failed(String.valueOf(e.getMessage()), e.hint(), e);
        } catch (GitPeerException e) {
            throw TransferException.failed("repository " + e.getMessage(), e.hint(), e);
        } catch (IOException e) {
            throw TransferException.failed(
                    TransferException.words(e), "is there room, and may you write there?" + stays, e);
        }
    }

    @Override
    public void close() {
        images.ifPresent(ImageImport::close);
        repositories.forEach(RepositoryImport::close);
        tidied.close();
        Folders.delete(room);
    }
}
