package io.wherry.hub.source;

import io.wherry.base.Causes;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/**
 * The parsed folders of one mirror, shared by all its trees: a folder's id names its content, so what was parsed once stays true.
 *
 * <p>This is what makes 1,000 stacks of one repository cheap: a new commit costs the folders that changed, not 1,000 walks.
 */
final class GitFolders {

    /** Entries kept in all folders together: about 100 bytes each, so 20 MB; a monorepo of 1,000 stacks has some 10,000. */
    private static final int MAX_CACHED_ENTRIES = 200_000;

    /** Entries in one folder: nobody reads a larger one, and its parsed form would crowd out all others. */
    static final int MAX_FOLDER_ENTRIES = 20_000;

    /** Bytes of one folder's object: 20,000 names of 100 bytes. */
    private static final int MAX_FOLDER_BYTES = 2 << 20;

    /** Before a name that is not UTF-8: no path can hold this, so such an entry is listed (and then refused) but never found. */
    static final char NOT_UTF8 = '\\';

    private final Repository repository;
    private final LinkedHashMap<ObjectId, Map<String, Item>> parsed = new LinkedHashMap<>(16, 0.75f, true);
    private int cachedEntries;

    GitFolders(Repository repository) {
        this.repository = repository;
    }

    /** @param mode Git's six octal digits as a number */
    record Item(int mode, ObjectId id) {}

    ObjectReader reader() {
        return repository.newObjectReader();
    }

    /**
     * The entries of a folder by name.
     *
     * @param path for messages
     * @throws TreeException if it is damaged, too large, or holds a name that no file may have
     */
    Map<String, Item> open(ObjectId folder, String path) {
        synchronized (parsed) {
            Map<String, Item> known = parsed.get(folder);
            if (known != null) {
                return known;
            }
        }
        Map<String, Item> items = Collections.unmodifiableMap(parse(folder, path));
        synchronized (parsed) {
            if (parsed.putIfAbsent(folder, items) == null) {
                cachedEntries += items.size();
            }
            var eldest = parsed.entrySet().iterator();
            while (cachedEntries > MAX_CACHED_ENTRIES && eldest.hasNext()) {
                cachedEntries -= eldest.next().getValue().size();
                eldest.remove();
            }
        }
        return items;
    }

    private Map<String, Item> parse(ObjectId folder, String path) {
        String name = path.isEmpty() ? "the repository's root" : "\"" + path + "\"";
        Map<String, Item> items = new LinkedHashMap<>();
        try (ObjectReader reader = reader()) {
            ObjectLoader tree = reader.open(folder, Constants.OBJ_TREE);
            if (tree.getSize() > MAX_FOLDER_BYTES) {
                throw tooLarge(path, name);
            }
            CanonicalTreeParser parser = new CanonicalTreeParser();
            for (parser.reset(tree.getBytes(MAX_FOLDER_BYTES)); !parser.eof(); parser.next()) {
                String entry = name(parser, path, name);
                if (items.put(entry, new Item(parser.getEntryRawMode(), parser.getEntryObjectId())) != null) {
                    throw new TreeException(path, name + " holds two entries named \"" + entry + "\"");
                }
                if (items.size() > MAX_FOLDER_ENTRIES) {
                    throw tooLarge(path, name);
                }
            }
        } catch (CorruptObjectException | IndexOutOfBoundsException e) {
            throw new TreeException(path, name + " is damaged: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new TreeException(path, name + " cannot be read from the mirror: " + Causes.words(e), e);
        }
        return items;
    }

    /**
     * Git itself never writes such names; who crafts a tree object can. Refused here and not when fetching, where one old flaw anywhere in the
     * history would make the whole source unusable.
     */
    private static String name(CanonicalTreeParser parser, String path, String folder) {
        byte[] bytes = new byte[parser.getNameLength()];
        parser.getName(bytes, 0);
        String name;
        try {
            name = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(java.nio.ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return NOT_UTF8 + new String(bytes, StandardCharsets.ISO_8859_1); // its neighbours stay readable
        }
        if (name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.equalsIgnoreCase(".git")
                || name.indexOf('/') >= 0) {
            throw new TreeException(path, folder + " holds an entry named \"" + name + "\", which no file may have");
        }
        return name;
    }

    private static TreeException tooLarge(String path, String name) {
        return new TreeException(
                path, name + " holds more than " + MAX_FOLDER_ENTRIES + " entries (spread them over several folders)");
    }
}
