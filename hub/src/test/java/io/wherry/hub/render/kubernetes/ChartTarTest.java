package io.wherry.hub.render.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Packed charts, good ones and hostile ones. */
class ChartTarTest {
    private static final long MAX_BYTES = 1 << 20;

    @Test
    void readsAllThatLiesInTheChartsFolder() {
        SortedMap<String, byte[]> files = read(new TestTar()
                .entry("./web/", '5', new byte[0])
                .file("web/Chart.yaml", "a")
                .entry("@LongLink", 'L', ("web/templates/" + "x".repeat(120) + "\0").getBytes(UTF_8))
                .file("web/templates/" + "x".repeat(80), "b")
                .entry("pax", 'x', "30 path=web/templates/ü.yaml\n".getBytes(UTF_8))
                .file("web/templates/u.yaml", "c")
                .gz());

        assertThat(files.keySet()).containsExactly("Chart.yaml", "templates/" + "x".repeat(120), "templates/ü.yaml");
        assertThat(files.get("templates/ü.yaml")).isEqualTo("c".getBytes(UTF_8));
    }

    @Test
    void whatItWritesItReadsAgainAndEqualFilesGiveEqualBytes() {
        SortedMap<String, byte[]> files = new TreeMap<>(
                Map.of("Chart.yaml", "a".getBytes(UTF_8), "templates/" + "ü".repeat(200) + ".yaml", new byte[1025]));

        byte[] written = ChartTar.write(files);

        assertThat(read(written)).containsExactlyInAnyOrderEntriesOf(files);
        assertThat(ChartTar.write(new TreeMap<>(files))).isEqualTo(written);
    }

    @Test
    void refusesWhatIsNoChart() {
        refused("unpacked".getBytes(UTF_8), "is no packed chart");
        refused(TestTar.gz("text, and no tar".getBytes(UTF_8)), "is no packed chart: it ends in the middle");
        byte[] whole = new TestTar().file("web/Chart.yaml", "a").gz();
        refused(Arrays.copyOf(whole, whole.length / 2), "is no packed chart");
        byte[] broken = new byte[512];
        Arrays.fill(broken, (byte) 'x');
        refused(TestTar.gz(broken), "number that is not octal");
    }

    @Test
    void refusesPathsThatLeadElsewhere() {
        for (String path : new String[] {
            "/etc/passwd", "../web/a", "web/../../a", "web/./a", "web//a", "web\\a", "C:/a", "web/a\tb", "web/.."
        }) {
            refused(new TestTar().file(path, "x").gz(), "whose path could lead elsewhere");
        }
        refused(new TestTar().file("web/a", "").file("other/b", "").gz(), "\"other/b\", which lies beside");
        refused(new TestTar().file("web", "").gz(), "which lies beside");
        refused(new TestTar().file("web/a", "1").file("web/a", "2").gz(), "\"web/a\" twice");
        refused(
                new TestTar()
                        .entry("pax", 'x', "17 path=/a/b/c/d\n".getBytes(UTF_8))
                        .file("web/a", "")
                        .gz(),
                "whose path could lead elsewhere");
    }

    @Test
    void refusesWhatIsNeitherFileNorFolder() {
        refused(new TestTar().link("web/a", '2').gz(), "holds a link: \"web/a\"");
        refused(new TestTar().link("web/a", '1').gz(), "holds a link: \"web/a\"");
        refused(new TestTar().link("web/a", '3').gz(), "neither file nor folder: \"web/a\"");
        refused(new TestTar().link("web/a", 'S').gz(), "neither file nor folder");
        refused(
                new TestTar()
                        .entry("g", 'g', "17 path=web/a/b/\n".getBytes(UTF_8))
                        .gz(),
                "one name to all");
        refused(new TestTar().entry("x", 'x', "11 size=99\n".getBytes(UTF_8)).gz(), "not everybody reads");
        refused(new TestTar().entry("x", 'x', "99 path=a\n".getBytes(UTF_8)).gz(), "records that cannot be read");
    }

    @Test
    void refusesBombs() {
        refused(new TestTar().entry("web/a", '0', new byte[2 << 20]).gz(), "unpacks to more than a chart may have");
        refused(new TestTar().header("web/a", '0', 1L << 32).gz(), "of 4294967296 bytes (at most 5242880)");
        TestTar many = new TestTar();
        for (int i = 0; i < 101; i++) {
            many.file("web/" + i, "");
        }
        refused(many.gz(), "holds more files than a chart may have");
    }

    private static SortedMap<String, byte[]> read(byte[] packed) {
        return ChartTar.read(packed, MAX_BYTES, 100);
    }

    private static void refused(byte[] packed, String why) {
        assertThatThrownBy(() -> read(packed))
                .isInstanceOf(ChartTar.Refused.class)
                .hasMessageContaining(why);
    }
}
