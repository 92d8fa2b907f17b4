package io.wherry.contract;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Paths of files in a project directory: they can never lead out of it, and no two of them can be in each other's way. */
final class ProjectPath {
    private static final int MAX_PART_BYTES = 255;

    private ProjectPath() {}

    static void check(String path) {
        Check.filled(Layer.PATH, path, Limits.PATH_CHARS);
        for (String part : path.split("/", -1)) {
            boolean bad = part.isEmpty() || part.equals(".") || part.equals("..") || part.indexOf('\\') >= 0;
            Check.that(!bad, Layer.PATH, path, "a relative path without empty parts, ., .. or \\");
            int bytes = part.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
            Check.that(bytes <= MAX_PART_BYTES, Layer.PATH, path, "parts of at most " + MAX_PART_BYTES + " bytes");
        }
    }

    static void checkTogether(List<String> paths) {
        Check.distinct(Layer.PATH, paths);
        Set<String> directories = new HashSet<>();
        for (String path : paths) {
            for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
                directories.add(path.substring(0, slash));
            }
        }
        paths.forEach(path ->
                Check.that(!directories.contains(path), Layer.PATH, path, "a file, which is not also a directory"));
    }
}
