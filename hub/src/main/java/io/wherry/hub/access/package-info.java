/**
 * Who may do what. Takes a bearer token and a route, gives a principal and a yes or no; everything that is not allowed by the table is denied.
 */
@NullMarked
package io.wherry.hub.access;

import org.jspecify.annotations.NullMarked;
