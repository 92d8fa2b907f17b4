package io.wherry.agent.bundlefile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.agent.reconcile.TestSite;
import io.wherry.contract.AgentId;
import io.wherry.contract.Limits;
import io.wherry.contract.Receipt;
import io.wherry.contract.file.BundleFile;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.file.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes home by hand. */
class ReceiptFilesTest {
    @TempDir
    Path folder;

    private int export(TestSite site, String state, Path file) {
        return ReceiptFiles.export(
                folder.resolve(state).resolve("outbox"), site.state.membership().agentId(), file);
    }

    @Test
    void oneFileBringsTheReceiptsOfManyAgentsEachOnce() throws IOException {
        Path file = folder.resolve("SITE.receipts");
        try (TestSite north = new TestSite(folder.resolve("north"));
                TestSite south = new TestSite(folder.resolve("south"))) {
            Path others = Files.writeString(folder.resolve("SITE.receipts.part"), "somebody's own");
            north.outbox.add(new Receipt.Body.States(List.of()));
            north.outbox.add(new Receipt.Body.States(List.of()));
            south.outbox.add(new Receipt.Body.States(List.of()));

            assertThat(export(north, "north", file)).isEqualTo(2);
            assertThat(export(south, "south", file)).isEqualTo(1);
            assertThat(export(south, "south", file)).as("again").isEqualTo(1);

            AgentId first = north.state.membership().agentId();
            try (BundleFile written = BundleFile.open(file)) {
                List<Descriptor> documents = written.delivery().documents();
                assertThat(documents).hasSize(3);
                assertThat(documents.getFirst().annotation(Delivery.AGENT)).contains(first.value());
                assertThat(written.read(documents.getFirst().digest(), Limits.RECEIPT_ENVELOPE_BYTES))
                        .isEqualTo(north.outbox.oldest(1).getFirst().envelope());
            }
            assertThat(north.outbox.oldest(10))
                    .as("they stay until the hub has them")
                    .hasSize(2);
            assertThat(others).hasContent("somebody's own");
            assertThat(folder).isDirectoryNotContaining("glob:**/.SITE*");
        }
    }

    @Test
    void doesNotTouchAFileOfAnotherKind() throws IOException {
        Path file = Files.writeString(folder.resolve("holiday.jpg"), "no tar at all".repeat(100));
        try (TestSite north = new TestSite(folder.resolve("north"))) {
            assertThatThrownBy(() -> export(north, "north", file))
                    .isInstanceOf(BundleFileException.class)
                    .hasMessageContaining("it was not touched");
        }
        assertThat(file).hasContent("no tar at all".repeat(100));
    }
}
