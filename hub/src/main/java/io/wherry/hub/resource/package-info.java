/**
 * What people declare: sources, stacks, agents, groups, policies. Takes strict YAML or JSON, gives records that validated themselves and their repository;
 * every later stage reads them.
 *
 * <p>{@code ResourceYaml} reads them all; each kind is a record ({@code Source}, {@code Stack}, {@code Agent}, {@code Group}, {@code RolloutPolicy}, {@code Policy}) beside the
 * class that reads its {@code spec}; a part of a kind that other places ask about is a record of its own. {@code Strict} names what is not in this version, with place
 * and the nearest known name. {@code ResourceRepository} keeps them.
 */
@NullMarked
package io.wherry.hub.resource;

import org.jspecify.annotations.NullMarked;
