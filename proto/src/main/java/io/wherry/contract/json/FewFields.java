package io.wherry.contract.json;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an object in their order, side by side in one array: most objects have a few, for which a hash table takes four times the memory and is
 * no faster. A stack of ten thousand objects is some forty thousand of these. Immutable.
 */
final class FewFields extends AbstractMap<String, Json> implements SequencedMap<String, Json> {
    /** Beyond this many a search from the first on is slower than a hash table. */
    private static final int MOST = 12;

    /** Name, value, name, value … */
    private final Object[] pairs;

    private FewFields(Object[] pairs) {
        this.pairs = pairs;
    }

    /** An immutable copy, in the same order; where it is one already, itself. */
    static SequencedMap<String, Json> copyOf(SequencedMap<String, Json> fields) {
        if (fields instanceof FewFields) {
            return fields;
        }
        if (fields.size() > MOST) {
            return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
        }
        Object[] pairs = new Object[2 * fields.size()];
        int at = 0;
        for (Map.Entry<String, Json> field : fields.entrySet()) {
            pairs[at++] = field.getKey();
            pairs[at++] = field.getValue();
        }
        return new FewFields(pairs);
    }

    private int find(@Nullable Object name) {
        for (int at = 0; at < pairs.length; at += 2) {
            if (pairs[at].equals(name)) {
                return at;
            }
        }
        return -1;
    }

    @Override
    public @Nullable Json get(@Nullable Object name) {
        int at = find(name);
        return at < 0 ? null : (Json) pairs[at + 1];
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return find(name) >= 0;
    }

    @Override
    public int size() {
        return pairs.length / 2;
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super Json> each) {
        for (int at = 0; at < pairs.length; at += 2) {
            each.accept((String) pairs[at], (Json) pairs[at + 1]);
        }
    }

    @Override
    public Set<Map.Entry<String, Json>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<String, Json>> iterator() {
                return entries();
            }

            @Override
            public int size() {
                return FewFields.this.size();
            }
        };
    }

    private Iterator<Map.Entry<String, Json>> entries() {
        return new Iterator<>() {
            private int at;

            @Override
            public boolean hasNext() {
                return at < pairs.length;
            }

            @Override
            public Map.Entry<String, Json> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("after the last field");
                }
                at += 2;
                return Map.entry((String) pairs[at - 2], (Json) pairs[at - 1]);
            }
        };
    }

    @Override
    public SequencedMap<String, Json> reversed() {
        return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(this).reversed());
    }
}
