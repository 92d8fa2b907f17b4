package io.wherry.agent.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.BroughtImage;
import io.wherry.contract.StackId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageRecordsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Optional<StackId> SHOP = Optional.of(StackId.parse("0123456789abcdefghjkmnpqrs"));

    @TempDir
    Path temp;

    @Test
    void whatWasNotedIsThereAfterARestart() {
        BroughtImage onItsWay = new BroughtImage(SHOP, "shop:2", "", "sha256:1", NOW);
        BroughtImage loaded = new BroughtImage(Optional.empty(), "shop:1", "sha256:1", "", NOW);
        try (StateFolder folder = StateFolder.open(temp.resolve("data"), "test")) {
            ImageRecords records = records(folder);
            records.put(onItsWay);
            records.put(loaded);
            records.put(loaded.usedBy(SHOP.orElseThrow(), NOW));
            records.remove(loaded);
            records.put(onItsWay.as("sha256:2", NOW));
            records.put(onItsWay.as("sha256:2", NOW.plusSeconds(1)));
        }
        try (StateFolder folder = StateFolder.open(temp.resolve("data"), "test")) {
            assertThat(records(folder).all())
                    .containsExactly(
                            onItsWay,
                            loaded.usedBy(SHOP.orElseThrow(), NOW),
                            onItsWay.as("sha256:2", NOW.plusSeconds(1)));
        }
    }

    @Test
    void whatCannotBeReadIsForgottenAndNothingIsTakenAwayForIt() throws IOException {
        for (String text :
                new String[] {"{", "{\"version\":2,\"images\":[]}", "{\"version\":1,\"images\":[{\"name\":\"x\"}]}"}) {
            try (StateFolder folder = StateFolder.open(temp.resolve("data"), "test")) {
                Files.writeString(folder.resolve(ImageRecords.FILE), text);
                ImageRecords records = records(folder);
                assertThat(records.all()).as(text).isEmpty();
                records.put(new BroughtImage(SHOP, "shop:1", "sha256:1", "", NOW));
                assertThat(records(folder).all()).as(text).hasSize(1);
            }
        }
    }

    private static ImageRecords records(StateFolder folder) {
        return new ImageRecords(folder, new DurableStore(folder));
    }
}
