package io.wherry.hub.render.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps docs/reference/compose.md true; {@code -Ddocs.update=true} rewrites its table. */
class ComposePageTest {
    private static final Path PAGE = Path.of("../docs/reference/compose.md");
    private static final String MARKER = "<!-- Below here generated";

    @Test
    void thePageShowsTheTableThatTheRendererObeys() throws IOException {
        String page = Files.readString(PAGE);
        int end = page.indexOf('\n', page.indexOf(MARKER)) + 1;
        String wanted = page.substring(0, end) + table();
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(PAGE, wanted);
        } else {
            assertThat(page).isEqualTo(wanted);
        }
    }

    @Test
    void thePageNamesEveryLimit() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(page)
                .contains(Load.MAX_FILES + " files")
                .contains(Budget.MAX_READS + " that they extend and include")
                .contains(String.format(java.util.Locale.ROOT, "%,d nodes in all of them", Budget.MAX_NODES))
                .contains((Budget.MAX_VARIABLE_BYTES >> 20) + " MiB of files of variables")
                .contains(Extend.MAX_CHAIN + " services in a chain")
                .contains(Validate.MAX_SERVICES + " services")
                .contains(Validate.MAX_REPLICAS + " replicas")
                .contains(String.format(java.util.Locale.ROOT, "%,d ports a range", Ports.MAX_RANGE))
                .contains((ProjectFolder.MAX_BYTES >> 20) + " MiB and "
                        + String.format(java.util.Locale.ROOT, "%,d files", ProjectFolder.MAX_FILES));
    }

    private static String table() {
        StringBuilder table = new StringBuilder(
                "\n| Attribute | May be | Files | Carried out | In a swarm | Note |\n|---|---|---|---|---|---|\n");
        for (Attribute attribute : Attributes.ALL) {
            boolean refused = attribute.use() == Use.REFUSED;
            String forms = attribute.forms().stream().sorted().map(Form::words).collect(Collectors.joining(", "));
            String words = attribute.words().isEmpty() ? "" : ": `" + String.join("`, `", attribute.words()) + "`";
            table.append("| `")
                    .append(attribute.path())
                    .append("` | ")
                    .append(refused ? "" : forms + words)
                    .append(" | ")
                    .append(refused ? "" : attribute.merging().words())
                    .append(" | ")
                    .append(attribute.use().words())
                    .append(" | ")
                    .append(
                            attribute.use().isCarried()
                                    ? SwarmAttributes.of(attribute.path()).words()
                                    : "")
                    .append(" | ")
                    .append(attribute.note())
                    .append(" |\n");
        }
        return table.toString();
    }
}
