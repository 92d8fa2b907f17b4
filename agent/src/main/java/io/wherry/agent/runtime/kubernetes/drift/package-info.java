/**
 * Where an object on the cluster differs from what was declared, and how what people added by hand is taken back. Pure: takes the object as it is and
 * the answers of dry runs. Read {@code Drift} first.
 */
@NullMarked
package io.wherry.agent.runtime.kubernetes.drift;

import org.jspecify.annotations.NullMarked;
