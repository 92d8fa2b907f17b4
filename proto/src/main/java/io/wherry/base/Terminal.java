package io.wherry.base;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the other end of standard output can show: colour, width, in-place progress.
 *
 * @param interactive whether standard output and standard error are terminals
 * @param colour      whether colour is wanted: a terminal, and neither {@code NO_COLOR} nor {@code TERM=dumb}
 * @param columns     width in characters; {@link #UNLIMITED} where output goes to a file or a pipe
 */
public record Terminal(boolean interactive, boolean colour, int columns) {

    /** No width at all: lines are never cut. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** Where a terminal does not tell its width. */
    private static final int USUAL_COLUMNS = 80;

    /** {@code TIOCGWINSZ} on Linux: asks for the window size of a terminal. */
    private static final long GET_WINDOW_SIZE = 0x5413;

    /** The terminal this process writes to, judged by its environment and its file descriptors. */
    public static Terminal detect(Map<String, String> environment) {
        boolean interactive = isTerminal(1);
        boolean dumb = "dumb".equals(environment.get("TERM"));
        boolean colour =
                interactive && !dumb && environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(
                interactive && isTerminal(2) && !dumb, colour, interactive ? width(environment) : UNLIMITED);
    }

    private static int width(Map<String, String> environment) {
        String columns = environment.getOrDefault("COLUMNS", "");
        if (columns.matches("[1-9]\\d{0,3}")) {
            return Integer.parseInt(columns);
        }
        int asked = windowColumns();
        return asked > 0 ? asked : USUAL_COLUMNS;
    }

    /** Whether it is worth to ask: in a script it hardly ever is, and the linker alone takes a good part of a short command's time. */
    private static boolean mayBeTerminal(int descriptor) {
        try {
            Path link = Path.of("/proc/self/fd/" + descriptor);
            String target = Files.readSymbolicLink(link).toString();
            return !target.startsWith("pipe:")
                    && !target.startsWith("socket:")
                    && !target.equals("/dev/null")
                    && !Files.isRegularFile(link);
        } catch (IOException e) {
            return true; // closed, or no /proc here: isatty knows
        }
    }

    @SuppressWarnings("restricted") // the launchers allow native access
    private static boolean isTerminal(int descriptor) {
        if (!mayBeTerminal(descriptor)) {
            return false;
        }
        try {
            Linker linker = Linker.nativeLinker();
            return (int) linker.downcallHandle(
                                    SymbolLookup.loaderLookup()
                                            .find("isatty")
                                            .or(() -> linker.defaultLookup().find("isatty"))
                                            .orElseThrow(),
                                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
                            .invokeExact(descriptor)
                    == 1;
        } catch (Throwable e) {
            throw new IllegalStateException("isatty: could not be called (expected: part of every libc)", e);
        }
    }

    /** The columns of the window, or 0 if the terminal does not know. */
    @SuppressWarnings("restricted") // the launchers allow native access
    private static int windowColumns() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(ValueLayout.JAVA_SHORT, 4); // rows, columns, and two pixel sizes
            Linker linker = Linker.nativeLinker();
            int result = (int) linker.downcallHandle(
                            linker.defaultLookup().find("ioctl").orElseThrow(),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.ADDRESS),
                            Linker.Option.firstVariadicArg(2))
                    .invokeExact(1, GET_WINDOW_SIZE, size);
            return result == 0 ? Short.toUnsignedInt(size.getAtIndex(ValueLayout.JAVA_SHORT, 1)) : 0;
        } catch (Throwable e) {
            throw new IllegalStateException("ioctl: could not be called (expected: part of every libc)", e);
        }
    }
}
