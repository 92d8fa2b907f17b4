package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.e2e.disk.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transfer files on disks that are full: the disk is named and called full, the file is not blamed, and what was there stays. */
class TransferDiskIT {
    private static final int DISK_MIB = 4;
    private static final int CARGO_BYTES = 6 << 20;

    @TempDir
    Path folder;

    @Test
    void aFullDiskIsNamedOnEitherSideAndLosesNothing() throws Exception {
        Programs programs = new Programs(folder, Map.of("XDG_CONFIG_HOME", folder.toString()));
        makeAKey(programs);
        Path cargo = Files.write(folder.resolve("cargo.bin"), noise());
        Path repository = repository(programs);
        Path whole = folder.resolve("whole.transfer");
        exported(programs, whole, "--file", cargo.toString(), "--repo", repository.toString())
                .ok();

        try (SmallDisk disk = SmallDisk.mount(folder.resolve("small"), DISK_MIB)) {
            Path old = Files.writeString(disk.folder().resolve("old.transfer"), "of before");
            exported(programs, old, "--file", cargo.toString())
                    .failed(ExitCode.FAILED, old + " cannot be written: No space left on device", "is there room")
                    .withoutStackTrace();
            assertThat(old).hasContent("of before");
            exported(programs, old, "--repo", repository.toString())
                    .failed(ExitCode.FAILED, "repository " + repository, "No space left on device")
                    .withoutStackTrace();
            assertThat(old).hasContent("of before");

            imported(programs, whole, "--files", disk.folder().toString())
                    .failed(ExitCode.FAILED, disk.folder().resolve("cargo.bin") + ": No space left on device")
                    .withoutStackTrace();
            imported(programs, whole, "--repo-target", "shop=" + disk.folder().resolve("shop.git"))
                    .failed(ExitCode.FAILED, "shop.git", "No space left on device", "make room on that disk")
                    .withoutStackTrace();
            assertThat(names(disk.folder())).containsExactlyInAnyOrder("old.transfer", "shop.git");

            // A full folder for temporary files is no flaw of the file.
            programs.with("WHERRY_JAVA_OPTIONS", "-Djava.io.tmpdir=" + disk.folder())
                    .run(importing(whole, "--repo-target", "shop=" + folder.resolve("inside.git")))
                    .failed(
                            ExitCode.FAILED,
                            "repository shop cannot be unpacked in " + disk.folder(),
                            "No space left on device",
                            "is there room")
                    .withoutStackTrace();
        }
        imported(programs, whole, "--repo-target", "shop=" + folder.resolve("inside.git"))
                .ok();
    }

    @Test
    void aFileThatItsFileSystemDoesNotHoldIsExplained() throws Exception {
        Programs programs = new Programs(folder, Map.of("XDG_CONFIG_HOME", folder.toString()));
        makeAKey(programs);
        Path cargo = Files.write(folder.resolve("cargo.bin"), noise());
        Path file = folder.resolve("carried.transfer");
        exported(programs.by(List.of("prlimit", "--fsize=" + CARGO_BYTES / 2)), file, "--file", cargo.toString())
                .failed(ExitCode.FAILED, file + " cannot be written: File too large", "exFAT and ext4 do not")
                .withoutStackTrace();
        assertThat(file).doesNotExist();
    }

    private void makeAKey(Programs programs) throws Exception {
        String key = folder.resolve("carry.pem").toString();
        programs.run(List.of(
                        "openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key))
                .ok();
        programs.run(List.of("chmod", "600", key)).ok();
        programs.run(List.of("openssl", "pkey", "-in", key, "-pubout", "-out", key + ".pub"))
                .ok();
    }

    private Path repository(Programs programs) throws Exception {
        Path repository = Files.createDirectory(folder.resolve("shop"));
        Files.write(repository.resolve("cargo.bin"), noise());
        for (List<String> command : List.of(
                List.of("init", "-q", "-b", "main"),
                List.of("add", "-A"),
                List.of("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "-m", "first"))) {
            programs.run(Stream.concat(Stream.of("git", "-C", repository.toString()), command.stream())
                            .toList())
                    .ok();
        }
        return repository;
    }

    /** What cannot be packed smaller. */
    private static byte[] noise() {
        byte[] noise = new byte[CARGO_BYTES];
        new Random(1).nextBytes(noise);
        return noise;
    }

    private Said exported(Programs programs, Path to, String... cargo) throws Exception {
        return programs.run(Stream.concat(
                        Stream.of("wherry", "transfer", "export", "-o", to.toString(), "--key", key("carry.pem")),
                        Stream.of(cargo))
                .toList());
    }

    private Said imported(Programs programs, Path file, String... targets) throws Exception {
        return programs.run(importing(file, targets));
    }

    private List<String> importing(Path file, String... targets) {
        return Stream.concat(
                        Stream.of(
                                "wherry", "transfer", "import", file.toString(), "--public-key", key("carry.pem.pub")),
                        Stream.of(targets))
                .toList();
    }

    private String key(String name) {
        return folder.resolve(name).toString();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> content = Files.list(folder)) {
            return content.map(path -> String.valueOf(path.getFileName())).toList();
        }
    }
}
