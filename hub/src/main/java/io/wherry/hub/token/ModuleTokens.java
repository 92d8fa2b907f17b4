package io.wherry.hub.token;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Causes;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tokens that a PKCS#11 module sees, asked by its own functions: the JDK's provider takes a token by the number of its slot, which differs from
 * machine to machine, and tells no names.
 *
 * <p>Laid out as on 64-bit Linux, where {@code CK_ULONG} has 8 bytes.
 */
@SuppressWarnings("restricted") // the launchers allow native access
final class ModuleTokens {
    /** A reader or a network HSM has a few slots; room for a large one. */
    private static final int MAX_SLOTS = 1024;

    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

    private static final long OK = 0;
    private static final long ALREADY_INITIALIZED = 0x191;

    /** After the version of {@code CK_FUNCTION_LIST}: pointers, in the order of the specification. */
    private static final int INITIALIZE = 0;

    private static final int FINALIZE = 1;
    private static final int GET_SLOT_LIST = 4;
    private static final int GET_TOKEN_INFO = 6;
    private static final int FUNCTIONS = 7;

    /** {@code CK_TOKEN_INFO}: label, maker (32 bytes each), model, serial number (16 each), flags, and what is of no use here. */
    private static final int INFO_BYTES = 208;

    private static final int LABEL_BYTES = 32;
    private static final int SERIAL_AT = 80;
    private static final int SERIAL_BYTES = 16;
    private static final int FLAGS_AT = 96;

    private final Path module;
    private final Arena arena;
    private final MemorySegment functions;

    private ModuleTokens(Path module, Arena arena) throws Throwable {
        this.module = module;
        this.arena = arena;
        MethodHandle getFunctionList = Linker.nativeLinker()
                .downcallHandle(
                        library(module, arena)
                                .find("C_GetFunctionList")
                                .orElseThrow(() -> noModule(module, "it is a library without C_GetFunctionList")),
                        FunctionDescriptor.of(JAVA_LONG, ADDRESS));
        MemorySegment list = arena.allocate(ADDRESS);
        check("C_GetFunctionList", (long) getFunctionList.invokeExact(list));
        functions = list.get(ADDRESS, 0).reinterpret((1 + FUNCTIONS) * ADDRESS.byteSize());
    }

    /**
     * Those that are plugged in and initialized.
     *
     * @throws TokenException if the file is no PKCS#11 module for this machine, or the module fails
     */
    static List<Token> of(Path module) {
        if (!isLibrary(module)) {
            throw noModule(module, "it is no library");
        }
        // It may have started threads of its own: it is never unloaded.
        Arena arena = Arena.global();
        try {
            return new ModuleTokens(module, arena).tokens();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("native call: failed (expected: a result)", e);
        }
    }

    /** What is no library at all never gets to the loader, which would warn past everything. */
    private static boolean isLibrary(Path module) {
        try (InputStream in = Files.newInputStream(module)) {
            return Arrays.equals(in.readNBytes(ELF.length), ELF);
        } catch (IOException e) {
            throw TokenException.failed(module + " cannot be read: " + Causes.words(e), "", e);
        }
    }

    private static SymbolLookup library(Path module, Arena arena) {
        try {
            return SymbolLookup.libraryLookup(module, arena);
        } catch (IllegalArgumentException e) {
            throw noModule(
                    module,
                    "it cannot be loaded into this machine's programs (a library of " + System.getProperty("os.arch")
                            + " is needed, and all that it needs itself)");
        }
    }

    private static TokenException noModule(Path module, String why) {
        return TokenException.failed(
                module + ": no PKCS#11 module: " + why,
                "name the library of the token's maker (SoftHSM: libsofthsm2.so; smart cards: opensc-pkcs11.so)",
                null);
    }

    private List<Token> tokens() throws Throwable {
        long begun = (long)
                function(INITIALIZE, FunctionDescriptor.of(JAVA_LONG, ADDRESS)).invokeExact(MemorySegment.NULL);
        if (begun != ALREADY_INITIALIZED) { // else it is in use by this process
            check("C_Initialize", begun);
        }
        try {
            return inSlots();
        } finally {
            if (begun == OK) {
                check("C_Finalize", (long) function(FINALIZE, FunctionDescriptor.of(JAVA_LONG, ADDRESS))
                        .invokeExact(MemorySegment.NULL));
            }
        }
    }

    private List<Token> inSlots() throws Throwable {
        MethodHandle getSlotList =
                function(GET_SLOT_LIST, FunctionDescriptor.of(JAVA_LONG, JAVA_BYTE, ADDRESS, ADDRESS));
        MethodHandle getTokenInfo = function(GET_TOKEN_INFO, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS));
        MemorySegment count = arena.allocate(JAVA_LONG);
        byte alsoEmpty = 0; // places are counted as the provider counts them
        check("C_GetSlotList", (long) getSlotList.invokeExact(alsoEmpty, MemorySegment.NULL, count));
        MemorySegment slots = arena.allocate(JAVA_LONG, MAX_SLOTS);
        count.set(JAVA_LONG, 0, MAX_SLOTS); // there may be more than a moment ago
        check("C_GetSlotList", (long) getSlotList.invokeExact(alsoEmpty, slots, count));
        List<Token> tokens = new ArrayList<>();
        for (int place = 0; place < count.get(JAVA_LONG, 0); place++) {
            long slot = slots.getAtIndex(JAVA_LONG, place);
            MemorySegment info = arena.allocate(INFO_BYTES, JAVA_LONG.byteAlignment());
            if ((long) getTokenInfo.invokeExact(slot, info)
                    == OK) { // else it is empty, or of a kind that the module cannot read
                Token token = new Token(
                        place,
                        slot,
                        text(info, 0, LABEL_BYTES),
                        text(info, SERIAL_AT, SERIAL_BYTES),
                        info.get(JAVA_LONG, FLAGS_AT));
                if (token.isInitialized()) {
                    tokens.add(token);
                }
            }
        }
        return List.copyOf(tokens);
    }

    private MethodHandle function(int number, FunctionDescriptor shape) {
        return Linker.nativeLinker().downcallHandle(functions.getAtIndex(ADDRESS, 1 + number), shape);
    }

    /** Filled up with blanks, and without an end. */
    private static String text(MemorySegment info, int from, int bytes) {
        return new String(info.asSlice(from, bytes).toArray(JAVA_BYTE), UTF_8)
                .replace("\0", "")
                .strip();
    }

    private void check(String call, long result) {
        if (result != OK) {
            throw TokenException.failed(
                    module + ": " + call + " failed with 0x" + Long.toHexString(result),
                    "see the log of the module; is its service running (pcscd for smart cards)?",
                    null);
        }
    }
}
