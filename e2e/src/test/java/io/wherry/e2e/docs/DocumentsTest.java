package io.wherry.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.e2e.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Documents that lie about files, and files that outgrew their readers. */
class DocumentsTest {
    /** Over this a class has more than one subject. */
    private static final int MAX_LINES = 500;

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");

    /** As the page names it: without {@code io.wherry} and the program's name. */
    private static final Pattern PACKAGE =
            Pattern.compile("(?m)^package (?:io\\.wherry\\.(?:hub|agent)\\.|io\\.wherry\\.)?([a-z.]+);");

    /** A type by its simple name. */
    private static final Pattern TYPE = Pattern.compile("\\{@code\\s+(?:\\*\\s+)?([A-Z][A-Za-z0-9]+)}");

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

    /** A newcomer looks a package up there before its code. */
    @Test
    void theArchitectureNamesEveryPackage() throws IOException {
        String rows = Files.readString(Checkout.ROOT.resolve("docs/explanation/architecture.md"))
                .lines()
                .filter(line -> line.startsWith("| `"))
                .collect(Collectors.joining("\n"));
        List<String> missing = new ArrayList<>();
        for (Path file : packages()) {
            Matcher name = PACKAGE.matcher(Files.readString(file));
            assertThat(name.find()).as("%s declares a package", file).isTrue();
            if (!rows.contains("`" + name.group(1) + "`")) {
                missing.add(name.group(1));
            }
        }
        assertThat(missing).isEmpty();
    }

    /** What a {@code package-info.java} says where to begin is there to begin with. */
    @Test
    void everyTypeThatAPackageIsToldByIsThere() throws IOException {
        Set<String> types = Checkout.files("java").stream()
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());
        List<String> gone = new ArrayList<>();
        for (Path file : packages()) {
            Matcher type = TYPE.matcher(Files.readString(file));
            while (type.find()) {
                if (!types.contains(type.group(1))) {
                    gone.add(Checkout.ROOT.relativize(file) + ": " + type.group(1));
                }
            }
        }
        assertThat(gone).isEmpty();
    }

    private static List<Path> packages() throws IOException {
        List<Path> programs = Checkout.files("java").stream()
                .filter(file -> file.endsWith("package-info.java"))
                .filter(file -> Checkout.ROOT.relativize(file).toString().contains("src/main/java"))
                .toList();
        assertThat(programs).isNotEmpty();
        return programs;
    }
}
