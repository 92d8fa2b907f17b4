/** The agent as a process at a site: as which user, with which ports, on which engine, and how it leaves. */
@NullMarked
package io.wherry.e2e.site;

import org.jspecify.annotations.NullMarked;
