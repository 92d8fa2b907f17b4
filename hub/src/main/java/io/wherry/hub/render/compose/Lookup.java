package io.wherry.hub.render.compose;

import java.util.Optional;

/** Where interpolation finds values. */
interface Lookup {

    /** The value; a late site variable gives its {@link SiteMark}. */
    Optional<String> find(String name);

    /** Whether the variable is a late site variable, whose value no operator may look at. */
    boolean isLate(String name);

    /** Told of each variable that is used plainly and not set. */
    void unset(String name);
}
