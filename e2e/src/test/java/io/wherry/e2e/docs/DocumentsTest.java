package io.wherry.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.e2e.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Documents that lie about files, and files that outgrew their readers. */
class DocumentsTest {
    /** Over this a class has more than one subject. */
    private static final int MAX_LINES = 500;

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");

    @Test
    void everyRelativeLinkLeadsToAFile() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : Checkout.files("md")) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                String target = link.group(1);
                if (!target.contains("://") && !Files.exists(page.resolveSibling(target))) {
                    broken.add(Checkout.ROOT.relativize(page) + " -> " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    /** A page that no index leads to is not read. */
    @Test
    void theIndexLeadsToEveryPage() throws IOException {
        Path docs = Checkout.ROOT.resolve("docs");
        String index = Files.readString(docs.resolve("README.md"));
        List<String> missing = new ArrayList<>();
        for (Path page : Checkout.files("md")) {
            String path = docs.relativize(page).toString();
            if (page.startsWith(docs) && !path.equals("README.md") && !index.contains("](" + path + ")")) {
                missing.add(path);
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void noSourceFileIsTooLongToRead() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : Checkout.files("java")) {
            try (Stream<String> lines = Files.lines(file)) {
                long count = lines.count();
                if (count > MAX_LINES) {
                    tooLong.add(Checkout.ROOT.relativize(file) + ": " + count);
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void everyDecisionHasANumberOfItsOwn() throws IOException {
        List<String> numbers = new ArrayList<>();
        try (Stream<Path> files = Files.list(Checkout.ROOT.resolve("docs/adr"))) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\d{4}-.*\\.md"))
                    .forEach(name -> numbers.add(name.substring(0, 4)));
        }
        assertThat(numbers).isNotEmpty().doesNotHaveDuplicates();
    }
}
