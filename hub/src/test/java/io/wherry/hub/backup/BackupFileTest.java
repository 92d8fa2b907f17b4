package io.wherry.hub.backup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.base.ExitCode;
import io.wherry.base.Progress;
import io.wherry.contract.Digest;
import io.wherry.hub.backup.Contents.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupFileTest {
    @TempDir
    Path folder;

    private Path file = Path.of("");
    private final Map<String, Path> sources = new TreeMap<>();

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("hub.backup");
        for (String name : List.of("hub.db", "hub.yaml", "ca.crt", "keys/ca.pem", "keys/kek", "roots/1.json")) {
            Path source = folder.resolve("source").resolve(name);
            Files.createDirectories(java.util.Objects.requireNonNull(source.getParent(), "parent"));
            sources.put(name, Files.writeString(source, "content of " + name));
        }
        BackupFile.write(file, contents(sources), sources, Progress.NONE);
    }

    @Test
    void saysHowFarItIsUntilAllOfItIsDone() throws IOException {
        Map<String, Long> done = new TreeMap<>();
        Progress progress = (what, doneBytes, allBytes) -> {
            assertThat(doneBytes).as(what).isLessThanOrEqualTo(allBytes);
            done.put(what, allBytes - doneBytes);
        };
        BackupFile.write(file, contents(sources), sources, progress);
        BackupFile.open(file, progress).unpack(Files.createDirectory(folder.resolve("target")), progress);

        assertThat(done)
                .containsExactly(
                        Map.entry("checking hub.backup", 0L),
                        Map.entry("unpacking hub.backup", 0L),
                        Map.entry("writing hub.backup", 0L));
    }

    @Test
    void whatWasWrittenComesBackWithItsModes() throws IOException {
        BackupFile backup = BackupFile.open(file, Progress.NONE);
        Path target = Files.createDirectory(folder.resolve("target"));
        backup.unpack(target, Progress.NONE);

        assertThat(backup.contents()).isEqualTo(contents(sources));
        assertThat(target.resolve("keys/ca.pem")).hasContent("content of keys/ca.pem");
        assertThat(mode(target.resolve("keys/ca.pem"))).isEqualTo("rw-------");
        assertThat(mode(target.resolve("keys/kek"))).isEqualTo("r--------");
        assertThat(mode(target.resolve("keys"))).isEqualTo("rwx------");
        assertThat(mode(target.resolve("ca.crt"))).isEqualTo("rw-r--r--");
        assertThat(mode(file)).isEqualTo("rw-------");
    }

    @Test
    void leavesNoTemporaryFile() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(path -> String.valueOf(path.getFileName())))
                    .containsExactlyInAnyOrder("hub.backup", "source");
        }
    }

    @Test
    void everyFlippedByteIsFound() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 1;
            Files.write(file, flipped);
            assertThatThrownBy(() -> BackupFile.open(file, Progress.NONE))
                    .as("byte %d", i)
                    .isInstanceOf(BackupException.class);
        }
    }

    @Test
    void everyTruncationIsFound() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            int cut = length;
            assertThatThrownBy(() -> BackupFile.open(file, Progress.NONE))
                    .as("cut at %d", cut)
                    .isInstanceOf(BackupException.class);
        }
    }

    @Test
    void trailingBytesAreRefused() throws IOException {
        Files.writeString(file, Files.readString(file, ISO_8859_1) + "\0", ISO_8859_1);
        refused(ExitCode.VERIFICATION_FAILED, "something was appended");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../etc/passwd",
                "/etc/passwd",
                "keys/../../x.pem",
                "keys/..",
                "bundles/a/../../../x",
                "./hub.db",
                "hub.db/",
                "keys//ca.pem",
                "hub.lock",
                "keys/ca.pem\\u0000x",
                "before-restore-1/hub.db"
            })
    void aNameThatNoDataFolderHasIsRefused(String name) throws IOException {
        rewriteList("\"keys/kek\"", "\"" + name + "\"");
        refused(ExitCode.VERIFICATION_FAILED, "file name: ");
    }

    @Test
    void aNameThatStandsThereTwiceIsRefused() throws IOException {
        rewriteList("\"keys/kek\"", "\"hub.yaml\"");
        refused(ExitCode.VERIFICATION_FAILED, "twice");
    }

    @Test
    void aNegativeOrHugeSizeIsRefused() throws IOException {
        rewriteList("\"size\":19", "\"size\":-9");
        refused(ExitCode.VERIFICATION_FAILED, "size of ");
        write();
        rewriteList("\"size\":19", "\"size\":9007199254740991");
        refused(ExitCode.VERIFICATION_FAILED, "cut off");
    }

    @Test
    void anotherFormatIsRefusedByItsNumber() throws IOException {
        String whole = Files.readString(file, ISO_8859_1);
        Files.writeString(file, whole.replaceFirst("wherry-backup 1 ", "wherry-backup 2 "), ISO_8859_1);
        refused(ExitCode.BLOCKED, "of format 2");
    }

    @Test
    void somethingElseIsNoBackup() throws IOException {
        Files.writeString(file, "PK\003\004");
        refused(ExitCode.VERIFICATION_FAILED, "not a backup");
        Files.writeString(file, "wherry-backup 1 999999999\n");
        refused(ExitCode.VERIFICATION_FAILED, "a list of 999999999 bytes");
        Files.delete(file);
        refused(ExitCode.NOT_FOUND, "does not exist");
    }

    @Test
    void aFileThatChangesWhileItIsBackedUpIsNotWritten() throws IOException {
        Contents before = contents(sources);
        Files.delete(file);
        Files.writeString(folder.resolve("source/hub.yaml"), "another content");

        assertThatThrownBy(() -> BackupFile.write(file, before, sources, Progress.NONE))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("while the backup was made");
        assertThat(file).doesNotExist();
        leavesNothingBut("source");
    }

    private void leavesNothingBut(String name) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(path -> String.valueOf(path.getFileName()))).containsExactly(name);
        }
    }

    /** As somebody would who can compute a digest. */
    private void rewriteList(String from, String to) throws IOException {
        String whole = Files.readString(file, ISO_8859_1);
        int begin = whole.indexOf('\n') + 1;
        int length = contents(sources).toBytes().length;
        String list = whole.substring(begin, begin + length).replace(from, to);
        assertThat(list).contains(to);
        int rest = whole.indexOf('\n', begin + length + 1) + 1;
        Files.writeString(
                file,
                "wherry-backup 1 " + list.length() + "\n" + list + "\n" + Digest.of(list.getBytes(UTF_8)) + "\n"
                        + whole.substring(rest),
                ISO_8859_1);
    }

    private void refused(ExitCode exit, String words) {
        assertThatThrownBy(() -> BackupFile.open(file, Progress.NONE))
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.exit()).isEqualTo(exit))
                .hasMessageContaining(words);
    }

    private static Contents contents(Map<String, Path> sources) throws IOException {
        List<Item> items = new ArrayList<>();
        for (Map.Entry<String, Path> source : sources.entrySet()) {
            byte[] bytes = Files.readAllBytes(source.getValue());
            items.add(new Item(source.getKey(), bytes.length, Digest.of(bytes)));
        }
        return new Contents("0.1.0", Instant.parse("2026-03-01T12:00:00Z"), Digest.of(new byte[] {1}), 1, 1, 10, items);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
