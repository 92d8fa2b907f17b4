package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.base.ProgressLine;
import io.wherry.contract.Digest;
import io.wherry.contract.TransferList;
import io.wherry.contract.json.Json;
import io.wherry.hub.transfer.KeyFiles;
import io.wherry.hub.transfer.TransferFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a transfer file brings. Asks nobody. */
@picocli.CommandLine.Command(
        name = "inspect",
        description = "Show offline what is in a transfer file, after checking every digest; exit 8 if it is damaged.")
final class TransferInspectCommand extends Command {
    /** In place of a length: an earlier file brought it. */
    private static final long EARLIER = -1;

    @Parameters(paramLabel = "FILE", description = "What wherry transfer export wrote.")
    private @Nullable Path file;

    @Option(
            names = "--public-key",
            paramLabel = "KEY.pub.pem",
            description = "Check the signature too; without it nobody vouches for what is shown.")
    private Optional<Path> publicKey = Optional.empty();

    @Option(names = "-o", paramLabel = "FORMAT", description = "table, json or yaml.")
    private Format format = Format.table;

    @Override
    ExitCode run() {
        format.among(Format.table, Format.json, Format.yaml);
        TransferCommand.explained(() -> {
            ProgressLine progress = out().working("checking " + file);
            try (TransferFile opened =
                    TransferFile.open(Objects.requireNonNull(file, "FILE"), publicKey.map(KeyFiles::verifying))) {
                progress.close();
                show(opened);
                return true;
            }
        });
        if (publicKey.isEmpty()) {
            out().note("the signature was not checked: give --public-key KEY.pub.pem");
        }
        return ExitCode.OK;
    }

    private void show(TransferFile opened) {
        TransferList list = opened.list();
        Map<Digest, Long> sizes = new HashMap<>();
        list.contents().forEach(content -> sizes.put(content.digest(), content.sizeBytes()));
        List<Json.Obj> rows = new ArrayList<>();
        for (TransferList.Repository repository : list.repositories()) {
            long size = sizes.getOrDefault(repository.bundle(), EARLIER);
            for (TransferList.Ref ref : repository.refs()) {
                rows.add(row("repository/" + repository.name(), ref.name(), ref.id(), size));
            }
        }
        for (TransferList.Image image : list.images()) {
            long size = opened.sizeBytes(image).orElse(EARLIER);
            rows.add(row("image/" + image.name(), "", image.manifest().toString(), size));
        }
        for (TransferList.NamedFile named : list.files()) {
            long size = sizes.getOrDefault(named.content(), EARLIER);
            rows.add(row("file/" + named.name(), "", named.content().toString(), size));
        }
        if (format != Format.table) {
            out().items(rows, format);
            return;
        }
        Table table = new Table(List.of("NAME", "REF", "IS", "SIZE"));
        rows.forEach(row -> table.add(List.of(row.string("name"), row.string("ref"), row.string("is"), size(row))));
        out().table(table);
    }

    private static Json.Obj row(String name, String ref, String is, long sizeBytes) {
        return Json.object()
                .put("name", name)
                .put("ref", ref)
                .put("is", is)
                .put("sizeBytes", sizeBytes)
                .build();
    }

    private static String size(Json.Obj row) {
        long bytes = row.integer("sizeBytes");
        return bytes == EARLIER ? "(in an earlier file)" : TransferCommand.size(bytes);
    }
}
