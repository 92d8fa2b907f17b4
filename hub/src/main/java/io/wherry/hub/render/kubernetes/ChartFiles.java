package io.wherry.hub.render.kubernetes;

import io.wherry.base.yaml.Fields;
import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.Yaml;
import io.wherry.base.yaml.YamlException;
import io.wherry.base.yaml.YamlNode;
import io.wherry.hub.source.SourceTree;
import io.wherry.hub.source.TreeException;
import io.wherry.hub.source.TreeFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** All files of a chart, judged before helm sees any of them: whole, with the dependencies that it is locked to, and with nothing that points outside. */
final class ChartFiles {
    /** 10,000 files of a chart and its dependencies; the largest public ones have 2,000. */
    static final int MAX_FILES = 10_000;

    /** 64 MiB of them, packed charts unpacked: a copy is made. */
    static final long MAX_BYTES = 64L << 20;

    /** 24: folders in each other; charts in charts take two each. */
    static final int MAX_DEPTH = 24;

    /** 8: packed charts in each other. */
    private static final int MAX_PACKED_DEPTH = 8;

    private static final String CHART = "Chart.yaml";

    /** Where helm takes a file for a chart. */
    private static final Pattern PACKED = Pattern.compile("(.*/)?charts/[^/_.][^/]*\\.tgz");

    private final SourceTree tree;
    private final Problems problems;
    private long bytes;
    private int count;

    ChartFiles(SourceTree tree, Problems problems) {
        this.tree = tree;
        this.problems = problems;
    }

    /**
     * The files of a folder by their paths in the chart.
     *
     * @param at where a chart that is missing is told
     */
    SortedMap<String, byte[]> of(String chart, Position at) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        walk(chart, "", 0, files);
        if (problems.isEmpty() && !files.containsKey(CHART)) {
            problems.add(at, "no chart is in " + name(chart), "a chart has a " + CHART);
        }
        return problems.isEmpty() ? judged(chart, files, 0) : files;
    }

    /**
     * The files of a packed chart by their paths in the chart.
     *
     * @param shown how the archive is called in messages
     */
    SortedMap<String, byte[]> packed(String shown, byte[] packed) {
        return unpacked(shown, packed, 0);
    }

    private SortedMap<String, byte[]> unpacked(String shown, byte[] packed, int depth) {
        Position at = Position.of(shown);
        if (depth > MAX_PACKED_DEPTH) {
            problems.add(at, "packed charts lie too deep in each other", "at most " + MAX_PACKED_DEPTH);
            return new TreeMap<>();
        }
        try {
            SortedMap<String, byte[]> files =
                    ChartTar.read(packed, Math.max(MAX_BYTES - bytes, 0), Math.max(MAX_FILES - count, 0));
            files.values().forEach(this::count);
            if (!files.containsKey(CHART)) {
                problems.add(at, "the packed chart has no " + CHART, "made by helm package?");
                return files;
            }
            return judged(shown, files, depth);
        } catch (ChartTar.Refused e) {
            problems.add(
                    at, "the packed chart " + e.getMessage(), "pack it by helm package, or unpack it and look at it");
            return new TreeMap<>();
        }
    }

    static boolean isPacked(String path) {
        return PACKED.matcher(path).matches();
    }

    /** With packed charts among them packed anew. */
    private SortedMap<String, byte[]> judged(String shown, SortedMap<String, byte[]> files, int depth) {
        SortedMap<String, SortedMap<String, byte[]>> packed = new TreeMap<>();
        files.forEach((path, content) -> {
            if (isPacked(path)) {
                packed.put(path, unpacked(join(shown, path), content, depth + 1));
            }
        });
        files.keySet().stream()
                .filter(path -> path.equals(CHART) || path.endsWith("/" + CHART))
                .toList()
                .forEach(path -> dependencies(shown, path.substring(0, path.length() - CHART.length()), files, packed));
        files.forEach((path, content) -> {
            if (path.endsWith("values.schema.json")) {
                ChartSchema.check(Position.of(join(shown, path)), content, problems);
            }
        });
        if (problems.isEmpty()) {
            packed.forEach((path, inner) -> files.put(path, ChartTar.write(inner)));
        }
        return files;
    }

    private void walk(String chart, String folder, int depth, SortedMap<String, byte[]> files) {
        String full = join(chart, folder);
        if (depth > MAX_DEPTH) {
            problems.add(Position.of(full), "folders lie too deep in each other", "at most " + MAX_DEPTH);
            return;
        }
        try {
            for (String entry : tree.list(full).orElse(List.of())) {
                String path = folder + entry;
                if (entry.endsWith("/")) {
                    walk(chart, path, depth + 1, files);
                } else {
                    tree.file(join(chart, path)).map(TreeFile::content).ifPresent(content -> {
                        files.put(path, content);
                        count(content);
                    });
                }
                if (count > MAX_FILES || bytes > MAX_BYTES) {
                    problems.add(
                            Position.of(full),
                            "the files of the chart are too many or too large",
                            "at most " + MAX_FILES + " of " + (MAX_BYTES >> 20) + " MiB in all");
                    return;
                }
            }
        } catch (TreeException e) {
            problems.add(Position.of(e.path()), String.valueOf(e.getMessage()));
        }
    }

    private void count(byte[] content) {
        count++;
        bytes += content.length;
    }

    /** @param folder of the chart, or of one in it; empty, or with a slash */
    private void dependencies(
            String shown,
            String folder,
            SortedMap<String, byte[]> files,
            Map<String, SortedMap<String, byte[]>> packed) {
        Optional<YamlNode.Mapping> chart = parse(shown, folder + CHART, files);
        Optional<YamlNode.Mapping> old = parse(shown, folder + "requirements.yaml", files)
                .filter(_ -> chart.filter(
                                one -> ChartLock.text(one, "apiVersion").equals("v1"))
                        .isPresent());
        Optional<YamlNode.Mapping> lock =
                parse(shown, folder + (old.isPresent() ? "requirements.lock" : "Chart.lock"), files);
        chart.ifPresent(one -> new ChartLock(
                        join(shown, folder), one, old.orElse(one), lock, vendored(shown, folder, files, packed))
                .check(problems));
    }

    /** The charts in {@code charts/}, whatever their folders or files are called. */
    private List<ChartLock.Vendored> vendored(
            String shown,
            String folder,
            SortedMap<String, byte[]> files,
            Map<String, SortedMap<String, byte[]>> packed) {
        String charts = folder + "charts/";
        List<ChartLock.Vendored> vendored = new ArrayList<>();
        files.keySet().stream()
                .filter(path -> path.startsWith(charts)
                        && path.endsWith("/" + CHART)
                        && path.indexOf('/', charts.length()) == path.length() - CHART.length() - 1)
                .forEach(path -> parse(shown, path, files).ifPresent(chart -> vendored.add(vendored(chart))));
        packed.forEach((path, inner) -> {
            if (path.startsWith(charts) && path.indexOf('/', charts.length()) < 0) {
                parse(join(shown, path), CHART, inner).ifPresent(chart -> vendored.add(vendored(chart)));
            }
        });
        return vendored;
    }

    private static ChartLock.Vendored vendored(YamlNode.Mapping chart) {
        return new ChartLock.Vendored(ChartLock.text(chart, "name"), ChartLock.text(chart, "version"));
    }

    private Optional<YamlNode.Mapping> parse(String shown, String path, SortedMap<String, byte[]> files) {
        byte[] content = files.get(path);
        if (content == null) {
            return Optional.empty();
        }
        try {
            YamlNode document = Yaml.parse(join(shown, path), content);
            if (document instanceof YamlNode.Mapping mapping) {
                return Optional.of(mapping);
            }
            problems.add(document.at(), Fields.describe(document) + " is no " + path, "it has fields");
        } catch (YamlException e) {
            e.problems().forEach(problems::add);
        }
        return Optional.empty();
    }

    private static String name(String chart) {
        return chart.isEmpty() ? "the root of the repository" : chart;
    }

    static String join(String folder, String name) {
        String path = folder.isEmpty() ? name : name.isEmpty() ? folder : folder + "/" + name;
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
