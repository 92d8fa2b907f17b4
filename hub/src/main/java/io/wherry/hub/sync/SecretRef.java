package io.wherry.hub.sync;

import io.wherry.contract.SealedSecret;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which value a secret of a stack has now, without the value.
 *
 * @param credential name of the hub's credential
 * @param uid        of the credential, never reused
 * @param version    1, 2, 3 … of its value
 * @param sizeBytes  length of the value
 */
record SecretRef(String credential, String uid, long version, int sizeBytes) {
    /** Beside the ciphertext: names, key, hash, and the marks of JSON. */
    private static final int OVERHEAD_BYTES = 512;

    /** About what its sealed form takes in an assignment. */
    long sealedBytes() {
        return sizeBytes * 4L / 3 + OVERHEAD_BYTES;
    }

    boolean isIn(SealedSecret one) {
        return one.uid().equals(uid) && one.version() == version;
    }

    /** Whether these are the very values that the entry brings. */
    static boolean same(List<SealedSecret> has, SortedMap<String, SecretRef> wants) {
        SortedMap<String, SealedSecret> byName = new TreeMap<>();
        has.forEach(one -> byName.put(one.name(), one));
        return byName.keySet().equals(wants.keySet())
                && wants.entrySet().stream().allMatch(want -> {
                    SealedSecret one = byName.get(want.getKey());
                    return one != null && want.getValue().isIn(one);
                });
    }
}
