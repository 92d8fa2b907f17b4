import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Makes the jars of a folder such that the JVM keeps their classes in a start-up cache: {@code java CacheableJars.java FOLDER}.
 *
 * <p>It leaves out of a cache what comes from a signed jar, and classes of a file format before that of Java 6, which say nothing of the types on their stack. Such
 * jars are written again without their signature (a package's own list of digests stands for every file in it) and with classes in the format of Java 8; their
 * manifest says so. Equal jars give equal bytes, and a folder that is done stays as it is.
 */
final class CacheableJars {

    private static final int CACHED_FROM = ClassFile.JAVA_6_VERSION;
    private static final int LIFTED_TO = ClassFile.JAVA_8_VERSION;
    private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    private static final String NOTE = "Wherry-Changes";

    private final ZipFile jar;
    private final ClassFile format;

    private CacheableJars(ZipFile jar) {
        this.jar = jar;
        ClassHierarchyResolver types = ClassHierarchyResolver.ofResourceParsing(this::open)
                .orElse(ClassHierarchyResolver.defaultResolver());
        this.format = ClassFile.of(StackMapsOption.GENERATE_STACK_MAPS, ClassHierarchyResolverOption.of(types));
    }

    /** Writes again what needs it in the folder that is the one argument. */
    public static void main(String[] arguments) throws IOException {
        List<Path> jars;
        try (var files = Files.list(Path.of(arguments[0]))) {
            jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
        jars.parallelStream().forEach(CacheableJars::prepare);
    }

    private static void prepare(Path file) {
        try (ZipFile jar = new ZipFile(file.toFile())) {
            CacheableJars jars = new CacheableJars(jar);
            if (jars.isCacheable()) {
                return;
            }
            jars.writeOver(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    private boolean isCacheable() throws IOException {
        for (ZipEntry entry : entries()) {
            if (isSignature(entry) || isClass(entry) && version(entry) < CACHED_FROM) {
                return false;
            }
        }
        return true;
    }

    private void writeOver(Path file) throws IOException {
        Path written = file.resolveSibling(file.getFileName() + ".new");
        try {
            try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(written))) {
                writeTo(out);
            }
            Files.move(written, file, ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private void writeTo(ZipOutputStream out) throws IOException {
        for (ZipEntry entry : entries()) {
            if (isSignature(entry)) {
                continue;
            }
            ZipEntry copy = new ZipEntry(entry.getName());
            copy.setTimeLocal(entry.getTimeLocal());
            out.putNextEntry(copy);
            out.write(content(entry));
            out.closeEntry();
        }
    }

    private byte[] content(ZipEntry entry) throws IOException {
        byte[] content = read(entry);
        if (entry.getName().equals(MANIFEST)) {
            return withoutDigests(content);
        }
        if (!isClass(entry) || version(content) >= CACHED_FROM) {
            return content;
        }
        try {
            return lifted(content);
        } catch (IllegalArgumentException e) {
            throw new IOException(entry.getName() + ": cannot be lifted to the format of Java 8", e);
        }
    }

    /** The digests of a signed jar's entries go with the signature that they are there for. */
    private static byte[] withoutDigests(byte[] content) throws IOException {
        Manifest manifest = new Manifest(new ByteArrayInputStream(content));
        manifest.getEntries()
                .values()
                .forEach(attributes -> attributes.keySet().removeIf(name -> name.toString().endsWith("-Digest")));
        manifest.getEntries().values().removeIf(attributes -> attributes.isEmpty());
        manifest.getMainAttributes().putValue(NOTE, "signature left out, classes of formats before Java 6 in that of Java 8");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        manifest.write(out);
        return out.toByteArray();
    }

    private byte[] lifted(byte[] content) {
        // The code goes through the builder element by element: only what is built anew gets the types of its stack.
        ClassTransform code = ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL);
        ClassTransform version = (builder, element) -> {
            if (!(element instanceof ClassFileVersion)) {
                builder.with(element);
            }
        };
        return format.transformClass(
                format.parse(content),
                code.andThen(version).andThen(ClassTransform.endHandler(builder -> builder.withVersion(LIFTED_TO, 0))));
    }

    private List<? extends ZipEntry> entries() {
        return jar.stream().toList();
    }

    private int version(ZipEntry entry) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            return version(in.readNBytes(8));
        }
    }

    private static int version(byte[] content) {
        return (content[6] & 0xff) << 8 | content[7] & 0xff;
    }

    private byte[] read(ZipEntry entry) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            return in.readAllBytes();
        }
    }

    private InputStream open(ClassDesc type) {
        String name = type.descriptorString();
        ZipEntry entry = jar.getEntry(name.substring(1, name.length() - 1) + ".class");
        try {
            return entry == null ? null : jar.getInputStream(entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isSignature(ZipEntry entry) {
        return SIGNATURE.matcher(entry.getName()).matches();
    }

    private static boolean isClass(ZipEntry entry) {
        return entry.getName().endsWith(".class");
    }
}
