/**
 * What a stack says of its own about when an object is healthy: rules over JSONPath, read by the hub (which refuses a bad one by its place) and
 * judged by the agent. Pure.
 */
@NullMarked
package io.wherry.contract.health;

import org.jspecify.annotations.NullMarked;
