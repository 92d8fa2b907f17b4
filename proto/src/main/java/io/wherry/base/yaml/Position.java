package io.wherry.base.yaml;

/**
 * Where something stands in a file.
 *
 * @param file   the name a person knows it by: relative to the repository, or as given on the command line
 * @param line   1 is the first; 0 if the whole file is meant
 * @param column 1 is the first; 0 if the whole line is meant
 */
public record Position(String file, int line, int column) {

    public static Position of(String file) {
        return new Position(file, 0, 0);
    }

    /** {@code FILE:LINE:COLUMN}, as editors and compilers write it. */
    @Override
    public String toString() {
        return line == 0 ? file : column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
    }
}
