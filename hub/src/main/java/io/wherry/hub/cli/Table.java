package io.wherry.hub.cli;

import io.wherry.base.Terminal;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows under headings, aligned. The first column names the thing and is never cut, so that its name can be used in the next command. On a narrow
 * terminal the widest of the others gives way first, down to {@link #MIN_WIDTH} characters; if they still do not fit, the last ones are left
 * out. Into a pipe everything goes as it is.
 */
final class Table {
    /** Below this a cut text says nothing any more; states, counts and times are shorter and stay whole. */
    private static final int MIN_WIDTH = 16;

    private static final String GAP = "  ";

    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    Table(List<String> headings) {
        this.headings = List.copyOf(headings);
    }

    void add(List<String> cells) {
        if (cells.size() != headings.size()) {
            throw new IllegalArgumentException("cells: " + cells.size() + " (expected: " + headings.size() + ")");
        }
        rows.add(cells.stream().map(Table::oneLine).toList());
    }

    List<String> lines(Terminal terminal) {
        int[] widths = widths(terminal.columns());
        List<String> lines = new ArrayList<>();
        lines.add(line(headings, widths));
        rows.forEach(row -> lines.add(line(row, widths)));
        return lines;
    }

    /** Of the columns that are shown. */
    private int[] widths(int columns) {
        int shown = headings.size();
        int[] widths = narrowed(shown, columns);
        while (shown > 1 && total(widths) > columns) {
            shown--;
            widths = narrowed(shown, columns);
        }
        return widths;
    }

    private int[] narrowed(int shown, int columns) {
        int[] widths = new int[shown];
        for (int i = 0; i < shown; i++) {
            widths[i] = length(headings.get(i));
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], length(row.get(i)));
            }
        }
        while (total(widths) > columns) {
            int widest = 0;
            for (int i = 1; i < shown; i++) {
                widest = widest == 0 || widths[i] > widths[widest] ? i : widest;
            }
            if (widest == 0 || widths[widest] <= MIN_WIDTH) {
                break;
            }
            widths[widest]--;
        }
        return widths;
    }

    private static int total(int[] widths) {
        int sum = GAP.length() * (widths.length - 1);
        for (int width : widths) {
            sum += width;
        }
        return sum;
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = cut(cells.get(i), widths[i]);
            line.append(i == 0 ? "" : GAP)
                    .append(cell)
                    .repeat(' ', i == widths.length - 1 ? 0 : widths[i] - length(cell));
        }
        return line.toString().stripTrailing();
    }

    private static String cut(String text, int width) {
        return length(text) <= width ? text : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*[\\r\\n]+\\s*", " ").replaceAll("[\\p{Cntrl}\\x{80}-\\x{9f}]", "?");
    }
}
