package io.wherry.e2e.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.e2e.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * S23: what a fuzzer found to reach new code, and each golden file, cut and with bytes flipped, is read by every target without an exception that its
 * callers do not know. The inputs are kept by {@code e2e/reliability/fuzz.sh} below {@code e2e/src/test/fuzz}.
 */
class S23FuzzTest {
    private static final Path CORPORA = Checkout.ROOT.resolve("e2e/src/test/fuzz");
    private static final Path GOLDEN = Checkout.ROOT.resolve("proto/src/test/resources/golden");

    @TestFactory
    @Timeout(60)
    Stream<DynamicTest> everyInputThatIsKept() {
        return Arrays.stream(FuzzTarget.values())
                .map(target -> DynamicTest.dynamicTest(target.name(), () -> {
                    List<byte[]> inputs = files(CORPORA.resolve(target.name()));
                    assertThat(inputs).isNotEmpty();
                    inputs.forEach(target::tryOn);
                }));
    }

    @TestFactory
    @Timeout(60)
    Stream<DynamicTest> everyGoldenFileAndWhatIsNearIt() throws IOException {
        List<byte[]> golden = files(GOLDEN);
        assertThat(golden).hasSizeGreaterThan(100);
        return Arrays.stream(FuzzTarget.values())
                .map(target -> DynamicTest.dynamicTest(
                        target.name(),
                        () -> golden.forEach(bytes -> {
                            target.tryOn(bytes);
                            target.tryOn(Arrays.copyOf(bytes, bytes.length / 2));
                            byte[] flipped = bytes.clone();
                            for (int at = 7; at < flipped.length; at += 97) {
                                flipped[at] ^= 1;
                                target.tryOn(flipped);
                            }
                        })));
    }

    private static List<byte[]> files(Path folder) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                contents.add(Files.readAllBytes(file));
            }
        }
        return contents;
    }
}
