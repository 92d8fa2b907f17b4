package io.wherry.base;

import java.util.ArrayList;
import java.util.List;

/** Two texts as the lines in which they differ, each with some that surround it: {@code diff -u} without its head. Pure. */
public final class UnifiedDiff {
    /** As diff and git have it. */
    private static final int CONTEXT = 3;

    /** Pairs of lines that are compared; of larger texts the part that differs is shown as one block. 16 MiB of memory. */
    private static final long MAX_CELLS = 4L << 20;

    private UnifiedDiff() {}

    /** One line of the result before hunks are cut: its sign, and its numbers in both texts. */
    private record Line(char sign, String text, int before, int after) {}

    /** @return lines that begin with {@code @@}, a space, {@code -} or {@code +}; none where the texts are equal */
    public static List<String> of(List<String> before, List<String> after) {
        if (before.equals(after)) {
            return List.of();
        }
        int head = 0;
        while (head < Math.min(before.size(), after.size()) && before.get(head).equals(after.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < Math.min(before.size(), after.size()) - head
                && before.get(before.size() - 1 - tail).equals(after.get(after.size() - 1 - tail))) {
            tail++;
        }
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < head; i++) {
            lines.add(new Line(' ', before.get(i), i, i));
        }
        middle(before, head, before.size() - tail, after, head, after.size() - tail, lines);
        for (int i = tail; i > 0; i--) {
            int at = before.size() - i;
            lines.add(new Line(' ', before.get(at), at, after.size() - i));
        }
        return hunks(lines);
    }

    /** By the longest common subsequence. */
    private static void middle(
            List<String> before, int from, int to, List<String> after, int start, int end, List<Line> lines) {
        int rows = to - from;
        int columns = end - start;
        boolean small = (rows + 1L) * (columns + 1L) <= MAX_CELLS;
        int[][] common = new int[small ? rows + 1 : 0][small ? columns + 1 : 0];
        for (int i = rows - 1; small && i >= 0; i--) {
            for (int j = columns - 1; j >= 0; j--) {
                common[i][j] = before.get(from + i).equals(after.get(start + j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        while (i < rows || j < columns) {
            boolean same =
                    small && i < rows && j < columns && before.get(from + i).equals(after.get(start + j));
            if (same) {
                lines.add(new Line(' ', before.get(from + i), from + i++, start + j++));
            } else if (i < rows && (j == columns || !small || common[i + 1][j] >= common[i][j + 1])) {
                lines.add(new Line('-', before.get(from + i), from + i++, start + j));
            } else {
                lines.add(new Line('+', after.get(start + j), from + i, start + j++));
            }
        }
    }

    private static List<String> hunks(List<Line> lines) {
        List<String> out = new ArrayList<>();
        int at = 0;
        while (at < lines.size()) {
            int first = at;
            while (first < lines.size() && lines.get(first).sign() == ' ') {
                first++;
            }
            if (first == lines.size()) {
                break;
            }
            int end = first;
            for (int i = first; i < lines.size() && i <= end + 2 * CONTEXT; i++) {
                end = lines.get(i).sign() == ' ' ? end : i;
            }
            List<Line> hunk = lines.subList(Math.max(at, first - CONTEXT), Math.min(lines.size(), end + CONTEXT + 1));
            long olds = hunk.stream().filter(line -> line.sign() != '+').count();
            long news = hunk.stream().filter(line -> line.sign() != '-').count();
            out.add("@@ -" + range(hunk.getFirst().before(), olds) + " +"
                    + range(hunk.getFirst().after(), news) + " @@");
            hunk.forEach(line -> out.add(line.sign() + line.text()));
            at = Math.min(lines.size(), end + CONTEXT + 1);
        }
        return out;
    }

    /** Of no lines the number of the one before. */
    private static String range(int from, long count) {
        return (count == 0 ? from : from + 1) + (count == 1 ? "" : "," + count);
    }
}
