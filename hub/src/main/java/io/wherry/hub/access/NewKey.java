package io.wherry.hub.access;

import io.wherry.base.Secret;

/** What came of making a key. */
public sealed interface NewKey {
    /** @param text the whole key: shown once, kept nowhere */
    record Made(ApiKey key, Secret text) implements NewKey {}

    /** There is one of that name. */
    record NameTaken(String name) implements NewKey {}
}
