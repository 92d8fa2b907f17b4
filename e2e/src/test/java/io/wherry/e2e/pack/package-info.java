/** The programs as services: packed, installed, upgraded and removed on a machine with systemd. */
@NullMarked
package io.wherry.e2e.pack;

import org.jspecify.annotations.NullMarked;
