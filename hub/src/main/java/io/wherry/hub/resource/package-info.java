/**
 * What people declare: sources, stacks, agents, groups, rollout policies. Takes strict YAML or JSON, gives records that validated themselves and their repository;
 * every later stage reads them.
 */
@NullMarked
package io.wherry.hub.resource;

import org.jspecify.annotations.NullMarked;
